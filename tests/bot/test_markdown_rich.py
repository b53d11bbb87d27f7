"""Rich messages: the same answer as Telegram's own blocks, within the limits of a message."""

from __future__ import annotations

from typing import Any

import pytest

from bot.markdown import rich_blocks


def blocks(markdown: str) -> list[dict[str, Any]]:
    """The blocks of an answer that fits one message, as they go over the wire."""
    (message,) = rich_blocks(markdown)
    found: list[dict[str, Any]] = message.model_dump(exclude_none=True, mode="json")["blocks"]
    return found


def cell(text: str, align: str = "left", **more: bool) -> dict[str, Any]:
    return {"align": align, "valign": "top", "text": text, **more}


def paragraph(text: Any) -> dict[str, Any]:
    return {"type": "paragraph", "text": text}


def listing(*items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "list", "items": list(items)}


def item(*inner: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"blocks": list(inner), **more}


def table(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "table", "is_bordered": True, "cells": list(rows)}


A, B = paragraph("a"), paragraph("b")
TABLE = table([cell("a", is_header=True), cell("b", "right", is_header=True)], [cell("1"), cell("2", "right")])
DETAILS = "<details><summary>s</summary>\n\na\n\n</details>"
LINK = {"type": "url", "text": {"type": "bold", "text": "t"}, "url": "http://a.b"}
STYLES = ["a ", {"type": "bold", "text": ["b ", {"type": "italic", "text": "c"}]}]
FORMULA = {"type": "mathematical_expression", "expression": "x^2"}
CASES = (
    ("heading", "## Title", {"type": "heading", "text": "Title", "size": 2}),
    ("paragraph", "a **b *c***", paragraph(STYLES)),
    ("link", "[**t**](http://a.b)", paragraph(LINK)),
    ("bad link", "[t](http://localhost)", paragraph(["t", " (http://localhost)"])),
    ("sub and sup", "H<sub>2</sub>", paragraph(["H", {"type": "subscript", "text": "2"}])),
    ("maths in a line", "so $x^2$", paragraph(["so ", FORMULA])),
    ("maths", "$$\nx^2\n$$", FORMULA),
    ("code", "```py\nx\n```", {"type": "pre", "text": "x", "language": "py"}),
    ("rule", "---", {"type": "divider"}),
    ("quote", "> > a", {"type": "blockquote", "blocks": [{"type": "blockquote", "blocks": [A]}]}),
    ("bullets", "- a\n  - b", listing(item(A, listing(item(B))))),
    ("numbers", "4. a\n5. b", listing(item(A, value=4, type="1"), item(B, value=5, type="1"))),
    ("tasks", "- [x] a\n- [ ] b", listing(item(A, has_checkbox=True, is_checked=True), item(B, has_checkbox=True))),
    ("table", "|a|b|\n|-|-:|\n|1|2|", TABLE),
    ("details", DETAILS, {"type": "details", "summary": "s", "blocks": [A]}),
)


@pytest.mark.parametrize(("markdown", "block"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_block_is_built(markdown: str, block: dict[str, Any]) -> None:
    assert blocks(markdown) == [block]


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "- ", "# "])
def test_nothing_to_see_makes_no_rich_message(text: str) -> None:
    assert rich_blocks(text) == []


def test_table_of_too_many_columns_becomes_text() -> None:
    row = "|" + "x|" * 21
    (block,) = blocks(f"{row}\n|{'-|' * 21}\n{row}")
    assert block["type"] == "paragraph"


def test_deep_lists_end_as_text() -> None:
    markdown = "\n".join("  " * depth + f"- level{depth}" for depth in range(30))
    dumped = str(blocks(markdown))
    assert all(f"level{depth}" in dumped for depth in range(30))


@pytest.mark.parametrize(
    "markdown",
    [
        "- item\n" * 2_000,
        "|a|b|\n|-|-|\n" + "|1|2|\n" * 2_000,
        "word " * 20_000,
        "```py\n" + "line = 1\n" * 10_000 + "```",
        "> quote\n>\n" * 1_000,
        "\n\n".join("para" for _ in range(1_200)),
        "<details><summary>s</summary>\n\n" + "para\n\n" * 1_200 + "</details>",
    ],
    ids=["list", "table", "text", "code", "quote", "paragraphs", "details"],
)
def test_long_answer_becomes_several_messages(markdown: str) -> None:
    messages = rich_blocks(markdown)
    assert len(messages) > 1
    for message in messages:
        dumped = message.model_dump(exclude_none=True, mode="json")["blocks"]
        assert _count(dumped) <= 500
        assert sum(map(len, _strings(dumped))) <= 32_768
        assert all(len(text.encode()) <= 35_000 for text in _strings(dumped))


def test_long_code_keeps_its_language_in_every_message() -> None:
    messages = rich_blocks("```py\n" + "line = 1\n" * 10_000 + "```")
    languages = [block["language"] for message in messages for block in message.model_dump(mode="json")["blocks"]]
    assert languages == ["py"] * len(messages)


def test_endless_rich_answer_keeps_every_word() -> None:
    texts = ["".join(_strings(message.model_dump(mode="json"))) for message in rich_blocks("слово " * 40_000)]
    assert sum(text.count("слово") for text in texts) == 40_000


def _count(found: list[dict[str, Any]]) -> int:
    total = 0
    for block in found:
        total += 1 + len(block.get("cells", [])) + _count(block.get("blocks", []))
        total += sum(1 + _count(item["blocks"]) for item in block.get("items", []))
    return total


def _strings(value: Any) -> list[str]:
    """Every text of a message; the names of types and places are not texts."""
    match value:
        case str():
            return [value]
        case list():
            return [text for inner in value for text in _strings(inner)]
        case dict():
            keys = ("text", "expression", "summary", "blocks", "items", "cells")
            return [text for key in keys if key in value for text in _strings(value[key])]
        case _:
            return []
