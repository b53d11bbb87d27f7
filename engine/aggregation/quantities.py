"""Quantities in a text: numbers however they are written, with their units. Knows nothing of answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.aggregation.number_words import number_in_words, scale_of
from engine.aggregation.plain import SUPERSCRIPTS
from engine.aggregation.units import Unit, unit_after
from engine.aggregation.vocabulary import ABOUT

LONGEST_NUMBER = 60
"""Digits; what is longer is no answer that anybody compares by value."""
LARGEST_POWER = 300

GROUPED = r"\d{1,3}(?: \d{3})+(?!\d)(?:[.,]\d+)?"
ENGLISH = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?"
GERMAN = r"\d{1,3}(?:\.\d{3}){2,}(?!\d)(?:,\d+)?|\d{1,3}(?:['’_]\d{3})+(?!\d)(?:[.,]\d+)?"
SIMPLE = r"\d+(?:[.,]\d+)?|\.\d+"
NUMBER = re.compile(
    r"(?<![\w.,])(?:(?<![\d)] )(?<!\b[a-zA-Z] )(?<!\d[a-zA-Z] )(?P<sign>[-+±])\s?)?"
    rf"(?P<money>[$€£₽]\s?)?(?P<digits>{GROUPED}|{ENGLISH}|{GERMAN}|{SIMPLE})"
    r"(?:(?P<exponent>[eEеЕ][-+]?\d{1,4}\b)|(?:\s*[×·*хx]\s*10(?:\s*\^\s*\(?(?P<power>-?\d{1,4})\)?|(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+))))?"
)
FRACTION = re.compile(r"\s*/\s*(?P<bottom>\d+(?:[.,]\d+)?)(?![\d/])(?!\s*(?:\d|[.]\d))")
MIXED = re.compile(r"\s+(?P<top>\d+)\s*/\s*(?P<bottom>\d+)(?![\d/])")
POWER = re.compile(r"\s*(?:\^\s*\(?(-?\d{1,3})\)?|([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+))")
SCALE = re.compile(
    r"\s*(?P<scale>тыс\.?|тысяч\w{0,3}|млн|миллион\w{0,3}|млрд|миллиард\w{0,3}|трлн|триллион\w{0,3}|thousand|million|billion|bn|trillion)(?!\w)\.?"
)
GLUED_SCALE = re.compile(r"(?P<scale>[kKкК])(?!\w)")
WORD = re.compile(r"[A-Za-zА-Яа-яЁё]+\.?")
NEAR = re.compile(rf"(?:{ABOUT}|≈|~)\s*$", re.IGNORECASE)
COMPOUND_GAP = re.compile(r"\s*(?:,|и|and)?\s*")
COMPOUND = ("time", "calendar", "length", "mass", "rub", "usd", "eur")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it stands at `start`..`end` of a text.

    `value` is in the base unit of its kind, `written` as it stands there; `other` is a second way to read the digits
    ("1,234": a thousand, or a little over one). `step` is what the last digit is worth, None for a whole number or
    a fraction.
    """

    start: int
    end: int
    value: Fraction
    written: Fraction
    unit: Unit | None = None
    other: Fraction | None = None
    step: Fraction | None = None
    about: bool = False


def quantities(text: str) -> tuple[Quantity, ...]:
    """All quantities of `text` in order; "2 h 30 min" is one."""
    return tuple(compounds(text, sorted([*in_digits(text), *in_words(text)], key=lambda one: one.start)))


def in_digits(text: str) -> Iterator[Quantity]:
    place = 0
    while found := NUMBER.search(text, place):
        place = found.end()
        if len(found["digits"]) > LONGEST_NUMBER:
            continue
        quantity = read(text, found)
        place = max(place, quantity.end)
        yield quantity


def read(text: str, found: re.Match[str]) -> Quantity:
    """One number with all that belongs to it: a fraction bar, a power, a scale, a unit."""
    value, other, step = digits(found["digits"])
    end = found.end()
    factor = Fraction(1)
    if found["exponent"] or found["power"] or found["raised"]:
        raised = (found["exponent"] or " ")[1:] or found["power"] or found["raised"].translate(SUPERSCRIPTS)
        factor = Fraction(10) ** max(-LARGEST_POWER, min(LARGEST_POWER, int(raised)))
    elif (fraction := MIXED.match(text, end)) and int(fraction["bottom"]) and value.denominator == 1:
        value, step, end = value + Fraction(int(fraction["top"]), int(fraction["bottom"])), None, fraction.end()
    elif (fraction := FRACTION.match(text, end)) and digits(fraction["bottom"])[0]:
        value, other, step, end = value / digits(fraction["bottom"])[0], None, None, fraction.end()
    elif (power := POWER.match(text, end)) and 0 < abs(value) < 10**6:
        value, end = value ** min(int(power[1] or power[2].translate(SUPERSCRIPTS)), 64), power.end()
    if scale := SCALE.match(text, end) or GLUED_SCALE.match(text, end):
        factor, end = factor * (1000 if scale["scale"] in "kKкК" else scale_of(scale["scale"])), scale.end()
    sign = -1 if found["sign"] == "-" else 1
    quantity = Quantity(
        found.start("sign") if found["sign"] else found.start("money") if found["money"] else found.start("digits"),
        end,
        sign * value * factor,
        sign * value * factor,
        other=None if other is None else sign * other * factor,
        step=None if step is None else step * factor,
        about=bool(NEAR.search(text[: found.start()][-20:])),
    )
    return with_unit(text, quantity, found["money"])


