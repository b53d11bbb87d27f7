"""The final answer in a worked one: where it stands, and what it says. Russian and English."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from engine.aggregation.normal import Choice, Normal, Number, Numbers, YesNo
from engine.aggregation.plain import BOLD, CLOSE, OPEN, plain, without_bold
from engine.aggregation.quantities import quantities
from engine.aggregation.reading import abstains, core, first_sentence, number_of, read_passage, yes_or_no
from engine.aggregation.vocabulary import ANSWER_MARKS, CONCLUSION_MARKS, POLITE, TOTAL_MARKS

SHORT = 100
"""Characters: a text of one line up to this length is the answer itself."""
LONGEST_LAST_LINE = 60
LONGEST_TEXT = 50_000
"""Characters that are looked at, from the end."""
BOXED = re.compile(r"\\f?boxed\s*")
BOLD_PART = re.compile(rf"{OPEN}([^{OPEN}{CLOSE}]+){CLOSE}")
LEADING_OPTION = re.compile(rf"^\s*{BOLD}\(?([A-HА-Е])\)?(?:[).:]|\s+[—–-])\s*{BOLD}\s*(?=\S)")
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
    return last_resort(plain(text))


def passages(text: str) -> Iterator[str]:
    """Where the answer may stand, the surest place first."""
    yield from boxed(text)
    clean = plain(text).strip()
    yield from after_marks(clean, ANSWER_MARKS)
    if is_short(clean):
        yield clean
        return
    yield from opening(clean)
    yield from after_marks(clean, TOTAL_MARKS)
    yield from bold(clean)
    yield from conclusion(clean)
    if (last := last_line(clean)) and len(without_bold(last)) <= LONGEST_LAST_LINE:
        yield last


def boxed(text: str) -> Iterator[str]:
    r"""The contents of the last \boxed{}, braces matched; several on one line are one answer."""
    found = []
    for start in BOXED.finditer(text):
        inside, depth = "", 0
        for sign in text[start.end() :]:
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
    for found in reversed(list(patterns(marks).finditer(text))):
        passage = following(text[found.end() :])
        if passage:
            yield emphasised(passage)


def following(text: str) -> str:
    """The rest of the line, or the next line with something on it; the items of a list come together."""
    lines = [line for line in text.lstrip(f" \t:{OPEN}{CLOSE}").splitlines() if without_bold(line).strip(" :.-—–*")]
    if not lines:
        return ""
    if not LISTED.match(lines[0]):
        return lines[0]
    items = []
    for line in lines[:6]:
        if not LISTED.match(line):
            break
        items.append(LISTED.sub("", line).rstrip(" ;,."))
    return "; ".join(items) if len(items) > 1 else items[0]


def emphasised(passage: str) -> str:
    """The bold part of a passage that is a sentence around it."""
    parts = BOLD_PART.findall(first_sentence_bold(passage))
    plain_length = len(core(passage))
    if len(parts) == 1 and plain_length > len(parts[0]) + 8 and plain_length > 25:
        return str(parts[0])
    return passage


def first_sentence_bold(passage: str) -> str:
    return first_sentence(passage)


def is_short(text: str) -> bool:
    return "\n" not in text and len(without_bold(text)) <= SHORT and len(re.findall(r"[.!?](?:\s|$)", text)) <= 1


def opening(text: str) -> Iterator[str]:
    """A yes, a no or an option that the text begins with."""
    line = text.split("\n", 1)[0]
    bare = without_bold(line).strip()
    if LEADING_OPTION.match(line):
        yield line
    elif not re.match(POLITE, bare, re.IGNORECASE) and yes_or_no(bare):
        yield bare


def bold(text: str) -> Iterator[str]:
    """Bold words of the last line, or the only ones there are."""
    last = BOLD_PART.findall(last_line(text))
    everywhere = BOLD_PART.findall(text)
    if last:
        yield last[-1]
    elif len(everywhere) == 1 and not everywhere[0].rstrip().endswith(":"):
        yield everywhere[0]


def conclusion(text: str) -> Iterator[str]:
    """The last sentence, if it draws a conclusion and has a quantity or a yes in it."""
    last = last_line(text)
    found = list(patterns(CONCLUSION_MARKS).finditer(last))
    for mark in reversed(found):
        rest = without_bold(last[mark.end() :]).strip(" ,:")
        if quantities(rest) or yes_or_no(rest):
            yield last_quantity(first_sentence(rest)) or rest
            return


def last_quantity(sentence: str) -> str:
    """The result of a calculating sentence: right of the last equals sign, or its last quantity."""
    found = quantities(sentence)
    if "=" in sentence or len(found) < 2:
        return ""
    return sentence[found[-1].start : found[-1].end]


def last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if without_bold(line).strip(" *_-=#.")), "")


def last_resort(text: str) -> FinalAnswer | None:
    """The last quantity of the last sentence that calculates; prose with a number in passing says nothing."""
    line = without_bold(last_line(text))
    found = quantities(line)
    if not found or not ("=" in line or len(line) <= 2 * SHORT):
        return None
    last = found[-1]
    return FinalAnswer(number_of(last), line[last.start : last.end].strip())


def is_value(normal: Normal) -> bool:
    """Whether it is compared by value and not by words."""
    return isinstance(normal, Number | Numbers | Choice | YesNo)
