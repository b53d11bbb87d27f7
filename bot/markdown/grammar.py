"""The markdown that models write: CommonMark, tables, strikethrough, and rules of our own.

Our rules: maths in dollars or LaTeX brackets, bold that touches words, products, a few HTML tags, footnote marks,
link definitions that stay visible when no link uses them, and a floor below which nesting is read as plain text.
Yields tokens, not a tree.
"""

from __future__ import annotations

import functools
import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.reference import reference
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

DEEPEST_BLOCK = 16
"""Blocks inside blocks (a list counts twice: itself and its item) before the rest is taken as plain text."""
_DEEPEST_INLINE = 24
_LONGEST_FORMULA = 2000
_LONGEST_FORMULA_LINES = 100
_INTERRUPTS = ["paragraph", "reference", "blockquote", "list"]

TAGS = re.compile(
    r"<(?P<close>/?)(?P<name>b|strong|i|em|u|ins|s|del|strike|code|kbd|tt|sub|sup|br|p)\s*/?>", re.IGNORECASE
)
_FOOTNOTE = re.compile(r"\[\^(?P<label>[^\s\[\]]{1,40})\](?P<colon>:[ \t]*)?")
_TIMES = re.compile(r"(?<=\d)\*{1,2}(?=\d)")
_OPENING = frozenset('“«„‘([{（【「『《〈"')
_CLOSING = frozenset('”»’)]}）】」』》〉".,:;!?…%。，：；！？')
_WORD = re.compile(r"[^\W\d_]{4,}")
_COMMAND = re.compile(r"\\[A-Za-z]")
_SIGNS = re.compile(r"[\^_={}<>+*/|≤≥≠∈→×·±-]")
_FUNCTIONS = frozenset({"sinh", "cosh", "tanh", "sqrt", "frac"})


@functools.cache
def grammar() -> MarkdownIt:
    """The parser, built at first use."""
    md = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST_INLINE})
    md.enable(["table", "strikethrough"])
    md.block.ruler.before("table", "floor", _floor)
    md.block.ruler.before("fence", "formula_block", _formula_block, {"alt": _INTERRUPTS})
    md.block.ruler.at("reference", _definition)
    md.inline.ruler.before("escape", "formula", _formula)
    md.inline.ruler.before("emphasis", "times", _times)
    md.inline.ruler.at("emphasis", _emphasis)
    md.inline.ruler.before("link", "footnote", _footnote)
    md.inline.ruler.before("autolink", "tag", _tag)
    # Addresses are judged when the tree is built: a refused one must still be shown.
    md.validateLink = _any_link  # type: ignore[method-assign]
    md.normalizeLink = str  # type: ignore[method-assign, assignment]
    md.normalizeLinkText = str  # type: ignore[method-assign, assignment]
    return md


def _any_link(url: str) -> bool:
    return True


