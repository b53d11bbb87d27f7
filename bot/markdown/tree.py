"""The parsed answer: plain values that say what the text is, not how it looks.

Both ways of showing an answer (entities and rich blocks) read this tree; it knows nothing of Telegram.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal, TypeAlias


class Style(Enum):
    BOLD = auto()
    ITALIC = auto()
    UNDERLINE = auto()
    STRIKE = auto()
    CODE = auto()
    SUB = auto()
    SUP = auto()
    LINK = auto()


@dataclass(frozen=True, slots=True)
class Mark:
    """One style of a run; the url is for links only."""

    style: Style
    url: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style; marks stand in the order they were opened."""

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """Maths inside a line, as LaTeX."""

    latex: str
    marks: tuple[Mark, ...] = ()


Inline: TypeAlias = Run | Formula
Inlines: TypeAlias = tuple[Inline, ...]
Align: TypeAlias = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Code:
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Maths:
    """A formula on lines of its own."""

    latex: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal line."""


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """A part that opens on a tap; the summary is always seen."""

    summary: Inlines
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list: a number in numbered lists, checked in task lists."""

    blocks: tuple[Block, ...]
    number: int | None = None
    checked: bool | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows are as long as the header."""

    header: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    aligns: tuple[Align, ...]


Block: TypeAlias = Paragraph | Heading | Code | Maths | Rule | Quote | Details | Listing | Table
