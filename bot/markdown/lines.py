"""Pieces of a line as a chat can show them: which marks it has and which may stand together.

Formulas and raised or lowered text become plain characters here. Knows nothing of blocks.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.markdown.maths import readable, subscript, superscript
from bot.markdown.page import Kind
from bot.markdown.tree import Formula, Inline, Inlines, Mark, Run, Style

_CODE = Mark(Style.CODE)
KINDS: dict[Style, Kind] = {
    Style.BOLD: "bold",
    Style.ITALIC: "italic",
    Style.UNDERLINE: "underline",
    Style.STRIKE: "strikethrough",
    Style.CODE: "code",
    Style.LINK: "text_link",
}


def shown(inline: Inline) -> Run:
    """A run with nothing left to work out: formulas and raised or lowered text as plain characters."""
    if isinstance(inline, Formula):
        text = readable(inline.latex)
        return Run(inline.latex, (*inline.marks, _CODE)) if text is None else Run(text, inline.marks)
    text = inline.text
    for mark in inline.marks:
        if mark.style is Style.SUP:
            text = superscript(text)
        elif mark.style is Style.SUB:
            text = subscript(text)
    return Run(text, inline.marks)


def plain(inlines: Inlines) -> str:
    return "".join(shown(inline).text for inline in inlines)


def chat_marks(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Marks that may stand together: code stands alone, and gives way to a link."""
    known = [mark for mark in dict.fromkeys(marks) if mark.style in KINDS]
    if _CODE not in known:
        return tuple(known)
    has_link = any(mark.style is Style.LINK for mark in known)
    return tuple(mark for mark in known if mark != _CODE) if has_link else (_CODE,)


def without_code(run: Run) -> tuple[Mark, ...]:
    return tuple(mark for mark in run.marks if mark.style in (Style.BOLD, Style.ITALIC, Style.STRIKE, Style.LINK))
