"""How people really type: typos, lost letters and words, translit, the wrong keyboard layout. Seeded by its caller."""

import random
from collections.abc import Callable

from config.settings import Language

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
NEIGHBOURS = {
    letter: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in ROWS
    for place, letter in enumerate(row)
}
LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f h ts ch sh sch|'|y||e yu ya".replace("|", " ").split(" "),
        strict=False,
    )
)
LAYOUT = dict(zip("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,.", strict=True))
LIKE = {"о": "а", "а": "о", "е": "и", "и": "е", "т": "д", "с": "з", "i": "e", "e": "i", "a": "e", "o": "u", "y": "i"}
ENDS = ("", "", "", "", "", "?", "?", "??", ".", "!", "...", " ?", ")", " плз", " :)")
BEFORE: dict[Language, tuple[str, ...]] = {
    "ru": (
        *("привет", "здравствуйте", "слушай", "а", "скажи", "подскажите", "эй", "ну", "вопрос:", "так", "бот,", "слуш"),
        *("добрый день,", "короче", "ребят", "помогите", "объясни", "и", "извините", "не понял", "блин", "кстати"),
    ),
    "en": (
        *("hi", "hello", "hey", "so", "tell me", "excuse me", "ok", "well", "question:", "um", "bot,", "and", "sorry"),
        *("good morning,", "quick question", "please", "help", "by the way", "listen", "i wonder", "dude", "btw"),
    ),
}


def noisy(text: str, language: Language, draw: random.Random) -> str:
    """The text as somebody in a hurry would send it; half of the people are not."""
    if draw.random() < 0.12:
        text = f"{draw.choice(BEFORE[language])} {text}"
    if draw.random() < 0.15:
        text = without_a_word(text, draw)
    if draw.random() < 0.06:
        text = other_order(text, draw)
    if draw.random() < 0.4:
        for _ in range(1 + (draw.random() < 0.25) + len(text) // 60):
            text = draw.choice(TYPOS)(text, draw)
    if language == "ru":
        fate = draw.random()
        if fate < 0.03:
            text = "".join(LATIN.get(letter, letter) for letter in text)
        elif fate < 0.04:
            text = "".join(LAYOUT.get(letter, letter) for letter in text)
    return text + draw.choice(ENDS)


def without_a_word(text: str, draw: random.Random) -> str:
    words = text.split()
    if len(words) > 3:
        del words[draw.randrange(len(words))]
    return " ".join(words)


def other_order(text: str, draw: random.Random) -> str:
    words = text.split()
    place = draw.randrange(len(words))
    return " ".join([*words[place:], *words[:place]])


def lost(text: str, draw: random.Random) -> str:
    place = draw.randrange(len(text))
    return text[:place] + text[place + 1 :] if len(text) > 3 else text


def doubled(text: str, draw: random.Random) -> str:
    place = draw.randrange(len(text))
    return text[:place] + text[place] + text[place:]


def swapped(text: str, draw: random.Random) -> str:
    place = draw.randrange(len(text))
    return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]


def slipped(text: str, draw: random.Random) -> str:
    """The neighbouring key instead of the right one."""
    place = draw.randrange(len(text))
    near = NEIGHBOURS.get(text[place], "")
    return text[:place] + draw.choice(near) + text[place + 1 :] if near else text


def misheard(text: str, draw: random.Random) -> str:
    """A letter that sounds like the right one."""
    place = draw.randrange(len(text))
    return text[:place] + LIKE.get(text[place], text[place]) + text[place + 1 :]


TYPOS: tuple[Callable[[str, random.Random], str], ...] = (lost, doubled, swapped, slipped, misheard, misheard)
