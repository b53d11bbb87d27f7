"""The tree laid out as one long text, with the places of its styles and the places where it may be cut.

Knows how blocks look in a chat; knows nothing of message limits. Places count Python characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.markdown.lines import KINDS, chat_marks, plain, shown, without_code
from bot.markdown.maths import readable
from bot.markdown.page import Kind, Page, Span, outer_first
from bot.markdown.tables import grid
from bot.markdown.tree import (
    Block,
    Code,
    Details,
    Heading,
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

_LINE = "─" * 10
_BULLETS = "•◦▪"
_INDENT = "   "
_LONG_QUOTE_LINES = 8
_LINE_OF_A_PHONE = 45
_BOLD = Mark(Style.BOLD)
_UNDERLINE = Mark(Style.UNDERLINE)


def lay_out(blocks: Sequence[Block]) -> Page:
    writer = _Writer()
    writer.blocks(blocks)
    return writer.page()


class _Writer:
    """Writes blocks one below the other, noting where styles begin and end."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._spans: list[Span] = []
        self._open: list[tuple[Mark, int]] = []
        self._borders: list[int] = []
        self._inner_borders: list[int] = []
        self._indent = ""
        self._depth = 0
        self._list_depth = 0
        self._in_quote = False

    def page(self) -> Page:
        text = "".join(self._parts).replace("\t", " ")
        return Page(
            text,
            tuple(sorted(reversed(self._spans), key=outer_first)),
            tuple(self._borders),
            tuple(self._inner_borders),
        )

    def blocks(self, blocks: Sequence[Block], gap: str = "\n\n") -> None:
        self._depth += 1
        before: Block | None = None
        for block in blocks:
            if before is not None:
                self._write("\n" if _is_close(before, block) else gap)
                self._border(before)
                self._write(self._indent_of(block))
            self._block(block)
            before = block
        self._depth -= 1

    def _indent_of(self, block: Block) -> str:
        """Code is never indented, and a table looks after itself."""
        return "" if isinstance(block, Code | Table) else self._indent

    def _border(self, before: Block | None) -> None:
        """Note a good place to cut: never between a heading and what it announces."""
        if not isinstance(before, Heading):
            (self._borders if self._depth == 1 else self._inner_borders).append(self._length)

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph(inlines):
                self._inlines(inlines)
            case Heading(level, inlines):
                self._heading(level, inlines)
            case Code(text, language):
                self._span(text, "pre", language)
            case Maths(latex):
                self._maths(latex)
            case Rule():
                self._write(_LINE)
            case Quote(inner):
                self._quote(inner)
            case Details(summary, inner):
                self._details(summary, inner)
            case Listing(items):
                self._listing(items)
            case Table():
                self._table(block)

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _span(self, text: str, kind: Kind, value: str = "") -> None:
        self._spans.append(Span(self._length, self._length + len(text), kind, value))
        self._write(text)

    def _inlines(self, inlines: Inlines, marks: tuple[Mark, ...] = ()) -> None:
        for inline in inlines:
            run = shown(inline)
            self._switch(chat_marks((*marks, *run.marks)))
            self._write(run.text.replace("\n", "\n" + self._indent) if self._indent else run.text)
        self._switch(())

    def _switch(self, marks: tuple[Mark, ...]) -> None:
        """Close and open styles so that these are on; closing from the inside keeps spans from crossing."""
        same = 0
        while same < min(len(marks), len(self._open)) and self._open[same][0] == marks[same]:
            same += 1
        while len(self._open) > same:
            mark, start = self._open.pop()
            if start < self._length:
                self._spans.append(Span(start, self._length, KINDS[mark.style], mark.url))
        self._open.extend((mark, self._length) for mark in marks[same:])

    def _heading(self, level: int, inlines: Inlines) -> None:
        """Bold throughout: code in it yields, since the two may not stand together."""
        bare = tuple(replace(inline, marks=without_code(inline)) for inline in map(shown, inlines))
        self._inlines(bare, (_BOLD, _UNDERLINE) if level == 1 else (_BOLD,))

    def _maths(self, latex: str) -> None:
        text = readable(latex)
        if text is None:
            self._span(latex, "pre", "latex")
        else:
            self._write(text.replace("\n", "\n" + self._indent))

    def _quote(self, blocks: Sequence[Block], is_folded: bool = False) -> None:
        if self._in_quote:
            self.blocks(blocks)
            return
        start, place = self._length, len(self._parts)
        self._in_quote = True
        self.blocks(blocks)
        self._in_quote = False
        is_long = is_folded or _lines("".join(self._parts[place:])) > _LONG_QUOTE_LINES
        if start < self._length:
            self._spans.append(Span(start, self._length, "expandable_blockquote" if is_long else "blockquote"))

    def _details(self, summary: Inlines, blocks: Sequence[Block]) -> None:
        self._inlines(summary, (_BOLD,))
        if blocks:
            self._write("\n" + self._indent if summary else "")
            self._quote(blocks, is_folded=True)

    def _listing(self, items: Sequence[Item]) -> None:
        bullet = _BULLETS[min(self._list_depth, len(_BULLETS) - 1)]
        gap = "\n\n" if any(_is_roomy(item) for item in items) else "\n"
        outer = self._indent
        self._list_depth += 1
        for number, item in enumerate(items):
            if number:
                self._write(gap)
                self._inner_borders.append(self._length)
                self._write(outer)
            self._write(_label(item, bullet))
            self._indent = outer + _INDENT
            self._item(item)
            self._indent = outer
        self._list_depth -= 1

    def _item(self, item: Item) -> None:
        if item.blocks and isinstance(item.blocks[0], Code | Table | Quote | Listing):
            self._write("\n" + self._indent_of(item.blocks[0]))
        self.blocks(item.blocks, "\n" if not _is_roomy(item) else "\n\n")

    def _table(self, table: Table) -> None:
        rows = [[plain(cell).strip() for cell in row] for row in (table.header, *table.rows)]
        text = None if _has_links(table) else grid(rows, table.aligns)
        if text is not None:
            self._span(text, "pre")
        else:
            self._records(table, rows[0])

    def _records(self, table: Table, names: Sequence[str]) -> None:
        """A wide table, row by row: the first cell as a title, the others as "name: value"."""
        for number, row in enumerate(filter(any, table.rows)):
            if number:
                self._write("\n\n")
                self._inner_borders.append(self._length)
            self._record(row, names)
        if not table.rows:
            self._write(self._indent + ", ".join(name for name in names if name))

    def _record(self, row: Sequence[Inlines], names: Sequence[str]) -> None:
        is_first = True
        for name, cell in zip(names, row, strict=True):
            if not cell:
                continue
            self._write(self._indent if is_first else "\n" + self._indent)
            label = (Run(f"{name}: "),) if name else ()
            self._inlines((*label, *cell), (_BOLD,) if is_first else ())
            is_first = False


def _is_close(before: Block, after: Block) -> bool:
    """Whether two blocks stand on neighbouring lines: a heading and its text, a phrase and the list it announces."""
    match before, after:
        case Heading(), _:
            return True
        case Paragraph(inlines), Listing():
            return plain(inlines).rstrip().endswith(":")
        case _:
            return False


def _has_links(table: Table) -> bool:
    return any(mark.style is Style.LINK for row in table.rows for cell in row for run in cell for mark in run.marks)


def _is_roomy(item: Item) -> bool:
    """Whether an item holds more than a line and a nested list."""
    return sum(not isinstance(block, Listing) for block in item.blocks) > 1


def _label(item: Item, bullet: str) -> str:
    sign = "" if item.checked is None else ("☑ " if item.checked else "☐ ")
    if item.number is not None:
        return f"{item.number}. {sign}"
    return sign or f"{bullet} "


def _lines(text: str) -> int:
    """How many lines the text takes on a phone, roughly."""
    return sum(1 + len(line) // _LINE_OF_A_PHONE for line in text.split("\n"))