def with_unit(text: str, quantity: Quantity, money: str | None = None) -> Quantity:
    found = unit_after(money.strip()) if money else unit_after(text[quantity.end :])
    if found is None or is_a_year(text, quantity):
        return quantity
    unit, length = found
    scaled = unit.factor
    return replace(
        quantity,
        end=quantity.end if money else quantity.end + length,
        value=quantity.value * scaled,
        unit=unit,
        other=None if quantity.other is None else quantity.other * scaled,
        step=None if quantity.step is None else quantity.step * scaled,
    )


def is_a_year(text: str, quantity: Quantity) -> bool:
    """The year 1961, not 1961 years."""
    number = quantity.written
    after = re.match(r"\s*год\w{0,3}(?!\w)", text[quantity.end :])
    return bool(after) and number.denominator == 1 and 1000 <= number <= 2200


def digits(text: str) -> tuple[Fraction, Fraction | None, Fraction | None]:
    """The value of digits, a second reading if there is one, and what their last digit is worth."""
    bare = re.sub(r"[ '’_]", "", text)
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+", bare):
        once = bare.count(",") == 1
        return Fraction(bare.replace(",", "")), Fraction(bare.replace(",", ".")) if once else None, None
    if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3}){2,}(?:,\d+)?", bare):
        return decimal(bare.replace(".", "").replace(",", "."))
    if "," in bare and "." in bare:
        return decimal(bare.replace(",", ""))
    value, _, step = decimal(bare.replace(",", "."))
    thousands = re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", bare)
    return value, Fraction(bare.replace(".", "")) if thousands else None, step


def decimal(text: str) -> tuple[Fraction, Fraction | None, Fraction | None]:
    value = Fraction(f"0{text}" if text.startswith(".") else text)
    places = len(text.partition(".")[2])
    return value, None, Fraction(1, 10**places) if places else None


def in_words(text: str) -> Iterator[Quantity]:
    """Numbers said in words, "a hundred" and "двадцать пять" alike."""
    words = list(WORD.finditer(text))
    place = 0
    while place < len(words):
        following = [match[0].lower().replace("ё", "е").rstrip(".") for match in words[place : place + 8]]
        found = number_in_words(following) if not is_scale_of_digits(text, words[place]) else None
        if found is None or (
            found[1] == 1
            and following[0] in ("one", "один", "одна", "одно", "одного", "одной")
            and not alone(text, words[place])
        ):
            place += 1
            continue
        value, count = found
        first, last = words[place], words[place + count - 1]
        about = bool(NEAR.search(text[: first.start()][-20:]))
        yield with_unit(text, Quantity(first.start(), last.end() - last[0].endswith("."), value, value, about=about))
        place += count


def is_scale_of_digits(text: str, word: re.Match[str]) -> bool:
    """The "million" of "2 million" belongs to its digits."""
    return text[: word.start()].rstrip()[-1:].isdigit() and scale_of(word[0].lower()) > 1


def alone(text: str, word: re.Match[str]) -> bool:
    """ "One" is a number where it stands by itself, and a pronoun elsewhere."""
    return not text[word.end() :].strip(' .!)»"') and len(text[: word.start()].split()) <= 2


def compounds(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """Quantities with "5 ft 6 in" added up."""
    waiting: Quantity | None = None
    for quantity in found:
        if waiting and belong_together(text, waiting, quantity):
            waiting = replace(
                waiting, end=quantity.end, value=waiting.value + quantity.value, written=Fraction(0), step=None
            )
            continue
        if waiting and quantity.start < waiting.end:
            continue
        if waiting:
            yield waiting
        waiting = quantity
    if waiting:
        yield waiting


def belong_together(text: str, first: Quantity, second: Quantity) -> bool:
    if first.unit is None or second.unit is None or first.unit.kind != second.unit.kind:
        return False
    gap = text[first.end : second.start].replace(".", "")
    smaller = second.unit.factor < first.unit.factor and 0 <= second.value < first.unit.factor
    return first.unit.kind in COMPOUND and smaller and bool(COMPOUND_GAP.fullmatch(gap))
