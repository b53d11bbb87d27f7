"""Tables on a narrow screen: aligned columns where they fit a phone, else one short record per row.

Works on plain cell texts; knows nothing of messages.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bot.markdown.tree import Align

PHONE_COLUMNS = 36
"""Monospace characters that fit a message bubble on a 360-390 px phone; wider rows would wrap and break the grid."""

_JOINER = "\u200d"
_EMOJI_LOOK = "\ufe0f"
_BETWEEN = " | "


def display_width(text: str) -> int:
    """Columns the text takes in a monospace font: wide East Asian characters and emoji take two."""
    if text.isascii():
        return len(text)
    width = 0
    last = ""
    for character in text:
        if character == _EMOJI_LOOK:
            width += _character_width(last) == 1
        elif last != _JOINER:
            width += _character_width(character)
        last = character
    return width


def _character_width(character: str) -> int:
    if not character or "\U0001f3fb" <= character <= "\U0001f3ff":
        return 0
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def grid(rows: Sequence[Sequence[str]], aligns: Sequence[Align]) -> str | None:
    """The rows (the header first) in aligned columns, or None when they are too wide for a phone."""
    widths = [max(display_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    is_wide = sum(widths) + len(_BETWEEN) * (len(widths) - 1) > PHONE_COLUMNS
    if is_wide or any("\n" in cell for row in rows for cell in row):
        return None
    lines = [_line(row, widths, aligns) for row in rows]
    lines.insert(1, "-+-".join("-" * width for width in widths))
    return "\n".join(lines)


def _line(row: Sequence[str], widths: Sequence[int], aligns: Sequence[Align]) -> str:
    cells = [_padded(cell, width, align) for cell, width, align in zip(row, widths, aligns, strict=True)]
    return _BETWEEN.join(cells).rstrip()


def _padded(cell: str, width: int, align: Align) -> str:
    room = width - display_width(cell)
    match align:
        case "right":
            return " " * room + cell
        case "center":
            return " " * (room // 2) + cell + " " * (room - room // 2)
        case _:
            return cell + " " * room
