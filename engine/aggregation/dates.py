"""Days and times of day in a short text, in Russian and English."""

import re

from engine.aggregation.normal import Clock, Date
from engine.aggregation.vocabulary import MONTHS

MONTH = r"(?P<month>" + "|".join(f"{russian}[а-я]?|{english}" for russian, english in MONTHS) + r")(?!\w)\.?"
YEAR = r"(?P<year>[12]\d{3})(?!\d)(?:\s*(?:г\.|г(?!\w)|год\w*))?"
SHAPES = (
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})(?:-?(?:го|е|st|nd|rd|th))?\s+(?:of\s+)?{MONTH}(?:,?\s+{YEAR})?"),
    re.compile(rf"(?<!\w)(?=[a-z]){MONTH}\s+(?P<day>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?(?:,?\s+{YEAR})?"),
    re.compile(rf"(?<!\w){MONTH},?\s+{YEAR}"),
    re.compile(r"(?<!\d)(?P<year>[12]\d{3})-(?P<number>\d{1,2})-(?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?<![\d.])(?P<day>\d{1,2})\.(?P<number>\d{1,2})\.(?P<year>\d{4})(?!\d)"),
    re.compile(r"(?<![\d/])(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>\d{4})(?!\d)"),
)
CLOCK = re.compile(
    r"(?<![\d:])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?!\d)\s*(?P<half>[ap]\.?\s?m\b)?"
)
HOUR = re.compile(r"(?<![\d:.,])(?P<hour>1[0-2]|[1-9])\s*(?P<half>[ap]\.?\s?m)\b")


def date_in(text: str) -> Date | None:
    """The day named in `text`; None if there are several."""
    lowered = text.lower().replace("ё", "е")
    shape = next((shape for shape in SHAPES if shape.search(lowered)), None)
    found = list(shape.finditer(lowered)) if shape else []
    return date_of(found[0]) if len(found) == 1 else None


def moments(text: str) -> tuple[tuple[int, int], ...]:
    """Where days and times of day stand in `text`: beginnings and ends."""
    lowered = text.lower().replace("ё", "е")
    spans = sorted(match.span() for shape in (*SHAPES, CLOCK, HOUR) for match in shape.finditer(lowered))
    return tuple(span for place, span in enumerate(spans) if not place or span[0] >= spans[place - 1][1])


def date_of(found: re.Match[str]) -> Date | None:
    parts = found.groupdict()
    if parts.get("first"):
        first, second = int(found["first"]), int(found["second"])
        day, month = (second, first) if second > 12 else (first, second)  # 4/25 is written by Americans only
    else:
        day = int(parts["day"]) if parts.get("day") else 0
        month = int(parts["number"]) if parts.get("number") else month_of(parts.get("month") or "")
    year = int(parts["year"]) if parts.get("year") else None
    if not 1 <= month <= 12 or day > 31:
        return None
    return Date(year, month, day or None)


def month_of(word: str) -> int:
    return next(
        number
        for number, (russian, english) in enumerate(MONTHS, start=1)
        if re.fullmatch(f"{russian}[а-я]?|{english}", word)
    )


def clock_in(text: str) -> Clock | None:
    """The time of day in `text`, by 24 hours or with am and pm; None if there are several."""
    lowered = text.lower()
    all_found = list(CLOCK.finditer(lowered)) or list(HOUR.finditer(lowered))
    if len(all_found) != 1:
        return None
    found = all_found[0]
    parts = found.groupdict()
    hour = int(found["hour"])
    if half := parts.get("half"):
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return Clock(hour * 3600 + int(parts.get("minute") or 0) * 60 + int(parts.get("second") or 0))
