"""The tree cut into portions that fit one rich message each.

Knows the limits on characters and blocks and how a block is halved; knows nothing of aiogram.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from bot.markdown.clean import utf16_len
from bot.markdown.layout import lay_out
from bot.markdown.split import split
from bot.markdown.tree import (
    Block,
    Code,
    Details,
    Formula,
    Heading,
    Inlines,
    Item,
    Listing,
    Maths,
    Paragraph,
    Quote,
    Rule,
    Run,
    Table,
)

MOST_CHARACTERS = 32_000
"""Telegram takes 32,768; the rest is for what is added while building."""
MOST_BLOCKS = 480
"""Telegram takes 500 blocks, list items and table rows together."""


_T = TypeVar("_T")


class Size(NamedTuple):
    characters: int
    blocks: int

    def fits(self) -> bool:
        return self.characters <= MOST_CHARACTERS and self.blocks <= MOST_BLOCKS


def portions(blocks: Sequence[Block]) -> Iterator[tuple[Block, ...]]:
    """The blocks in order, as many together as fit; a block too large for one message is halved until it fits."""
    current: list[Block] = []
    used = Size(0, 0)
    for block in _fitting(blocks):
        size = measure(block)
        total = Size(used.characters + size.characters, used.blocks + size.blocks)
        if current and not total.fits():
            yield tuple(current)
            current, total = [], size
        current.append(block)
        used = total
    if current:
        yield tuple(current)


def measure(block: Block) -> Size:
    """How much of a message's limits the block takes, all that it holds included."""
    match block:
        case Paragraph(inlines) | Heading(_, inlines):
            return Size(_length(inlines), 1)
        case Code(text):
            return Size(utf16_len(text), 1)
        case Maths(latex):
            return Size(utf16_len(latex), 1)
        case Rule():
            return Size(0, 1)
        case Quote(blocks):
            return _sum(map(measure, blocks))
        case Details(summary, blocks):
            return _sum([Size(_length(summary), 0), *map(measure, blocks)])
        case Listing(items):
            return _sum(_sum(map(measure, item.blocks)) for item in items)
        case Table(header, rows):
            return _sum(Size(sum(map(_length, row)), 1) for row in (header, *rows))


def _sum(sizes: Iterator[Size] | Sequence[Size]) -> Size:
    """What a holder takes: itself and all it holds."""
    characters, blocks = 0, 1
    for size in sizes:
        characters += size.characters
        blocks += size.blocks
    return Size(characters, blocks)


def _length(inlines: Inlines) -> int:
    return sum(utf16_len(inline.latex if isinstance(inline, Formula) else inline.text) for inline in inlines)


def _fitting(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        if measure(block).fits():
            yield block
        else:
            yield from _fitting(_smaller(block))


def _smaller(block: Block) -> Sequence[Block]:
    match block:
        case Listing(items) if len(items) > 1:
            return [Listing(half) for half in _halves(items)]
        case Listing((Item(blocks),)):
            return blocks
        case Table(header, rows, aligns) if len(rows) > 1:
            return [Table(header, half, aligns) for half in _halves(rows)]
        case Quote(blocks) if len(blocks) > 1:
            return [Quote(half) for half in _halves(blocks)]
        case Details(summary, blocks) if len(blocks) > 1:
            first, second = _halves(blocks)
            return [Details(summary, first), Details(summary, second)]
        case Quote(blocks):
            return blocks
        case Details(summary, blocks):
            return (Paragraph(summary), *blocks)
        case Code(_, language):
            return [Code(text, language) for text in _texts(block)]
        case _:
            return [Paragraph((Run(text),)) for text in _texts(block)]


def _halves(things: tuple[_T, ...]) -> tuple[tuple[_T, ...], tuple[_T, ...]]:
    middle = len(things) // 2
    return things[:middle], things[middle:]


def _texts(block: Block) -> Iterator[str]:
    return (piece.text for piece in split(lay_out((block,)), MOST_CHARACTERS))
