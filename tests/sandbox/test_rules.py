"""Texts, entities and keyboards: what the server takes, mends and refuses, rule by rule."""

from typing import Any

import pytest

from bot.sandbox.entities import CAPTION_LIMIT, TEXT_LIMIT, as_written, check_entities, formatted, read_entities
from bot.sandbox.errors import ApiError
from bot.sandbox.keyboards import read_keyboard
from bot.sandbox.values import Entity


def parse(text: str, mode: str | None = None, entities: tuple[Entity, ...] = ()) -> list[tuple[str, str]]:
    """Entities as pairs of type and covered text."""
    body = formatted(text, mode, entities, TEXT_LIMIT, "message is too long")
    raw = body.text.encode("utf-16-le")
    return [(item.type, raw[2 * item.offset : 2 * item.end].decode("utf-16-le")) for item in body.entities]


HTML = [
    ("<b>bold</b> <strong>too</strong>", [("bold", "bold"), ("bold", "too")]),
    ("<b>out <i>in</i></b>", [("bold", "out in"), ("italic", "in")]),
    ("<b>a <code>x</code> b</b>", [("bold", "a "), ("code", "x"), ("bold", " b")]),
    ('<pre><code class="language-py">a &lt; b</code></pre>', [("pre", "a < b")]),
    ('<a href="https://x.org/?a=1&amp;b">go</a>', [("text_link", "go")]),
    ("<blockquote expandable>long</blockquote>", [("expandable_blockquote", "long")]),
    ('<span class="tg-spoiler">s</span><tg-spoiler>t</tg-spoiler>', [("spoiler", "s"), ("spoiler", "t")]),
    ("😀<b>😀x</b>", [("bold", "😀x")]),
    ("  <b> x </b>  ", [("bold", "x")]),
    ("<b></b>plain", []),
    ("&lt;b&gt; &amp; &quot; &#65; &#x42; &nope;", []),
    ("<b\n>x</b >", [("bold", "x")]),
]


@pytest.mark.parametrize(("source", "expected"), HTML)
def test_html_becomes_entities(source: str, expected: list[tuple[str, str]]) -> None:
    assert parse(source, "HTML") == expected


MARKDOWN = [
    ("*bold _both_*", [("bold", "bold both"), ("italic", "both")]),
    ("__under__ ~gone~ ||secret||", [("underline", "under"), ("strikethrough", "gone"), ("spoiler", "secret")]),
    ("`a*b` ```py\nx = 1```", [("code", "a*b"), ("pre", "x = 1")]),
    (r"[a\.b](https://x.org/\)) 1\.", [("text_link", "a.b")]),
    (">one\n>two\nthree", [("blockquote", "one\ntwo")]),
    ("**>one\n>two||\nthree", [("expandable_blockquote", "one\ntwo")]),
]


@pytest.mark.parametrize(("source", "expected"), MARKDOWN)
def test_markdown_becomes_entities(source: str, expected: list[tuple[str, str]]) -> None:
    assert sorted(parse(source, "MarkdownV2")) == sorted(expected)


