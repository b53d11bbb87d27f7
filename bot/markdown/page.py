"""A laid out answer: one long text, the places of its styles, and the places where it may be cut.

Plain values between the layout and the cutting into messages. Places count Python characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal[
    "bold", "italic", "underline", "strikethrough", "code", "pre", "text_link", "blockquote", "expandable_blockquote"
]


@dataclass(frozen=True, slots=True)
class Span:
    """One style over text[start:end]; the value is a link's address or a code block's language."""

    start: int
    end: int
    kind: Kind
    value: str = ""


def outer_first(span: Span) -> tuple[int, int]:
    return span.start, -span.end


@dataclass(frozen=True, slots=True)
class Page:
    """A laid out answer. Spans are sorted, outer ones first, and never cross. Cuts at `borders` are the best ones."""

    text: str
    spans: tuple[Span, ...]
    borders: tuple[int, ...]
    inner_borders: tuple[int, ...]
