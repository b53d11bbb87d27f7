"""Reading a short passage: from the words of an answer to its normal form."""

import re

from engine.aggregation.choices import choice_in
from engine.aggregation.dates import clock_in, date_in
from engine.aggregation.normal import Choice, Normal, Number, Numbers, Words, YesNo
from engine.aggregation.plain import without_bold
from engine.aggregation.quantities import Quantity, quantities
from engine.aggregation.vocabulary import (
    ABBREVIATIONS,
    ABOUT,
    ABSTAINS,
    ARTICLES,
    LEAD_INS,
    NO,
    NOT_A_NO,
    POLITE,
    REASONS,
    YES,
)

LONGEST_WORDS = 80
"""Characters; a longer passage without a number in it is a text and no short answer."""
MATHS = re.compile(r"[√π∞^²³∪∩]|[a-z]\s*[-+*/]|[-+*/]\s*[a-z]|\d[a-z]\b", re.IGNORECASE)
LEAD = re.compile(rf"^(?:(?:{LEAD_INS})(?![\w-])[\s:,—–-]*)+", re.IGNORECASE)
NEAR = re.compile(rf"^(?:{ABOUT}|≈|~)\s*", re.IGNORECASE)
REASON = re.compile(REASONS, re.IGNORECASE)
SENTENCE_END = re.compile(r"[.!?…]+(?=\s+[\"«(]?[A-ZА-ЯЁ\d(√$]|\s*$)|\n")
LIST = re.compile(r"\s*(?:[;,]|\bи\b|\band\b|\bor\b|\bили\b|\bлибо\b)\s*", re.IGNORECASE)
EQUATION = re.compile(r"[^=<>≤≥≈]+(?:=|≈)\s*")
NAME_BEFORE = re.compile(r"[A-ZА-ЯЁ][\w.]*[\s\u00a0-]+$")


def read_passage(passage: str) -> Normal | None:
    """What a passage says; None if nothing that could be compared."""
    text = core(passage)
    if not text or abstains(text):
        return None
    return choice_of(text) or yes_or_no(text) or date_in_short(text) or numbers_of(text) or words_of(text)


def core(passage: str) -> str:
    """The passage without what is only said around the answer: lead-ins, reasons, further sentences, quotes."""
    text = without_bold(passage).strip(" \t\n:=—–*_|")
    text = first_sentence(text)
    if found := REASON.search(text):
        text = text[: found.start()] or text
    text = LEAD.sub("", text.strip()).strip()
    return unquoted(text)


def first_sentence(text: str) -> str:
    for end in SENTENCE_END.finditer(text):
        before = text[: end.start()]
        if not before.strip():
            continue
        word = re.search(r"[\w.]+$", before)
        last = word[0].lower() if word else ""
        initial = bool(re.search(r"(?<!\w)[A-ZА-ЯЁ]$", before)) and len(before) > 1
        follows = text[end.end() :].strip()
        if end[0] == "." and follows and (last in ABBREVIATIONS or initial or is_option_mark(before)):
            continue
        return before.strip()
    return text.strip()


def is_option_mark(before: str) -> bool:
    """The stop of "B. Paris" and "2. Paris"."""
    return len(before.strip(" (")) == 1


def unquoted(text: str) -> str:
    text = text.strip(" \t\n.,;:!?…*_")
    for opening, closing in (("«", "»"), ("“", "”"), ('"', '"'), ("'", "'"), ("(", ")"), ("[", "]"), ("„", "“")):
        if len(text) > 2 and text.startswith(opening) and text.endswith(closing) and closing not in text[1:-1]:
            return text[1:-1].strip(" .,;:!?") if opening not in "([" or not LIST.search(text) else text
    return text


def abstains(text: str) -> bool:
    """The speaker says that there is no answer."""
    lowered = text.lower().replace("ё", "е").replace("’", "'").strip()
    return any(re.search(pattern, lowered) for pattern in ABSTAINS)


def choice_of(text: str) -> Choice | None:
    choice = choice_in(text)
    if choice is None or not choice.words:
        return choice
    words = words_of(core(choice.words))
    return Choice(choice.letter, choice.place, choice.latin_place, words.text if words else "")


def yes_or_no(text: str) -> YesNo | None:
    lowered = text.lower().replace("ё", "е")
    first = re.match(r"[\w'-]+", lowered)
    if first is None or re.match(NOT_A_NO, lowered) or re.match(POLITE, lowered):
        return None
    rest = lowered[first.end() :].strip()
    if rest and rest[0] not in ",.!;:—–-(" and not rest.startswith(("это", "it ", "this", "that", "not ", "не ")):
        return None
    word = first[0]
    negated = re.match(r"(?:не|not|isn't)\s+(верно|правда|true|correct|правильно)\b", lowered)
    return YesNo(False) if negated or word in NO else YesNo(True) if word in YES else None


