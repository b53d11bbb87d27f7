"""Numbers said in words, in Russian and English: "двадцать пять", "a hundred and two"."""

import re
from collections.abc import Sequence
from fractions import Fraction

ENGLISH = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
ENGLISH_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
RUSSIAN = (
    (0, "ноль|нуль|нуля|ноля"),
    (1, "один|одна|одно|одного|одной|одну|одному|одним"),
    (2, "два|две|двух|двум|двумя|двое"),
    (3, "три|трех|трем|тремя|трое"),
    (4, "четыре|четырех|четырем|четырьмя|четверо"),
    (5, "пять|пяти|пятью|пятеро"),
    (6, "шесть|шести|шестью"),
    (7, "семь|семи|семью"),
    (8, "восемь|восьми|восемью"),
    (9, "девять|девяти|девятью"),
    (10, "десять|десяти|десятью"),
    (11, "одиннадцать|одиннадцати"),
    (12, "двенадцать|двенадцати"),
    (13, "тринадцать|тринадцати"),
    (14, "четырнадцать|четырнадцати"),
    (15, "пятнадцать|пятнадцати"),
    (16, "шестнадцать|шестнадцати"),
    (17, "семнадцать|семнадцати"),
    (18, "восемнадцать|восемнадцати"),
    (19, "девятнадцать|девятнадцати"),
    (20, "двадцать|двадцати"),
    (30, "тридцать|тридцати"),
    (40, "сорок|сорока"),
    (50, "пятьдесят|пятидесяти"),
    (60, "шестьдесят|шестидесяти"),
    (70, "семьдесят|семидесяти"),
    (80, "восемьдесят|восьмидесяти"),
    (90, "девяносто|девяноста"),
    (100, "сто|ста"),
    (200, "двести|двухсот"),
    (300, "триста|трехсот"),
    (400, "четыреста|четырехсот"),
    (500, "пятьсот|пятисот"),
    (600, "шестьсот|шестисот"),
    (700, "семьсот|семисот"),
    (800, "восемьсот|восьмисот"),
    (900, "девятьсот|девятисот"),
)
SCALES = (
    (1_000, r"тыс|тысяч\w{0,3}|thousand"),
    (10**6, r"млн|миллион\w{0,3}|million"),
    (10**9, r"млрд|миллиард\w{0,3}|billion|bn"),
    (10**12, r"трлн|триллион\w{0,3}|trillion"),
)
PARTS = (
    (Fraction(1, 2), "половина|половину|половины|половине|half|one half|a half"),
    (Fraction(1, 3), "треть|одна треть|one third|a third"),
    (Fraction(2, 3), "две трети|two thirds"),
    (Fraction(1, 4), "четверть|одна четверть|one quarter|a quarter|one fourth"),
    (Fraction(3, 4), "три четверти|three quarters|three fourths"),
    (Fraction(3, 2), "полтора|полторы|one and a half"),
)


def number_in_words(words: Sequence[str]) -> tuple[Fraction, int] | None:
    """The number at the front of `words` (lower case, "е" for "ё") and how many of them it takes."""
    return part_of_one(words) or whole_number(words)


def part_of_one(words: Sequence[str]) -> tuple[Fraction, int] | None:
    for count in (4, 3, 2, 1):
        said = " ".join(words[:count])
        found = next((value for value, names in PARTS if said in names.split("|")), None)
        if found is not None and len(words) >= count:
            return found, count
    return None


def whole_number(words: Sequence[str]) -> tuple[Fraction, int] | None:
    if len(words) == 1 and (alone := scale_of(words[0])) > 1:
        return Fraction(alone), 1
    total, part, taken, smallest = 0, 0, 0, 10**15
    for place, word in enumerate(words):
        if (scale := scale_of(word)) > 1 and taken and scale < smallest:
            total, part, smallest = total + (part or 1) * scale, 0, scale
        elif word == "hundred" and 0 < part < 10:
            part *= 100
        elif word == "and" and taken and place + 1 < len(words) and simple(words[place + 1]) is not None:
            continue
        elif (value := simple(word)) is not None and fits(value, part):
            part += value
        else:
            break
        taken = place + 1
    return (Fraction(total + part), taken) if taken else None


def scale_of(word: str) -> int:
    """1,000 for "тыс.", 1 for a word that is no scale."""
    return next((scale for scale, names in SCALES if re.fullmatch(names, word.rstrip("."))), 1)


def simple(word: str) -> int | None:
    if word in ENGLISH:
        return ENGLISH.index(word)
    if word in ENGLISH_TENS:
        return 20 + 10 * ENGLISH_TENS.index(word)
    return next((value for value, names in RUSSIAN if word in names.split("|")), None)


def fits(value: int, part: int) -> bool:
    """Twenty takes a five after it, and five does not take a twenty."""
    if part == 0:
        return True
    room = 100 if part % 1000 >= 100 and part % 100 == 0 else 10 if part % 100 >= 20 and part % 10 == 0 else 0
    return 0 < value < room
