"""What is no question: one letter for ever, pages of words, other scripts, no letter at all. Seeded by its caller."""

import random
from collections.abc import Callable

from config.settings import Language
from guide.questions import Asked

SCRIPTS = (
    *("abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюя", "0123456789", "!?.,:;-+*/=()%#@&_\"'~^<>|\\"),
    *("".join(map(chr, range(first, first + 64))) for first in (0xC0, 0x3B1, 0x5D0, 0x627, 0x905, 0x3041, 0xAC00)),
    *("".join(map(chr, range(first, first + 64))) for first in (0x4E00, 0x6F22, 0x2190, 0x1F300, 0x1F600, 0x1F900)),
)


def odd(length: int, speak: Callable[[Language], str], draw: random.Random) -> Asked:
    """A text of about so many letters; `speak` says something that is not about the bot."""
    fate = draw.random()
    if fate < 0.4:
        text = _spoken(length, speak, draw)
    elif fate < 0.6:
        text = _again_and_again(length, speak, draw)
    else:
        letters = draw.choice(SCRIPTS)
        text = "".join(" " if draw.random() < 0.15 else draw.choice(letters) for _ in range(length))
    text = text[:length]
    return Asked(text, "other", "ru" if any("а" <= letter <= "я" for letter in text) else "en")


def _spoken(length: int, speak: Callable[[Language], str], draw: random.Random) -> str:
    language: Language = draw.choice(("ru", "en"))
    text = speak(language)
    while len(text) < length:
        text += draw.choice((" ", ". ", ", ")) + speak(language)
    return text


def _again_and_again(length: int, speak: Callable[[Language], str], draw: random.Random) -> str:
    said = speak(draw.choice(("ru", "en")))
    piece = draw.choice((said, f"{said} ", draw.choice(said.split()) + " ", draw.choice(draw.choice(SCRIPTS))))
    return piece * (length // len(piece) + 1)
