"""A laid out answer cut into messages: at block borders, else lines, sentences, words, and at worst characters.

Works on any page; knows Telegram's limits and nothing of markdown.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from bot.markdown.clean import fit, is_blank
from bot.markdown.page import Kind, Page, Span, outer_first

MOST_SPANS = 100
"""Telegram lets about a hundred entities of a message take effect."""
_LEAST_PART = 3
"""A good cut is taken when it leaves at least a third of a message; otherwise the next best kind of cut is tried."""
_LONGEST_CLUSTER = 32
_SENTENCE = re.compile(r"[.!?…。！？;]['\"»”)\]]*\s+")
_GAP = re.compile(r"\s+")
_VERBATIM: frozenset[Kind] = frozenset({"pre", "blockquote", "expandable_blockquote"})
_WORTH: tuple[Kind, ...] = (
    "blockquote", "expandable_blockquote", "pre", "text_link", "code", "bold", "italic", "strikethrough", "underline"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """One message; places count Python characters of its own text."""

    text: str
    spans: tuple[Span, ...]


def split(page: Page, limit: int) -> Iterator[Piece]:
    """The page as messages of at most `limit` UTF-16 units and a hundred styles; empty ones are left out."""
    running: list[Span] = []
    waiting = iter(page.spans)
    following = next(waiting, None)
    for start, end in _cuts(page, limit):
        running = [span for span in running if span.end > start]
        while following is not None and following.start < end:
            running.append(following)
            following = next(waiting, None)
        piece = _piece(page.text, start, end, running)
        if not is_blank(piece.text):
            yield piece


def _cuts(page: Page, limit: int) -> Iterator[tuple[int, int]]:
    """Where the messages begin and end, white space at their edges included."""
    starts = [span.start for span in page.spans]
    verbatim = [span for span in page.spans if span.kind == "pre"]
    start = 0
    while start < len(page.text):
        start = _skip_gap(page.text, start, verbatim)
        end = _best_cut(page, start, fit(page.text, start, limit), verbatim)
        first = bisect_right(starts, start)
        if first + MOST_SPANS < len(starts) and starts[first + MOST_SPANS] < end:
            fewer = _best_cut(page, start, max(starts[first + MOST_SPANS], start + 1), verbatim)
            end = fewer if fewer - start >= (end - start) // _LEAST_PART else end
        yield start, end
        start = end


def _skip_gap(text: str, start: int, verbatim: Sequence[Span]) -> int:
    """A message begins with its first character, but code keeps its indent."""
    gap = _GAP.match(text, start)
    if not gap:
        return start
    code = _around(verbatim, gap.end())
    if code is None:
        return gap.end()
    return max(text.rfind("\n", start, gap.end()) + 1, code.start, start)


def _around(spans: Sequence[Span], place: int) -> Span | None:
    """The code block that holds this place; code blocks never overlap."""
    index = bisect_right(spans, place, key=lambda span: span.start) - 1
    return spans[index] if index >= 0 and place < spans[index].end else None


def _best_cut(page: Page, start: int, end: int, verbatim: Sequence[Span]) -> int:
    if end >= len(page.text):
        return len(page.text)
    end = max(end, start + 1)
    least = start + (end - start) // _LEAST_PART
    for borders in (page.borders, page.inner_borders):
        cut = borders[index - 1] if (index := bisect_right(borders, end)) else 0
        if cut > least:
            return cut
    newline = page.text.rfind("\n", least, end + 1)
    if newline > least:
        return newline
    if _around(verbatim, end) is None:
        for pattern in (_SENTENCE, _GAP):
            ends = [match.end() for match in pattern.finditer(page.text, least, end)]
            if ends:
                return ends[-1]
    return _between_clusters(page.text, start, end)


def _between_clusters(text: str, start: int, end: int) -> int:
    """The nearest place before `end` that does not tear a letter from its accents or an emoji apart."""
    for cut in range(end, max(start, end - _LONGEST_CLUSTER), -1):
        if not _is_joined(text, start, cut):
            return cut
    return end


def _is_joined(text: str, start: int, cut: int) -> bool:
    before, after = text[cut - 1], text[cut]
    if before == "\u200d" or after == "\u200d" or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    if _is_flag(before) and _is_flag(after):
        return _flags_before(text, start, cut) % 2 == 1
    return unicodedata.category(after) in ("Mn", "Me", "Mc")


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flags_before(text: str, start: int, cut: int) -> int:
    """Flags are pairs of letters: an odd number of them before a cut means half a flag."""
    place = cut
    while place > start and _is_flag(text[place - 1]):
        place -= 1
    return cut - place


def _piece(text: str, start: int, end: int, spans: Sequence[Span]) -> Piece:
    raw = text[start:end].rstrip()
    own = [_clipped(raw, span, start) for span in spans]
    kept = [span for span in own if span is not None]
    edge = len(raw) - len(raw.lstrip())
    if edge and not any(span.start == 0 for span in kept):
        raw = raw[edge:]
        kept = [replace(span, start=span.start - edge, end=span.end - edge) for span in kept]
    return Piece(raw, tuple(sorted(_worthiest(kept), key=outer_first)))


def _clipped(text: str, span: Span, shift: int) -> Span | None:
    """The part of a span that lies in this message, without white space at its edges; code keeps its indent."""
    start, end = max(span.start - shift, 0), min(span.end - shift, len(text))
    blank = "\n" if span.kind in _VERBATIM else None
    inside = text[start:end]
    start += len(inside) - len(inside.lstrip(blank))
    end -= len(inside) - len(inside.rstrip(blank))
    return replace(span, start=start, end=end) if start < end and not inside.isspace() else None


def _worthiest(spans: list[Span]) -> list[Span]:
    """As many as Telegram shows; quotes come first, so that one stays outside the code that fills it."""
    if len(spans) <= MOST_SPANS:
        return spans
    return sorted(spans, key=lambda span: _WORTH.index(span.kind))[:MOST_SPANS]


def utf16_places(text: str) -> Sequence[int]:
    """For every character border of the text, its place in UTF-16 units."""
    if not text or max(text) <= "\uffff":
        return range(len(text) + 1)
    return list(accumulate((2 if character > "\uffff" else 1 for character in text), initial=0))
