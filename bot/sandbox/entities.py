"""The rules for formatted text: which entities Telegram takes, and what it makes of a text before storing it.

Explicit entities are held to the written rules strictly (where Telegram would mend silently, we refuse, so
that a bot learns of it); those that come from parse_mode are mended as Telegram mends them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.sandbox.detect import detect
from bot.sandbox.errors import bad_request
from bot.sandbox.html import parse_html
from bot.sandbox.markdown_v2 import parse_markdown_v2
from bot.sandbox.utf16 import borders, units
from bot.sandbox.values import Entity, Json

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 100
"""Only so many entities of a message take effect."""

PLAIN = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
CODE = frozenset({"code", "pre"})
QUOTES = frozenset({"blockquote", "expandable_blockquote"})
SINGLE = frozenset({"text_link", "text_mention", "custom_emoji", "date_time"})
FOUND = frozenset({"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"})
"""Telegram finds these by itself; a bot may name them and nothing comes of it."""
KNOWN = PLAIN | CODE | QUOTES | SINGLE | FOUND


@dataclass(frozen=True, slots=True)
class Formatted:
    text: str
    entities: tuple[Entity, ...] = ()


def formatted(text: str, parse_mode: str | None, given: Iterable[Entity], limit: int, too_long: str) -> Formatted:
    """Turn what a bot sent into what is stored, or refuse as Telegram does."""
    body = _parse(_clean(text), parse_mode, tuple(given))
    body = _trim(body)
    if units(body.text) > limit:
        raise bad_request(too_long)
    every = [*body.entities, *detect(body.text, body.entities)]
    return Formatted(body.text, tuple(sorted(every, key=lambda entity: (entity.offset, -entity.length))))


def as_written(text: str) -> Formatted:
    """A person's text: trimmed, with links, commands and mentions found."""
    body = _trim(Formatted(_clean(text)))
    return Formatted(body.text, tuple(detect(body.text, ())))


def read_entities(raw: list[Json]) -> list[Entity]:
    """Entities out of a request's JSON."""
    result = []
    for item in raw:
        kind = item.get("type")
        if kind not in KNOWN:
            raise bad_request("can't parse entities: unsupported entity type specified")
        user = item.get("user")
        result.append(
            Entity(
                type=kind,
                offset=_number(item, "offset"),
                length=_number(item, "length"),
                url=item.get("url"),
                user_id=user.get("id") if isinstance(user, dict) else None,
                language=item.get("language") or None,
                custom_emoji_id=item.get("custom_emoji_id"),
                unix_time=item.get("unix_time"),
                date_time_format=item.get("date_time_format"),
            )
        )
    return result


def _number(item: Json, name: str) -> int:
    value = item.get(name)
    if not isinstance(value, int):
        raise bad_request(f'can\'t parse entities: Field "{name}" must be of type Number')
    return value


def _clean(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    if text.isprintable():
        return text
    return "".join(_CONTROL.get(character, character) for character in text if character not in "\r\0")


_CONTROL = {chr(code): " " for code in range(1, 32) if chr(code) not in "\n\r"}


def _parse(text: str, parse_mode: str | None, given: tuple[Entity, ...]) -> Formatted:
    match (parse_mode or "").lower():
        case "":
            return Formatted(text, tuple(check_entities(text, given)))
        case "html":
            parsed, entities = parse_html(text)
        case "markdownv2":
            parsed, entities = parse_markdown_v2(text)
        case _:
            raise bad_request("unsupported parse_mode")
    return Formatted(parsed, tuple(_mended(entities)[:ENTITY_LIMIT]))


def check_entities(text: str, given: Iterable[Entity]) -> list[Entity]:
    """Hold explicit entities to the rules; the first hundred are kept."""
    given = list(given)
    if not given:
        return []
    places = borders(text)
    total = units(text)
    kept = []
    for entity in given:
        _check_place(entity, places, total)
        if entity.length > 0 and entity.type not in FOUND:
            kept.append(entity)
    kept.sort(key=lambda entity: (entity.offset, -entity.length))
    _check_nesting(kept)
    return kept[:ENTITY_LIMIT]


def _check_place(entity: Entity, places: dict[int, int], total: int) -> None:
    if entity.offset < 0 or entity.length < 0:
        raise bad_request("receive an entity with incorrect offset or length")
    if entity.end > total:
        raise bad_request(
            f"entity beginning at UTF-16 offset {entity.offset} ends after the end of the text at UTF-16 offset {total}"
        )
    if entity.offset not in places:
        raise bad_request("entity begins in a middle of a UTF-16 symbol")
    if entity.end not in places:
        raise bad_request("entity ends in a middle of a UTF-16 symbol")
    if entity.type == "text_link" and not entity.url:
        raise bad_request("can't parse entities: text_link without a URL")


def _check_nesting(entities: list[Entity]) -> None:
    open_entities: list[Entity] = []
    for entity in entities:
        while open_entities and open_entities[-1].end <= entity.offset:
            open_entities.pop()
        for outer in open_entities:
            if entity.end > outer.end:
                raise bad_request(
                    f"can't parse entities: {outer.type} and {entity.type} overlap at UTF-16 offset {entity.offset}"
                )
            if not _may_hold(outer.type, entity.type):
                raise bad_request(
                    f"can't parse entities: {outer.type} can't contain {entity.type} at UTF-16 offset {entity.offset}"
                )
        open_entities.append(entity)


def _may_hold(outer: str, inner: str) -> bool:
    if outer in QUOTES:
        return inner not in QUOTES
    if outer in CODE or inner in CODE:
        return False
    return outer in PLAIN or inner in PLAIN


def _mended(entities: list[Entity]) -> list[Entity]:
    """What Telegram makes of parsed markup: code stays bare, everything else yields to it."""
    code = [entity for entity in entities if entity.type in CODE and entity.length > 0]
    kept: list[Entity] = list(code)
    for entity in entities:
        if entity.type in PLAIN:
            kept.extend(_without(entity, code))
        elif entity.type in QUOTES or (entity.type in SINGLE and not any(_touch(entity, other) for other in code)):
            kept.append(entity)
    kept = [entity for entity in kept if entity.length > 0]
    return sorted(kept, key=lambda entity: (entity.offset, -entity.length))


def _without(entity: Entity, holes: list[Entity]) -> list[Entity]:
    pieces = [entity]
    for hole in holes:
        rest = []
        for piece in pieces:
            if not _touch(piece, hole):
                rest.append(piece)
                continue
            if piece.offset < hole.offset:
                rest.append(replace(piece, length=hole.offset - piece.offset))
            if piece.end > hole.end:
                rest.append(replace(piece, offset=hole.end, length=piece.end - hole.end))
        pieces = rest
    return pieces


def _touch(one: Entity, other: Entity) -> bool:
    return one.offset < other.end and other.offset < one.end


def _trim(body: Formatted) -> Formatted:
    """Cut white space off both ends; entities shrink along, and empty ones go."""
    left = len(body.text) - len(body.text.lstrip())
    text = body.text.strip()
    if text == body.text:
        return body
    total = units(text)
    moved = (_moved(entity, left, total) for entity in body.entities)
    return Formatted(text, tuple(entity for entity in moved if entity.length > 0))


def _moved(entity: Entity, left: int, total: int) -> Entity:
    start = min(max(entity.offset - left, 0), total)
    end = min(max(entity.end - left, 0), total)
    return replace(entity, offset=start, length=end - start)
