"""Days and times of day in a short text, in Russian and English."""

import re

from engine.aggregation.normal import Clock, Date
from engine.aggregation.vocabulary import MONTHS

MONTH = r"(?P<month>" + "|".join(f"(?:{russian}|{english})" for russian, english in MONTHS) + r")[a-zа-я]*\.?"
YEAR = r"(?P<year>[12]\d{3})(?!\d)(?:\s*(?:г\.|г(?!\w)|год\w*))?"
SHAPES = (
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})(?:-?(?:го|е|st|nd|rd|th))?\s+(?:of\s+)?{MONTH}(?:,?\s+{YEAR})?"),
    re.compile(rf"(?<!\w){MONTH}\s+(?P<day>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?(?:,?\s+{YEAR})?"),
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
    """The first day named in `text`."""
    lowered = text.lower().replace("ё", "е")
    found = [match for shape in SHAPES if (match := shape.search(lowered))]
    return min((date_of(match) for match in found[:1]), key=lambda date: date is None, default=None)


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
        if any(word.startswith(stem) for stem in (*russian.split("|"), english))
    )


def clock_in(text: str) -> Clock | None:
    """The first time of day in `text`, by 24 hours or with am and pm."""
    lowered = text.lower()
    found = CLOCK.search(lowered) or HOUR.search(lowered)
    if found is None:
        return None
    parts = found.groupdict()
    hour = int(found["hour"])
    if half := parts.get("half"):
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return Clock(hour * 3600 + int(parts.get("minute") or 0) * 60 + int(parts.get("second") or 0))
