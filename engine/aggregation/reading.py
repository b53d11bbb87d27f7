"""Reading a short passage: from the words of an answer to its normal form."""

import re
from collections.abc import Sequence
from itertools import pairwise

from engine.aggregation.choices import choice_in
from engine.aggregation.dates import clock_in, date_in
from engine.aggregation.normal import Choice, Normal, Number, Numbers, Words, YesNo, agree
from engine.aggregation.plain import without_bold
from engine.aggregation.quantities import Quantity, quantities
from engine.aggregation.units import unit_after
from engine.aggregation.vocabulary import (
    A_CLAIM,
    ABBREVIATIONS,
    ABOUT,
    ABSTAINS,
    ARTICLES,
    BOUNDS,
    COPULA,
    LEAD_INS,
    NAMED_AT_THE_END,
    NO,
    NOT_A_NO,
    POLITE,
    REASONS,
    REGRETS,
    WEAK_COPULAS,
    YES,
)

LONGEST_PASSAGE = 400
"""Characters that are looked at: an answer stands at the beginning of its passage."""
LONGEST_WORDS = 80
"""Characters; a longer passage without a number in it is a text and no short answer."""
MATHS = re.compile(r"[√π∞^²³∪∩]|[a-z]\s*[-+*/]|[-+*/]\s*[a-z]|\d[a-z]\b", re.IGNORECASE)
LEAD = re.compile(rf"^(?:(?:{LEAD_INS})(?![\w-])[\s:,—–-]*)+", re.IGNORECASE)
NEAR = re.compile(rf"^(?:{ABOUT}|≈|~)\s*", re.IGNORECASE)
REASON = re.compile(REASONS, re.IGNORECASE)
SENTENCE_END = re.compile(r"[.!?…]+(?=\s+[\"«(]?[A-ZА-ЯЁ\d(√$]|\s*$)|\n")
LIST = re.compile(r"\s*(?:[;,]|\bи\b|\band\b|\bor\b|\bили\b|\bлибо\b)\s*", re.IGNORECASE)
UNKNOWN = re.compile(r"(?<![a-zа-я])[a-zа-я][\d₀-₉]{0,2}\s*[_₀-₉\d]*\s*=\s*", re.IGNORECASE)
COPULAS = re.compile(COPULA.replace("{about}", ABOUT), re.IGNORECASE)
NAME_BEFORE = re.compile(r"[A-ZА-ЯЁ][\w.]*[\s\u00a0-]+$")


def read_passage(passage: str) -> Normal | None:
    """What a passage says; None if nothing that could be compared."""
    text = core(passage)
    if not text or abstains(text):
        return None
    choice = choice_of(without_bold(passage[:LONGEST_PASSAGE]).strip()) or choice_of(text)
    return choice or yes_or_no(text) or date_in_short(text) or name_of(text) or numbers_of(text) or words_of(text)


def core(passage: str) -> str:
    """The passage without what is only said around the answer: lead-ins, reasons, further sentences, quotes."""
    text = without_bold(passage[:LONGEST_PASSAGE]).strip(" \t\n:=—–*_|")
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
    text = re.sub(r"^\.+(?!\d)", "", text.strip(" \t\n,;:!?…*_").rstrip(".")).strip()
    for opening, closing in (("«", "»"), ("“", "”"), ('"', '"'), ("'", "'"), ("(", ")"), ("[", "]"), ("„", "“")):
        if len(text) > 2 and text.startswith(opening) and text.endswith(closing) and closing not in text[1:-1]:
            return text[1:-1].strip(" .,;:!?") if opening not in "([" or not LIST.search(text) else text
    return text


def abstains(text: str) -> bool:
    """The speaker says that there is no answer."""
    lowered = text.lower().replace("ё", "е").replace("’", "'").strip()
    lowered = re.sub(REGRETS, "", lowered)
    return any(re.search(pattern, lowered) for pattern in ABSTAINS)


def choice_of(text: str) -> Choice | None:
    choice = choice_in(text)
    if choice is None or not choice.words:
        return choice
    words = words_of(core(choice.words))
    return Choice(choice.letter, choice.place, choice.latin_place, words.text if words else "")


def yes_or_no(text: str) -> YesNo | None:
    lowered = text.lower().replace("ё", "е")
    if claim := re.match(A_CLAIM, lowered):
        return YesNo(claim["word"].startswith(("true", "correct", "верн", "истин")))
    if re.match(r"(?:не|not|isn't)\s+(?:верно|правда|true|correct|правильно)(?!\w)", lowered):
        return YesNo(False)
    first = re.match(r"[\w'-]+", lowered)
    if first is None or re.match(NOT_A_NO, lowered) or re.match(POLITE, lowered):
        return None
    rest = lowered[first.end() :].strip()
    if rest and rest[0] not in ",.!;:—–-(" and not rest.startswith(("это", "it ", "this", "that", "not ", "не ")):
        return None
    word = first[0]
    return YesNo(word in YES) if word in YES + NO else None


