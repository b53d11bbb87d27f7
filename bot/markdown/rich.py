"""The same tree as Telegram rich messages: real headings, lists, tables and formulas instead of their look.

Knows aiogram's block types and the limits of a rich message; knows nothing of sending.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeAlias

from aiogram.types import (
    InputRichBlockBlockQuotation,
    InputRichBlockDetails,
    InputRichBlockDivider,
    InputRichBlockList,
    InputRichBlockListItem,
    InputRichBlockMathematicalExpression,
    InputRichBlockParagraph,
    InputRichBlockPreformatted,
    InputRichBlockSectionHeading,
    InputRichBlockTable,
    InputRichBlockUnion,
    InputRichMessage,
    RichBlockTableCell,
    RichTextBold,
    RichTextCode,
    RichTextItalic,
    RichTextMathematicalExpression,
    RichTextStrikethrough,
    RichTextSubscript,
    RichTextSuperscript,
    RichTextUnderline,
    RichTextUnion,
    RichTextUrl,
)

from bot.markdown.clean import is_blank
from bot.markdown.layout import lay_out
from bot.markdown.lines import plain
from bot.markdown.portions import portions
from bot.markdown.tree import (
    Block,
    Code,
    Details,
    Formula,
    Heading,
    Inline,
    Inlines,
    Item,
    Listing,
    Mark,
    Maths,
    Paragraph,
    Quote,
    Rule,
    Run,
    Style,
    Table,
)

_MOST_COLUMNS = 20
_DEEPEST = 9
"""Blocks in blocks; with marks in marks the whole stays under Telegram's sixteen."""
_DEEPEST_MARKS = 4
_LONGEST_STRING = 11_000
"""UTF-16 units. Telegram cuts one string at 35,000 bytes without a word, and a unit takes up to three."""
_WRAPPED: TypeAlias = type[
    RichTextBold | RichTextItalic | RichTextUnderline | RichTextStrikethrough | RichTextCode | RichTextSubscript
    | RichTextSuperscript
]  # fmt: skip
_WRAPPERS: dict[Style, _WRAPPED] = {
    Style.BOLD: RichTextBold,
    Style.ITALIC: RichTextItalic,
    Style.UNDERLINE: RichTextUnderline,
    Style.STRIKE: RichTextStrikethrough,
    Style.CODE: RichTextCode,
    Style.SUB: RichTextSubscript,
    Style.SUP: RichTextSuperscript,
}


def rich_messages(blocks: Sequence[Block]) -> list[InputRichMessage]:
    """The tree as rich messages, each within Telegram's limits."""
    built = (list(_blocks(portion, 1)) for portion in portions(blocks))
    return [InputRichMessage(blocks=message) for message in built if message]


def _blocks(blocks: Sequence[Block], depth: int) -> Iterator[InputRichBlockUnion]:
    for block in blocks:
        match block:
            case Quote() | Details() | Listing() if depth > _DEEPEST:
                yield from _flat(block)
            case Quote() | Details() | Listing():
                yield from _holder(block, depth)
            case _:
                yield from _leaf_block(block)


def _holder(block: Quote | Details | Listing, depth: int) -> Iterator[InputRichBlockUnion]:
    match block:
        case Quote(inner):
            yield InputRichBlockBlockQuotation(blocks=list(_blocks(inner, depth + 1)))
        case Details(summary, inner):
            yield InputRichBlockDetails(summary=_text(summary), blocks=list(_blocks(inner, depth + 1)))
        case Listing(items):
            yield from _listing(items, depth)


def _leaf_block(block: Paragraph | Heading | Code | Maths | Rule | Table) -> Iterator[InputRichBlockUnion]:
    match block:
        case Paragraph(inlines):
            if not is_blank(plain(inlines)):
                yield InputRichBlockParagraph(text=_text(inlines))
        case Heading(level, inlines):
            yield InputRichBlockSectionHeading(text=_text(inlines), size=level)
        case Code(text, language):
            yield InputRichBlockPreformatted(text=_string(text), language=language or None)
        case Maths(latex):
            yield InputRichBlockMathematicalExpression(expression=latex)
        case Rule():
            yield InputRichBlockDivider()
        case Table():
            yield from _table(block)


def _flat(block: Block) -> Iterator[InputRichBlockUnion]:
    text = lay_out((block,)).text
    if not is_blank(text):
        yield InputRichBlockParagraph(text=_string(text))


def _listing(items: Sequence[Item], depth: int) -> Iterator[InputRichBlockUnion]:
    built = [_item(item, depth) for item in items if item.blocks]
    if built:
        yield InputRichBlockList(items=built)


def _item(item: Item, depth: int) -> InputRichBlockListItem:
    return InputRichBlockListItem(
        blocks=list(_blocks(item.blocks, depth + 2)),
        has_checkbox=True if item.checked is not None else None,
        is_checked=True if item.checked else None,
        value=item.number,
        type="1" if item.number is not None else None,
    )


def _table(table: Table) -> Iterator[InputRichBlockUnion]:
    if len(table.header) > _MOST_COLUMNS:
        yield from _flat(table)
        return
    rows = [[_cell(cell, align, True) for cell, align in zip(table.header, table.aligns, strict=True)]]
    rows += [[_cell(cell, align, None) for cell, align in zip(row, table.aligns, strict=True)] for row in table.rows]
    yield InputRichBlockTable(cells=rows, is_bordered=True)


def _cell(inlines: Inlines, align: str, is_header: bool | None) -> RichBlockTableCell:
    return RichBlockTableCell(align=align, valign="top", text=_text(inlines), is_header=is_header)


def _text(inlines: Inlines) -> RichTextUnion:
    return _grouped([replace(inline, marks=inline.marks[:_DEEPEST_MARKS]) for inline in inlines])


def _grouped(inlines: Sequence[Inline]) -> RichTextUnion:
    """Neighbours under one mark share its wrapper."""
    parts: list[RichTextUnion] = []
    for mark, group in groupby(inlines, key=lambda inline: inline.marks[0] if inline.marks else None):
        if mark is None:
            parts.extend(_leaf(inline) for inline in group)
        else:
            parts.append(_wrapped(mark, _grouped([replace(inline, marks=inline.marks[1:]) for inline in group])))
    return parts[0] if len(parts) == 1 else parts


def _leaf(inline: Inline) -> RichTextUnion:
    match inline:
        case Run(text):
            return _string(text)
        case Formula(latex):
            return RichTextMathematicalExpression(expression=latex)


def _wrapped(mark: Mark, text: RichTextUnion) -> RichTextUnion:
    if mark.style is Style.LINK:
        return RichTextUrl(text=text, url=mark.url)
    return _WRAPPERS[mark.style](text=text)


def _string(text: str) -> RichTextUnion:
    step = _LONGEST_STRING // 2
    if len(text) <= step:
        return text
    return [text[start : start + step] for start in range(0, len(text), step)]
