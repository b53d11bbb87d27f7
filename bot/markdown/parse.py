"""From markdown to the tree: tokens become blocks.

Knows the tokens of bot.markdown.grammar; knows nothing of how the tree is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from markdown_it.token import Token

from bot.markdown.clean import cleaned, is_blank
from bot.markdown.grammar import grammar
from bot.markdown.runs import read_inlines
from bot.markdown.tree import (
    Align,
    Block,
    Code,
    Details,
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

_TASK = re.compile(r"\[([ xX])\]\s+")
_DETAILS = re.compile(
    r"<details(?:\s+open)?\s*>\s*(?:<summary>(?P<summary>.*?)</summary>)?(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_LANGUAGE = re.compile(r"[\w+#./-]{1,40}(?!\S)")
_END_OF_DETAILS = "</details>"
_DEEPEST_DETAILS = 3


def parse(text: str) -> tuple[Block, ...]:
    """Read a model's markdown; any text at all gives a tree."""
    tokens = grammar().parse(cleaned(text))
    children = (child for token in tokens for child in token.children or ())
    links = {str(child.attrs["href"]) for child in children if child.type == "link_open"}
    return _Reader(tokens, frozenset(links)).blocks()


class _Reader:
    """Walks the flat row of tokens once; what opens a block reads up to its end."""

    def __init__(self, tokens: list[Token], linked: frozenset[str]) -> None:
        self._tokens = iter(tokens)
        self._linked = linked
        self._open_details = 0

    def blocks(self, until: str = "") -> tuple[Block, ...]:
        found: list[Block] = []
        for token in self._tokens:
            if token.type == until:
                break
            found.extend(self._block(token))
        return tuple(found)

    def _block(self, token: Token) -> tuple[Block, ...]:
        match token.type:
            case "inline":
                return self._paragraph(token)
            case "heading_open":
                inlines = read_inlines(next(self._tokens))
                return (Heading(int(token.tag[1]), inlines),) if inlines else ()
            case "fence" | "code_block":
                return _code(token)
            case "formula_block":
                return (Maths(cleaned(token.content)),)
            case "hr":
                return (Rule(),)
            case "blockquote_open":
                blocks = self.blocks("blockquote_close")
                return (Quote(blocks),) if blocks else ()
            case "bullet_list_open" | "ordered_list_open":
                return self._listing(token)
            case "table_open":
                return (self._table(),)
            case "definition":
                return self._definition(token)
            case _:
                return ()

    def _paragraph(self, token: Token) -> tuple[Block, ...]:
        opened = _DETAILS.fullmatch(token.content)
        if opened and self._open_details < _DEEPEST_DETAILS:
            return self._details(opened)
        return _text_block(read_inlines(token))

    def _definition(self, token: Token) -> tuple[Block, ...]:
        """A definition that no link uses is a list of sources: it stays in sight."""
        if any(part.strip("<>") in self._linked for part in token.content.split()):
            return ()
        return (Paragraph((Run(cleaned(token.content)),)),)

    def _listing(self, opening: Token) -> tuple[Block, ...]:
        is_numbered = opening.type == "ordered_list_open"
        first = int(opening.attrs.get("start", 1))
        closing = opening.type.replace("open", "close")
        items: list[Item] = []
        for token in self._tokens:
            if token.type == closing:
                break
            number = first + len(items) if is_numbered else None
            items.append(_item(self.blocks("list_item_close"), number))
        return (Listing(tuple(items)),)

    def _table(self) -> Table:
        rows: list[list[Inlines]] = []
        aligns: list[Align] = []
        for token in self._tokens:
            match token.type:
                case "table_close":
                    break
                case "tr_open":
                    rows.append([])
                case "th_open":
                    aligns.append(_align(token))
                case "inline":
                    rows[-1].append(read_inlines(token))
                case _:
                    pass
        header, *body = rows
        return Table(tuple(header), tuple(tuple(row) for row in body), tuple(aligns))

    def _details(self, opened: re.Match[str]) -> tuple[Block, ...]:
        """<details> and what follows, up to its end tag or the end of the text."""
        summary = _read(opened["summary"] or "")
        inside, is_closed = _before_end_of_details(opened["rest"])
        blocks = list(_text_block(_read(inside)))
        if not is_closed:
            next(self._tokens)  # the end of the paragraph that held the opening tag
            self._open_details += 1
            blocks.extend(self._inside_details())
            self._open_details -= 1
        return (Details(summary, tuple(blocks)),) if summary or blocks else ()

    def _inside_details(self) -> Iterator[Block]:
        for token in self._tokens:
            if token.type == "inline":
                inside, is_closed = _before_end_of_details(token.content)
                if is_closed:
                    yield from _text_block(_read(inside))
                    return
            yield from self._block(token)


def _before_end_of_details(source: str) -> tuple[str, bool]:
    source = source.rstrip()
    cut = len(source) - len(_END_OF_DETAILS)
    is_closed = source[max(cut, 0) :].lower() == _END_OF_DETAILS
    return (source[:cut], True) if is_closed else (source, False)


def _read(source: str) -> Inlines:
    source = source.strip()
    return read_inlines(grammar().parseInline(source)[0]) if source else ()


def _text_block(inlines: Inlines) -> tuple[Block, ...]:
    return (Paragraph(inlines),) if inlines else ()


def _code(token: Token) -> tuple[Block, ...]:
    """A code block; what stands behind the language (a file name, or a sentence that lost its way) goes above."""
    text = cleaned(token.content).rstrip().lstrip("\n").expandtabs(4)
    info = cleaned(token.info).strip()
    language = found[0] if (found := _LANGUAGE.match(info)) else ""
    above = _text_block((Run(rest),)) if (rest := info[len(language) :].strip()) else ()
    return above if is_blank(text) else (*above, Code(text, language))


def _item(blocks: tuple[Block, ...], number: int | None) -> Item:
    match blocks:
        case (Paragraph((Run(text, marks), *others)), *rest) if task := _TASK.match(text + " "):
            left = (Run(text[task.end() :], marks),) if text[task.end() :] else ()
            return Item((Paragraph((*left, *others)), *rest), number, task[1] != " ")
        case _:
            return Item(blocks, number)


def _align(token: Token) -> Align:
    name = str(token.attrs.get("style", "")).removeprefix("text-align:")
    return cast(Align, name) if name in ("left", "center", "right") else "left"
