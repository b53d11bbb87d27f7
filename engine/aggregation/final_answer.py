"""The final answer in a worked one: where it stands, and what it says. Russian and English."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

from engine.aggregation.last_words import emphasised, unmarked
from engine.aggregation.normal import Normal
from engine.aggregation.plain import BOLD, OPEN, plain, without_bold
from engine.aggregation.reading import abstains, core, read_passage
from engine.aggregation.vocabulary import ANSWER_MARKS, PLEASANTRIES, POLITE, TOTAL_MARKS

LONGEST_TEXT = 20_000
"""Characters that are looked at, from the end."""
LONGEST_BOXED = 300
MOST_MARKS = 12
"""Places that are tried, from the end."""
BOXED = re.compile(r"\\f?boxed\s*")
LISTED = re.compile(r"^\s*(?:[-•*–]|\d+[.)])\s+")


@dataclass(frozen=True, slots=True)
class FinalAnswer:
    """What an answer comes to: its normal form, and its words for people."""

    normal: Normal
    words: str


def final_answer(text: str) -> FinalAnswer | None:
    """The short answer that `text` ends in; None if it gives none that could be compared."""
    text = text[-LONGEST_TEXT:]
    for passage in passages(text):
        normal = read_passage(passage)
        if normal is not None:
            return FinalAnswer(normal, core(passage))
        if abstains(core(passage)):
            return None
    return None


def passages(text: str) -> Iterator[str]:
    """Where the answer may stand, the surest place first."""
    yield from boxed(text)
    clean = without_courtesies(plain(text).strip())
    yield from after_marks(clean, ANSWER_MARKS)
    yield from after_marks(clean, TOTAL_MARKS)
    yield from unmarked(clean)


def without_courtesies(text: str) -> str:
    """Without "of course!" at the beginning and "I hope this helps" at the end."""
    text = re.sub(f"^{POLITE}", "", text, flags=re.IGNORECASE)
    shorter = re.sub(PLEASANTRIES, "", text[-400:], flags=re.IGNORECASE)
    return text[:-400] + shorter if shorter.strip() else text


def boxed(text: str) -> Iterator[str]:
    r"""The contents of the last \boxed{}, braces matched; several on one line are one answer."""
    found = []
    for start in list(BOXED.finditer(text))[-MOST_MARKS:]:
        inside, depth = "", 0
        for sign in text[start.end() : start.end() + LONGEST_BOXED]:
            depth += (sign == "{") - (sign == "}")
            if depth <= 0:
                break
            inside += sign
        found.append((start.start(), plain(inside[1:])))
    if not found:
        return
    line = text.count("\n", 0, found[-1][0])
    together = [inside for place, inside in found if text.count("\n", 0, place) == line]
    yield ", ".join(together)


@cache
def patterns(marks: tuple[str, ...]) -> re.Pattern[str]:
    joined = "|".join(mark.replace("{bold}", BOLD).replace("{open}", OPEN) for mark in marks)
    return re.compile(joined, re.IGNORECASE | re.MULTILINE)


def after_marks(text: str, marks: tuple[str, ...]) -> Iterator[str]:
    """What follows each mark, the last mark first."""
    for found in list(patterns(marks).finditer(text))[: -MOST_MARKS - 1 : -1]:
        passage = following(text[found.end() :])
        if passage:
            yield emphasised(passage)


def following(text: str) -> str:
    """The rest of the line, or the next line with something on it; the items of a list come together."""
    line = text.split("\n", 1)[0]
    if without_bold(line).strip(" :.-—–*"):
        return unwrapped(line.strip())
    lines = [line for line in text.splitlines() if without_bold(line).strip(" :.-—–*")]
    if not lines or not LISTED.match(lines[0]):
        return lines[0] if lines else ""
    items = [LISTED.sub("", line).rstrip(" ;,.") for line in takewhile(LISTED.match, lines[:6])]
    return "; ".join(items) if len(items) > 1 else items[0]


def unwrapped(line: str) -> str:
    """The value alone where it stands in JSON or between tags."""
    line = line.split("</", 1)[0]
    found = re.match(r"""\s*(?:"([^"\n]*)"|'([^'\n]*)'|(-?[\d.]+))\s*(?:[}\]]|,\s*["'])""", line)
    return next((value for value in found.groups() if value), line) if found else line