def _floor(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Too deep: what is left becomes one paragraph (markdown-it itself would drop it)."""
    if state.level < DEEPEST_BLOCK:
        return False
    if silent:
        return True
    content = state.getLines(start, end, state.blkIndent, False).strip()
    state.line = end
    _push_text(state, start, end, content)
    return True


def _definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A link definition; its own text goes along in case nothing links there."""
    position = state.bMarks[start] + state.tShift[start]
    if state.src.startswith("[^", position) or not reference(state, start, end, silent):
        return False
    if not silent:
        token = state.push("definition", "", 0)
        token.content = state.getLines(start, state.line, state.blkIndent, False).strip()
        token.map = [start, state.line]
    return True


def _push_text(state: StateBlock, start: int, end: int, content: str) -> None:
    if not content:
        return
    token = state.push("paragraph_open", "p", 1)
    token.map = [start, end]
    token = state.push("inline", "", 0)
    token.content, token.children, token.map = content, [], [start, end]
    state.push("paragraph_close", "p", -1)


def _formula_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A formula between $$ or \\[ \\] that begins on a line of its own."""
    if state.is_code_block(start):
        return False
    first = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    opening = first[:2]
    if opening not in ("$$", r"\["):
        return False
    closing = "$$" if opening == "$$" else r"\]"
    lines = []
    for number in range(start, min(end, start + _LONGEST_FORMULA_LINES)):
        line = first[2:] if number == start else state.src[state.bMarks[number] : state.eMarks[number]]
        if number > start and state.sCount[number] < state.blkIndent and line.strip():
            return False
        before, found, after = line.partition(closing)
        lines.append(before)
        if found:
            return _end_formula_block(state, start, number + 1, "\n".join(lines), after.strip(), silent)
    return False


def _end_formula_block(state: StateBlock, start: int, end: int, latex: str, after: str, silent: bool) -> bool:
    if len(after) > 8 or not latex.strip() or len(latex) > _LONGEST_FORMULA:
        return False
    if not silent:
        token = state.push("formula_block", "", 0)
        token.content, token.map = latex.strip(), [start, end]
        _push_text(state, start, end, after)
        state.line = end
    return True


def _formula(state: StateInline, silent: bool) -> bool:
    r"""Maths inside a line: $x$, $$x$$, \(x\) or \[x\]."""
    found = _find_formula(state.src, state.pos, state.posMax)
    if found is None:
        return False
    latex, end = found
    if not silent:
        state.push("formula", "", 0).content = latex
    state.pos = end
    return True


def _find_formula(text: str, start: int, limit: int) -> tuple[str, int] | None:
    """The formula that begins at `start`, and where it ends."""
    two = text[start : start + 2]
    closing = {"$$": "$$", r"\(": r"\)", r"\[": r"\]"}.get(two, "$" if two[:1] == "$" else "")
    if not closing:
        return None
    begin = start + len(closing)
    end = text.find(closing, begin, min(limit, begin + _LONGEST_FORMULA))
    latex = text[begin:end].strip() if end >= 0 else ""
    if not latex or (closing == "$" and not _is_dollar_maths(text, start, end, limit)):
        return None
    return latex, end + len(closing)


def _is_dollar_maths(text: str, start: int, end: int, limit: int) -> bool:
    """Whether $...$ is a formula and not two prices or two shell variables."""
    latex = text[start + 1 : end]
    before = text[start - 1] if start else " "
    after = text[end + 1] if end + 1 < limit else " "
    if latex[0].isspace() or latex[-1].isspace() or before.isalnum() or after.isalnum() or "\n\n" in latex:
        return False
    if _COMMAND.search(latex):
        return True
    if any(word not in _FUNCTIONS for word in _WORD.findall(latex)):
        return False
    return " " not in latex or _SIGNS.search(latex) is not None


def _times(state: StateInline, silent: bool) -> bool:
    """2*3*4 is a product, not an emphasis."""
    found = _TIMES.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.append_pending(found[0])
    state.pos = found.end()
    return True


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Stars and underscores as in CommonMark, but a bold phrase may touch a word: **Note:**text, 文字**“引用”**文字."""
    sign = state.src[state.pos]
    if silent or sign not in "*_":
        return False
    opens, closes, length = state.scanDelims(state.pos, sign == "*")
    if sign == "*" and length > 1:
        before = state.src[state.pos - 1 : state.pos]
        after = state.src[state.pos + length : state.pos + length + 1]
        opens = opens or (before.isalnum() and after in _OPENING)
        closes = closes or (before in _CLOSING and after.isalnum())
    for _ in range(length):
        state.push("text", "", 0).content = sign
        state.delimiters.append(Delimiter(ord(sign), length, len(state.tokens) - 1, -1, opens, closes))
    state.pos += length
    return True


def _footnote(state: StateInline, silent: bool) -> bool:
    """[^1] in a text, and [^1]: before the note itself."""
    found = _FOOTNOTE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    at_line_start = state.pos == 0 or state.src[state.pos - 1] == "\n"
    if not silent:
        token = state.push("footnote", "", 0)
        token.content = found["label"]
        token.meta = {"is_note": at_line_start and bool(found["colon"])}
    state.pos = found.end() if at_line_start else found.end("label") + 1
    return True


def _tag(state: StateInline, silent: bool) -> bool:
    found = TAGS.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        token = state.push("tag", found["name"].lower(), 0)
        token.content = found[0]
        token.meta = {"is_close": bool(found["close"])}
    state.pos = found.end()
    return True
