"""Normal forms: what an answer says, apart from how it is written, and when two of them say the same."""

from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

ROUNDED_SHARE = Fraction(105, 10_000)
"""A rounded number may differ by this much: 0.33 is one third, 2.5 is not 2.54."""
ROUNDED_DIGITS = 2
"""Significant digits a rounded number must show at least: 0.3 is not taken for one third."""


@dataclass(frozen=True, slots=True)
class Number:
    """`value` in the base unit of `kind` ("" without a unit), `written` as it stood there.

    `other` is a second way to read the digits, `step` what the last decimal is worth, `about` if said to be rounded.
    """

    value: Fraction
    written: Fraction
    kind: str = ""
    other: Fraction | None = None
    step: Fraction | None = None
    about: bool = False


@dataclass(frozen=True, slots=True)
class Numbers:
    """Several at once, such as the roots of an equation: the smallest first, unless their order means something."""

    items: tuple[Number, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of given options. `letter` as it was written, upper case, or a digit; `place` counts from 1.

    `place` of a letter that could be of two alphabets is by the likelier one, `latin_place` by the other.
    """

    letter: str
    place: int
    latin_place: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class YesNo:
    yes: bool


@dataclass(frozen=True, slots=True)
class Date:
    """A day, or a part of one: what was not said is None."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, in seconds after midnight."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Words:
    """A short text in its plainest form; `head` is a name without what stands after its comma."""

    text: str
    head: str = ""


@dataclass(frozen=True, slots=True)
class FreeText:
    """A whole text, compared by meaning where vectors are given."""

    text: str


Normal = Number | Numbers | Choice | YesNo | Date | Clock | Words | FreeText


def agree(one: Normal, other: Normal) -> bool:
    """Whether two answers say the same. Symmetric; texts are compared by their form only."""
    match one, other:
        case Number(), Number():
            return same_number(one, other)
        case Numbers(), Numbers():
            return same_numbers(one, other)
        case Choice(), Choice():
            return same_choice(one, other)
        case Choice(words=words), Words(text=text) if words:
            return words == text
        case Choice(letter=letter), Number(written=written):
            return letter.isdigit() and written == int(letter)
        case (Words(), Choice()) | (Number(), Choice()):
            return agree(other, one)
        case Words(), Words():
            return bool({one.text, one.head} & ({other.text, other.head} - {""}))
        case Date(), Date():
            return same_date(one, other)
        case (Date(year=year, month=None), Number(written=written)) | (
            Number(written=written),
            Date(year=year, month=None),
        ):
            return year is not None and written == year
        case _:
            return one == other


def same_number(one: Number, other: Number) -> bool:
    """By value if the kinds are one; a number without a unit agrees with the same digits that have one."""
    if one.kind == other.kind or {one.kind, other.kind} <= {"", "percent"}:
        pairs = [(one.value, other.value), (one.other, other.value), (one.value, other.other)]
        if any(a == b for a, b in pairs if a is not None and b is not None) or rounded_alike(one, other):
            return True
    if one.kind != other.kind and "" in (one.kind, other.kind):
        return one.written == other.written
    return False


def rounded_alike(one: Number, other: Number) -> bool:
    """One is the other, rounded: it shows fewer decimals, and those that it shows are right."""
    difference, size = abs(one.value - other.value), max(abs(one.value), abs(other.value))
    if not size or difference > ROUNDED_SHARE * size:
        return False
    if one.about or other.about:
        return True
    return is_rounded(one, other) or is_rounded(other, one)


def is_rounded(rough: Number, fine: Number) -> bool:
    if rough.step is None or (fine.step is not None and fine.step >= rough.step):
        return False
    shown = abs(rough.value) / rough.step >= 10 ** (ROUNDED_DIGITS - 1)
    return shown and abs(rough.value - fine.value) <= rough.step / 2


def same_numbers(one: Numbers, other: Numbers) -> bool:
    if len(one.items) != len(other.items):
        return False
    first, second = one.items, other.items
    if one.ordered != other.ordered:
        first, second = by_size(first), by_size(second)
    return all(same_number(a, b) for a, b in zip(first, second, strict=True))


def by_size(items: tuple[Number, ...]) -> tuple[Number, ...]:
    return tuple(sorted(items, key=lambda item: item.value))


def same_choice(one: Choice, other: Choice) -> bool:
    """By the letter; the same option in another alphabet is its place."""
    if one.letter.isdigit() != other.letter.isdigit():
        return False
    return one.letter == other.letter or one.place == other.place


def same_date(one: Date, other: Date) -> bool:
    """Part by part; what one of them leaves out is no difference, if day and month are there."""
    if (one.month, one.day) != (other.month, other.day):
        return False
    return one.year == other.year or (one.day is not None and None in (one.year, other.year))


def shown(normal: Normal) -> str:
    """The normal form in a line, for logs and reports; not for people."""
    match normal:
        case Number(value, _, kind):
            return f"{float(value):g}" + (f" {kind}" if kind else "")
        case Numbers(items):
            return "; ".join(shown(item) for item in items)
        case Choice(letter):
            return f"option {letter}"
        case YesNo(yes):
            return "yes" if yes else "no"
        case Date(year, month, day):
            return "-".join("?" if part is None else str(part) for part in (year, month, day))
        case Clock(seconds):
            return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
        case Words(text):
            return f"“{text}”"
        case FreeText(text):
            return f"text of {len(text)} characters"
        case _:
            assert_never(normal)
