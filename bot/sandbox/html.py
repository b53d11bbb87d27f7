"""parse_mode=HTML: tags to entities, with the error texts of Telegram.

Offsets in errors count bytes, as Telegram's do. Entities may come out nested in any way; mending is not done here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.utf16 import units
from bot.sandbox.values import Entity

SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
}
OTHER = frozenset({"a", "span", "tg-emoji", "blockquote", "tg-time"})
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
TAG = re.compile(r"<(/?)([a-zA-Z0-9-]*)((?:\s+[^<>]*?)?)\s*>", re.DOTALL)
ATTRIBUTE = re.compile(r"""([a-zA-Z0-9-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
REFERENCE = re.compile(r"&(#x[0-9a-fA-F]+|#[0-9]+|[a-zA-Z]+);?")


@dataclass(frozen=True, slots=True)
class OpenTag:
    name: str
    attributes: dict[str, str]
    offset: int
    byte_offset: int


class HtmlReader:
    """Reads one text from left to right, keeping the tags that are still open."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces: list[str] = []
        self.offset = 0
        self.open: list[OpenTag] = []
        self.entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        at = 0
        while at < len(self.source):
            at = self._tag(at) if self.source[at] == "<" else self._text(at)
        if self.open:
            raise _refused(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        return "".join(self.pieces), self.entities

    def _text(self, at: int) -> int:
        end = self.source.find("<", at)
        end = len(self.source) if end < 0 else end
        self._write(_unescaped(self.source[at:end]))
        return end

    def _write(self, text: str) -> None:
        self.pieces.append(text)
        self.offset += units(text)

    def _tag(self, at: int) -> int:
        match = TAG.match(self.source, at)
        byte_offset = len(self.source[:at].encode())
        if match is None:
            raise _refused(_broken_tag(self.source[at:], byte_offset))
        closing, name, attributes = match.group(1), match.group(2).lower(), match.group(3)
        if closing:
            self._close(name, byte_offset)
        else:
            self._open(name, attributes, byte_offset)
        return match.end()

    def _open(self, name: str, attributes: str, byte_offset: int) -> None:
        if name not in SIMPLE and name not in OTHER:
            raise _refused(f'Unsupported start tag "{name}" at byte offset {byte_offset}')
        values = {key.lower(): _unescaped(value.strip("\"'")) for key, value in ATTRIBUTE.findall(attributes)}
        if name == "span" and values.get("class") != "tg-spoiler":
            raise _refused(f'Tag "span" must have class "tg-spoiler" at byte offset {byte_offset}')
        self.open.append(OpenTag(name, values, self.offset, byte_offset))

    def _close(self, name: str, byte_offset: int) -> None:
        if not self.open:
            raise _refused(f"Unexpected end tag at byte offset {byte_offset}")
        tag = self.open.pop()
        if name and name != tag.name:
            raise _refused(
                f'Unmatched end tag at byte offset {byte_offset}, expected "</{tag.name}>", found "</{name}>"'
            )
        entity = self._entity(tag)
        if entity is not None and entity.length > 0:
            self.entities.append(entity)

    def _entity(self, tag: OpenTag) -> Entity | None:
        length = self.offset - tag.offset
        match tag.name:
            case "a":
                url = tag.attributes.get("href") or "".join(self.pieces)[-length:]
                return _link(url, tag.offset, length)
            case "blockquote":
                kind = "expandable_blockquote" if "expandable" in tag.attributes else "blockquote"
                return Entity(kind, tag.offset, length)
            case "span":
                return Entity("spoiler", tag.offset, length)
            case "tg-emoji":
                return Entity("custom_emoji", tag.offset, length, custom_emoji_id=tag.attributes.get("emoji-id"))
            case "tg-time":
                moment = tag.attributes.get("unix", "0")
                return Entity("date_time", tag.offset, length, unix_time=int(moment) if moment.isdigit() else 0)
            case "code" if self._inside_pre(tag):
                return None
            case "pre":
                return Entity("pre", tag.offset, length, language=self._language(tag))
            case name:
                return Entity(SIMPLE[name], tag.offset, length)

    def _inside_pre(self, tag: OpenTag) -> bool:
        """<pre><code class="language-x"> is one block; the language is kept for the pre."""
        if not self.open or self.open[-1].name != "pre" or self.open[-1].offset != tag.offset:
            return False
        language = tag.attributes.get("class", "").removeprefix("language-")
        self.open[-1].attributes["language"] = language
        return True

    def _language(self, tag: OpenTag) -> str | None:
        return tag.attributes.get("language") or None


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Split HTML into plain text and entities. Raises ApiError "can't parse entities: ..."."""
    return HtmlReader(source).read()


def _link(url: str, offset: int, length: int) -> Entity | None:
    if url.startswith("tg://user?id=") and url[13:].isdigit():
        return Entity("text_mention", offset, length, user_id=int(url[13:]))
    if "." not in url and "://" not in url:
        return None
    return Entity("text_link", offset, length, url=url if "://" in url else f"http://{url}")


def _unescaped(text: str) -> str:
    return REFERENCE.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    name = match.group(1)
    if not name.startswith("#"):
        return NAMED.get(name, match.group()) if match.group().endswith(";") else match.group()
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    is_character = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_character else match.group()


def _broken_tag(rest: str, byte_offset: int) -> str:
    if rest.startswith("</"):
        return f"Unclosed end tag at byte offset {byte_offset}"
    name = re.match(r"<([a-zA-Z0-9-]*)", rest)
    if name and ">" in rest and name.group(1).lower() not in SIMPLE and name.group(1).lower() not in OTHER:
        return f'Unsupported start tag "{name.group(1).lower()}" at byte offset {byte_offset}'
    return f"Unclosed start tag at byte offset {byte_offset}"


def _refused(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
