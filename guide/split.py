"""Keeps the exam apart: a way of asking that comes too near to one of its questions is not trained on."""

import re
from collections.abc import Iterable

from guide.questions import Asked

NEAR = 0.8
"""Of two questions without their everyday words, this share of letter triples in common is too near."""
EVERYDAY = frozenset(
    re.findall(
        r"\w+",
        "как мне тут здесь можно ли я а и в на с бы же это этот эта что где пожалуйста плиз подскажи скажи хочу надо "
        "нужно боте бот how do i to a the is it can my me please pls this in of what where here want need bot",
    )
)
LONGEST_QUESTION = 300
NOT_WORD = re.compile(r"[^\w]+")


def apart(training: Iterable[Asked], exam: Iterable[Asked]) -> tuple[list[Asked], list[tuple[Asked, Asked]]]:
    """What may be trained on, and what may not with the exam question it is too near to."""
    nearest = Nearest(exam)
    kept: list[Asked] = []
    left_out: list[tuple[Asked, Asked]] = []
    for asked in training:
        if near := nearest.to(asked.text):
            left_out.append((asked, near))
        else:
            kept.append(asked)
    return kept, left_out


class Nearest:
    """Finds the exam question that a text is too near to."""

    def __init__(self, exam: Iterable[Asked]) -> None:
        self._exam = [(asked, triples(asked.text)) for asked in exam]
        self._holders: dict[str, list[int]] = {}
        for number, (_, parts) in enumerate(self._exam):
            for part in parts:
                self._holders.setdefault(part, []).append(number)

    def to(self, text: str) -> Asked | None:
        parts = triples(text)
        common: dict[int, int] = {}
        for part in parts:
            for number in self._holders.get(part, ()):
                common[number] = common.get(number, 0) + 1
        for number, count in common.items():
            asked, others = self._exam[number]
            if 2 * count >= NEAR * (len(parts) + len(others)):
                return asked
        return None


def triples(text: str) -> frozenset[str]:
    """Letter triples of the words that carry meaning, whatever their order; of all words if none does."""
    words = [word for word in NOT_WORD.split(plain(text)) if word]
    telling = [word for word in words if word not in EVERYDAY] or words
    padded = [f" {word} " for word in telling] or [f" {text} "]
    return frozenset(word[start : start + 3] for word in padded for start in range(len(word) - 2))


def plain(text: str) -> str:
    """In small letters, with one letter for two that people confuse."""
    return text.strip().lower().replace("ё", "е")


def heard(question: str) -> str:
    """As the guide's chat template writes a question: its beginning, plain."""
    return plain(question)[:LONGEST_QUESTION]