REFUSED_TEXTS = [
    ("HTML", "<b>x", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    ("HTML", "é<p>x</p>", 'can\'t parse entities: Unsupported start tag "p" at byte offset 2'),
    ("HTML", "a < b", "can't parse entities: Unclosed start tag at byte offset 2"),
    ("HTML", "x</b>", "can't parse entities: Unexpected end tag at byte offset 1"),
    (
        "HTML",
        "<b><i>x</b></i>",
        'can\'t parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    ),
    ("MarkdownV2", "a.", "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'"),
    ("MarkdownV2", "*x", "can't parse entities: Can't find end of Bold entity at byte offset 0"),
    ("MarkdownV2", "`x", "can't parse entities: Can't find end of Code entity at byte offset 0"),
    ("MarkdownV2", "___x___", "can't parse entities: Can't find end of Italic entity at byte offset 6"),
    ("Wiki", "x", "unsupported parse_mode"),
    (None, "x" * 4097, "message is too long"),
    (None, "😀" * 2049, "message is too long"),
]


@pytest.mark.parametrize(("mode", "source", "reason"), REFUSED_TEXTS)
def test_a_bad_text_is_refused_in_telegrams_words(mode: str | None, source: str, reason: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse(source, mode)
    assert refusal.value.code == 400
    assert refusal.value.description == f"Bad Request: {reason}"


def test_lengths_count_utf16_units_after_parsing() -> None:
    assert parse("<b>" + "😀" * 2048 + "</b>", "HTML") == [("bold", "😀" * 2048)]
    assert formatted("x" * CAPTION_LIMIT, None, (), CAPTION_LIMIT, "").text == "x" * CAPTION_LIMIT


ALLOWED_ENTITIES = [
    [("bold", 0, 5), ("italic", 0, 5)],
    [("bold", 0, 5), ("italic", 1, 2)],
    [("blockquote", 0, 5), ("pre", 0, 5)],
    [("blockquote", 0, 5), ("bold", 1, 2), ("code", 3, 2)],
    [("text_link", 0, 5), ("bold", 0, 5)],
    [("bold", 0, 2), ("bold", 2, 3)],
]


def entities(raw: list[tuple[str, int, int]]) -> list[Entity]:
    return [Entity(kind, start, length, url="http://x.y") for kind, start, length in raw]


@pytest.mark.parametrize("raw", ALLOWED_ENTITIES)
def test_nesting_that_telegram_shows_is_taken(raw: list[tuple[str, int, int]]) -> None:
    assert len(check_entities("hello", entities(raw))) == len(raw)


REFUSED_ENTITIES = [
    ("hello", [("bold", 0, 6)], "entity beginning at UTF-16 offset 0 ends after the end of the text"),
    ("hello", [("bold", -1, 2)], "receive an entity with incorrect offset or length"),
    ("😀x", [("bold", 1, 2)], "entity begins in a middle of a UTF-16 symbol"),
    ("😀x", [("bold", 0, 1)], "entity ends in a middle of a UTF-16 symbol"),
    ("hello", [("bold", 0, 3), ("italic", 2, 3)], "bold and italic overlap"),
    ("hello", [("bold", 0, 5), ("code", 1, 2)], "bold can't contain code"),
    ("hello", [("pre", 0, 5), ("bold", 1, 2)], "pre can't contain bold"),
    ("hello", [("code", 0, 3), ("text_link", 0, 3)], "code can't contain text_link"),
    ("hello", [("blockquote", 0, 5), ("expandable_blockquote", 1, 2)], "can't contain expandable_blockquote"),
    ("hello", [("text_link", 0, 5), ("text_mention", 1, 2)], "text_link can't contain text_mention"),
]


@pytest.mark.parametrize(("text", "raw", "reason"), REFUSED_ENTITIES)
def test_entities_that_break_a_rule_are_refused(text: str, raw: list[tuple[str, int, int]], reason: str) -> None:
    with pytest.raises(ApiError, match=reason):
        check_entities(text, entities(raw))


def test_only_a_hundred_entities_take_effect() -> None:
    given = [Entity("bold", index, 1) for index in range(0, 240, 2)]
    assert len(check_entities("x" * 240, given)) == 100


def test_an_unknown_entity_type_is_refused() -> None:
    with pytest.raises(ApiError, match="unsupported entity type"):
        read_entities([{"type": "blink", "offset": 0, "length": 1}])


def test_commands_mentions_and_links_are_found_in_a_persons_text() -> None:
    body = as_written("  /ask@my_bot 😀 see https://x.org/a?b=1, x.com @anna_b me@x.org #tag a/b 1.5 ")
    found = [(item.type, item.offset, item.length) for item in body.entities]
    assert body.text.startswith("/ask")
    assert found == [
        ("bot_command", 0, 11),
        ("url", 19, 19),
        ("url", 40, 5),
        ("mention", 46, 7),
        ("email", 54, 8),
        ("hashtag", 63, 4),
    ]


def buttons(count: int, per_row: int = 1, **fields: Any) -> dict[str, Any]:
    cells = [{"text": f"b{number}", "callback_data": "x", **fields} for number in range(count)]
    return {"inline_keyboard": [cells[start : start + per_row] for start in range(0, count, per_row)]}


REFUSED_KEYBOARDS = [
    (buttons(1, callback_data=""), "BUTTON_DATA_INVALID"),
    (buttons(1, callback_data="x" * 65), "BUTTON_DATA_INVALID"),
    (buttons(1, callback_data="ж" * 33), "BUTTON_DATA_INVALID"),
    (buttons(9, per_row=9), "reply markup is too long"),
    (buttons(101), "reply markup is too long"),
    (buttons(1, text=" "), "text buttons are unallowed"),
    (buttons(1, url="http://x.org"), "text buttons are unallowed"),
    ({"inline_keyboard": [[{"text": "a", "url": "nonsense"}]]}, "Wrong HTTP URL"),
    ({"inline_keyboard": {}}, "expected an Array of Arrays"),
]


@pytest.mark.parametrize(("markup", "reason"), REFUSED_KEYBOARDS)
def test_a_keyboard_beyond_the_limits_is_refused(markup: dict[str, Any], reason: str) -> None:
    with pytest.raises(ApiError, match=reason):
        read_keyboard(markup)


def test_a_keyboard_at_the_limits_is_taken() -> None:
    assert len(read_keyboard(buttons(100, per_row=8, callback_data="ж" * 32))) == 13
