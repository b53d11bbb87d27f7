"""Answers without any mark: a short one is itself the answer, of a longer one what it opens or ends with."""

import re
from collections.abc import Iterator
from functools import cache

from engine.aggregation.choices import closing_letter
from engine.aggregation.dates import moments
from engine.aggregation.plain import BOLD, CLOSE, OPEN, without_bold
from engine.aggregation.quantities import quantities
from engine.aggregation.reading import COPULAS, LIST, core, equations, first_sentence, yes_or_no
from engine.aggregation.vocabulary import CLOSING_YES_NO, CONCLUSION_MARKS

SHORT = 100
"""Characters: a text of one line up to this length is the answer itself."""
LONGEST_LAST_LINE = 60
LONGEST_CALCULATION = 200
"""Characters: a number at the end of a longer sentence is only one in passing."""
BOLD_PART = re.compile(rf"{OPEN}([^{OPEN}{CLOSE}]+){CLOSE}")
LEADING_OPTION = re.compile(rf"^\s*{BOLD}\(?([A-HА-Е])\)?(?:[).:]|\s+[—–-])\s*{BOLD}\s*(?=\S)")


def unmarked(text: str) -> Iterator[str]:
    """Where the answer may stand, the surest place first."""
    if is_short(text):
        bare = without_bold(text)
        yield emphasised(text) if BOLD_PART.search(text) or yes_or_no(bare) else closing(bare) or text
        return
    yield from opening(text)
    yield from bold(text)
    yield from conclusion(text)
    last = without_bold(last_sentence(text))
    if yes_or_no(last):
        yield last
    elif end := closing_word(last):
        yield end
    elif len(last) <= LONGEST_CALCULATION and (quantities(last) or moments(last)):
        yield closing(last) or last
    elif len(last) <= LONGEST_LAST_LINE and last == without_bold(last_line(text)):
        yield last


def is_short(text: str) -> bool:
    return "\n" not in text and len(without_bold(text)) <= SHORT and len(re.findall(r"[.!?](?:\s|$)", text)) <= 1


def emphasised(passage: str) -> str:
    """The bold part of a passage that is a sentence around it."""
    parts = BOLD_PART.findall(first_sentence(passage))
    plain_length = len(core(passage))
    if len(parts) == 1 and plain_length > len(parts[0]) + 8 and plain_length > 25:
        return str(parts[0])
    return passage


def closing(sentence: str) -> str:
    """What a sentence ends in: an option, a yes or a no, the last of several values; else ""."""
    if end := closing_word(sentence):
        return end
    times = moments(sentence)
    inside = [(one.start, one.end) for one in quantities(sentence) if not any(a <= one.start < b for a, b in times)]
    values = sorted([*times, *inside])
    if len(values) < 2 or COPULAS.search(sentence) or equations(sentence):
        return ""
    between = sentence[values[-2][1] : values[-1][0]]
    if not re.search(r"[a-zа-я]{2}", LIST.sub(" ", between), re.IGNORECASE):
        return ""  # a list, an interval
    return sentence[values[-1][0] : values[-1][1]]


def closing_word(sentence: str) -> str:
    """The option, the yes or the no that a sentence ends in; else ""."""
    found = re.search(CLOSING_YES_NO, sentence, re.IGNORECASE)
    return closing_letter(sentence) or (found[1] if found else "")


def opening(text: str) -> Iterator[str]:
    """A yes, a no or an option that the text begins with."""
    line = text.split("\n", 1)[0]
    bare = without_bold(line).strip()
    if LEADING_OPTION.match(line):
        yield line
    elif yes_or_no(bare):
        yield bare


def bold(text: str) -> Iterator[str]:
    """Bold words of the last line, or the only ones there are; a bold heading is none."""
    line = last_line(text)
    last = BOLD_PART.findall(line)
    everywhere = BOLD_PART.findall(text)
    ends_in_it = line.rstrip(" .!)").endswith(CLOSE)
    if last and (ends_in_it or quantities(last[-1]) or yes_or_no(last[-1])):
        yield last[-1]
    elif len(everywhere) == 1 and not everywhere[0].rstrip().endswith(":"):
        yield everywhere[0]


def conclusion(text: str) -> Iterator[str]:
    """What the last line concludes: "so", "therefore" and a value after it."""
    last = last_line(text)[-LONGEST_CALCULATION:]
    for mark in reversed(list(conclusions().finditer(last))):
        rest = without_bold(last[mark.end() :]).strip(" ,:")
        if quantities(rest) or yes_or_no(rest) or closing_letter(rest):
            sentence = first_sentence(rest)
            yield closing(sentence) or sentence
            return


@cache
def conclusions() -> re.Pattern[str]:
    return re.compile("|".join(CONCLUSION_MARKS), re.IGNORECASE)


def last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if without_bold(line).strip(" *_-=#.")), "")


def last_sentence(text: str) -> str:
    line = last_line(text)
    while (rest := line[len(first_sentence(line)) :].lstrip(f" .!?…{CLOSE}")) and re.search(r"\w", rest):
        line = rest
    return line