def date_in_short(text: str) -> Normal | None:
    return None if len(text) > LONGEST_WORDS else date_in(text) or clock_in(text)


def name_of(text: str) -> Words | None:
    """The name that a sentence ends in: ""1984" was written by George Orwell", whatever numbers stand before."""
    said = re.search(NAMED_AT_THE_END, text)
    if said is None or re.search(r"\d", said["tail"]) or not said["tail"][:1].isupper() or len(text) > LONGEST_WORDS:
        return None
    return words_of(text)


def numbers_of(text: str) -> Normal | None:
    """A number, or a list of them; None where digits are part of a name."""
    if roots := equations(text):
        return in_order(roots, by_size=True)
    text = NEAR.sub("≈", after_copula(without_asides(text)))
    if re.search(BOUNDS, text, re.IGNORECASE):
        return None
    found = quantities(text)
    if not found or is_a_name(text, found) or is_an_expression(text, found):
        return None
    if len(found) > 1 and is_a_list(text, found):
        return in_order(found, by_size=not (text.strip().startswith("(") and ")" in text))
    return number_of(found[0])


def in_order(found: Sequence[Quantity], *, by_size: bool) -> Normal:
    """Several numbers as one answer; said twice in different units they are one number."""
    items = tuple(number_of(one) for one in found)
    if all(agree(items[0], item) for item in items):
        return items[0]
    return Numbers(tuple(sorted(items, key=lambda item: item.value)) if by_size else items, ordered=not by_size)


def equations(text: str) -> tuple[Quantity, ...]:
    """The values of "x = 2 and x = 3", wherever they stand in a sentence; empty unless there are two at least."""
    starts = [found.end() for found in UNKNOWN.finditer(text)]
    found = {quantity.start: quantity for quantity in quantities(text)}
    values = tuple(found[start] for start in starts if start in found)
    gaps = (text[one.end : other.start] for one, other in pairwise(values))
    only_lists = all(re.fullmatch(rf"{LIST.pattern}{UNKNOWN.pattern}", gap, re.IGNORECASE) for gap in gaps)
    return values if len(values) > 1 and only_lists else ()


def without_asides(text: str) -> str:
    """Without what stands in brackets after the answer; units may stand so."""

    def without_brackets(found: re.Match[str]) -> str:
        return f" {found[1]}" if unit_after(found[1]) else found[0]

    text = re.sub(r"(?<=\d)\s*\(([^()\d\s]{1,6})\)", without_brackets, text)
    return re.sub(r"(?<=\S)\s+\([^()]*\)", "", text)


def after_copula(text: str) -> str:
    """The part that a sentence says something is: "7" of "x = 7" and of "the sum of 3 and 4 is 7"."""
    last = next(reversed(list(COPULAS.finditer(text))), None)
    if last is None or (last[0].startswith(WEAK_COPULAS) and text[:1].isdigit()):
        return text  # "12 — это 60 % от 20"
    about = "≈" if re.search(ABOUT + "|≈", last[0], re.IGNORECASE) else ""
    return about + text[last.end() :]


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
    rest = UNKNOWN.sub(" ", rest)
    return not LIST.sub(" ", rest).strip(" ()[]{}.;,:=≈")


def words_of(text: str) -> Words | None:
    """The plainest form of a short text; None if it is too long for one."""
    if len(text) > LONGEST_WORDS:
        return None
    if MATHS.search(text) and not re.search(r"[а-яё]{3}|[a-z]{4}", text, re.IGNORECASE):
        return Words(re.sub(r"^[a-z]∈|[\s*×·{}$]", "", re.sub(r"\s", "", text)).lower())
    bare = re.sub(r"\s*\([^)]*\)\s*", " ", text).strip() or text
    whole, head = plainest(bare), head_of(bare)
    return Words(whole, head if head != whole else "") if whole else None


def head_of(text: str) -> str:
    """The name in front of what is said about it: "Paris, France", "Jupiter — the largest planet"."""
    said = re.search(NAMED_AT_THE_END, text)
    if said and (said["tail"][:1].isupper() or not re.match(r"(?:the|an?)\s+[a-z]|[а-яё]", said["tail"])):
        return plainest(said["tail"])
    if said and text[:1].isupper():
        return plainest(said["front"])
    if said := re.match(r"[^\W\d][\w ]{1,25}:\s+(?=\S)", text):
        return plainest(text[said.end() :])
    name, sign, rest = next(
        (text.partition(sign) for sign in (" — ", " – ", " - ", ", ") if sign in text), ("", "", "")
    )
    is_list = sign == ", " and ("," in rest or " и " in rest or " and " in rest)
    return plainest(name) if name[:1].isupper() and not is_list else ""


def plainest(text: str) -> str:
    lowered = text.lower().replace("ё", "е").replace("’", "'")
    lowered = re.sub(r"[^\w\s+#/-]|_", " ", lowered)
    lowered = re.sub(r"[\s-]+", " ", lowered).strip()
    return re.sub(rf"^(?:{ARTICLES})+", "", lowered).strip() or lowered
