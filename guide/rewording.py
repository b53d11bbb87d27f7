"""Says the same in other words: exchanges words by synonyms/*.txt, and joins two ways of asking. Knows no topics."""

import random
import re
from functools import cache
from pathlib import Path

from config.settings import Language

FOLDER = Path(__file__).parent / "synonyms"
JOINTS = (", ", " ", ", ", "? ", ". ", " - ", " и ", " and ")


def reworded(text: str, language: Language, draw: random.Random, share: float) -> str:
    """The text with about `share` of the words that have others like them exchanged."""
    pattern, others = groups(language)

    def another(match: re.Match[str]) -> str:
        return draw.choice(draw.choice(others[match[0]])) if draw.random() < share else match[0]

    return pattern.sub(another, text)


def joined(first: str, second: str, language: Language, draw: random.Random) -> str:
    """Two ways of asking in one breath."""
    joint = draw.choice([joint for joint in JOINTS if joint.strip() != ("and" if language == "ru" else "и")])
    return f"{first}{joint}{second}"


@cache
def groups(language: Language) -> tuple[re.Pattern[str], dict[str, list[list[str]]]]:
    """What finds a word that has others like it, the longest first, and the groups of each."""
    others: dict[str, list[list[str]]] = {}
    for line in (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            group = line.split("|")
            for word in group:
                others.setdefault(word, []).append(group)
    words = sorted(others, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b"), others
