"""Options of a question: "B", "б)", "option 2"; and which alphabet their letters are of."""

import re
from collections.abc import Mapping

from engine.aggregation.normal import Choice
from engine.aggregation.vocabulary import (
    LATIN_LETTERS,
    LOOK_ALIKES,
    OPTION_WORDS,
    RIGHT_ONE,
    RUSSIAN_LETTERS,
    RUSSIAN_ONLY,
    RUSSIAN_OPTION,
)

LETTERS = f"{LATIN_LETTERS}{RUSSIAN_LETTERS}{''.join(LOOK_ALIKES)}"
ONE = re.compile(
    rf"^(?:(?P<word>(?:{OPTION_WORDS}))\s*[:#№-]?\s*)?[(\[«\"']?(?P<letter>[{LETTERS}]|\d{{1,2}})[\"'»]?"
    r"(?P<mark>\s*[)\].:]|\s+[—–-](?=\s)|(?=\s*[,;(])|\s*$)\s*(?P<words>.*)$",
    re.IGNORECASE | re.DOTALL,
)
NAMED = re.compile(
    rf"^(?:{OPTION_WORDS}\s+)?[\"'«(]?(?P<letter>[{LETTERS}])[\"'»)]?{RIGHT_ONE}",
    re.IGNORECASE,
)
SPOKEN = re.compile(
    rf"(?<![\w(])\(?(?P<one>[{LETTERS}])\)\s+(?=\w)|(?:[:—–]|\bis|'s|\bbe|\boption|{RUSSIAN_OPTION})\s+\(?(?P<other>[{LETTERS}])\)?[.!]*$"
)
OPTION = re.compile(
    rf"(?:^|(?<=[\s;,(]))\(?(?P<letter>[{LETTERS}]|\d{{1,2}})[).]\s*(?P<words>[^\n;]+?)(?=\s+\(?[{LETTERS}]\)|[;\n]|$)",
    re.IGNORECASE,
)


def choice_in(text: str) -> Choice | None:
    """The option that the whole of `text` is; a bare number is one only after "option"."""
    if found := NAMED.match(text):
        return choice_of(found["letter"])
    found = ONE.match(text)
    if found is None:
        return None
    letter = found["letter"].upper()
    if letter.isdigit():
        return Choice(letter, int(letter), int(letter)) if found["word"] and not found["words"] else None
    closed = found["mark"].strip() or not found["words"] or found["words"][0] in ",;("
    if not (closed or found["word"]):
        return None
    return choice_of(letter, found["words"])


def closing_letter(text: str) -> str:
    """The one option that a sentence speaks of: "it's B", "so, it must be C) chlorine"; else ""."""
    letters = {found["one"] or found["other"] for found in SPOKEN.finditer(text)}
    return letters.pop() if len(letters) == 1 else ""


def choice_of(letter: str, words: str = "") -> Choice | None:
    """A letter as an option: of its own alphabet, or of the Latin one that it looks like."""
    letter = letter.upper()
    latin = LOOK_ALIKES.get(letter, letter)
    latin_place = LATIN_LETTERS.find(latin) + 1
    place = (RUSSIAN_LETTERS.find(letter) + 1) or latin_place
    return Choice(letter, place, latin_place or place, words) if place else None


def options_of(question: str) -> Mapping[str, str]:
    """The options that a question lists: letter or digit to words; empty unless there are two at least."""
    found = {match["letter"].upper(): match["words"].strip() for match in OPTION.finditer(question)}
    letters = {letter: words for letter, words in found.items() if not letter.isdigit()}
    best = letters if len(letters) > 1 else {letter: words for letter, words in found.items() if letter.isdigit()}
    return best if len(best) > 1 else {}


def is_latin(letters: str) -> bool:
    """Whether these letters, all of one question or of all answers to it, are the Latin ones, typed as they may be.

    Russian "В" is the third option among Russian letters, and "B" where the others are Latin.
    """
    own = sum(letter in RUSSIAN_ONLY for letter in letters)
    foreign = sum(letter in LATIN_LETTERS or letter == "С" for letter in letters)
    return foreign > own