def date_in_short(text: str) -> Normal | None:
    if len(text) > LONGEST_WORDS:
        return None
    return date_in(text) or clock_in(text)


def numbers_of(text: str) -> Normal | None:
    """A number, or a list of them; None where digits are part of a name."""
    text = NEAR.sub("≈", text)
    text = after_equals(text)
    found = quantities(text)
    if not found or is_a_name(text, found) or is_an_expression(text, found):
        return None
    if len(found) > 1 and is_a_list(text, found):
        items = tuple(number_of(one) for one in found)
        ordered = text.strip().startswith("(") and ")" in text
        return Numbers(items if ordered else tuple(sorted(items, key=lambda item: item.value)), ordered)
    return number_of(found[0])


def after_equals(text: str) -> str:
    """The right side of "x = 5"; several equations stay as they are."""
    if len(re.findall(r"[=≈]", text)) and not re.search(r"[;,]\s*[a-zа-я]\w{0,2}\s*=", text, re.IGNORECASE):
        if re.search(r"[a-zа-я]\w{0,2}\s*=\s*\S+\s+(?:и|или|and|or)\s+[a-zа-я]\w{0,2}\s*=", text, re.IGNORECASE):
            return text
        last = re.split(r"[=≈]", text)[-1]
        near = "≈" if text.rstrip()[: len(text) - len(last)].endswith("≈") else ""
        return near + last if last.strip() else text
    return text


def number_of(quantity: Quantity) -> Number:
    unit = quantity.unit
    return Number(
        quantity.value, quantity.written, unit.kind if unit else "", quantity.other, quantity.step, quantity.about
    )


def is_a_name(text: str, found: tuple[Quantity, ...]) -> bool:
    """ "Apollo 11": a capitalised word right before the digits, and nothing counted after them."""
    first = found[0]
    before, after = text[: first.start], text[first.end :]
    if first.unit is not None or re.match(r"\s+[a-zа-яё]", after) or not before.strip(" ≈~$€£₽(-"):
        return False
    named = NAME_BEFORE.search(before)
    return bool(named) and len(before.split()) <= 3 and not re.search(r"[:=]", before)


def is_an_expression(text: str, found: tuple[Quantity, ...]) -> bool:
    """Roots, powers of letters, intervals: compared as they are written."""
    rest = text
    for one in reversed(found):
        rest = rest[: one.start] + "0" + rest[one.end :]
    if re.search(r"[√π∞∪∅∈]|[<>≤≥±]|0\s*[-–]\s*0|0\s*:\s*0", rest):
        return True
    return bool(
        re.search(r"(?<![a-zа-я])[a-z]\s*\^|(?<![\w])0?\s*[a-z](?=\s*(?:[-+*/^]|$))|[-+*/]\s*0?[a-z](?![a-z])", rest)
    )


def is_a_list(text: str, found: tuple[Quantity, ...]) -> bool:
    """Nothing but numbers and what stands between the items of a list, names of unknowns included."""
    rest = text
    for one in reversed(found):
        rest = rest[: one.start] + " " + rest[one.end :]
    rest = re.sub(r"\b[a-zа-я][\d₀-₉]{0,2}\s*[_₀-₉\d]*\s*=", " ", rest, flags=re.IGNORECASE)
    return not LIST.sub(" ", rest).strip(" ()[]{}.;,:=≈")


def words_of(text: str) -> Words | None:
    """The plainest form of a short text; None if it is too long for one."""
    if len(text) > LONGEST_WORDS:
        return None
    if MATHS.search(text) and not re.search(r"[а-яё]{3}|[a-z]{4}", text, re.IGNORECASE):
        return Words(re.sub(r"[\s*×·{}$]", "", text).lower())
    bare = re.sub(r"\s*\([^)]*\)\s*", " ", text).strip() or text
    name, comma, _ = bare.partition(",")
    head = plainest(name) if comma and name[:1].isupper() and "," not in bare[len(name) + 1 :] else ""
    whole = plainest(bare)
    return Words(whole, head if head != whole else "") if whole else None


def plainest(text: str) -> str:
    lowered = text.lower().replace("ё", "е").replace("’", "'")
    lowered = re.sub(r"[^\w\s+#/-]|_", " ", lowered)
    lowered = re.sub(r"[\s-]+", " ", lowered).strip()
    return re.sub(rf"^(?:{ARTICLES})+", "", lowered).strip() or lowered
