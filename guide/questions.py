"""The ways of asking: questions/*.yaml written out, and those of the rehearsal and the exam. Knows no answers."""

import math
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from config.settings import Language

FOLDER = Path(__file__).parent
CHOICE = re.compile(r"\[([^\[\]]*)\]")
WORD = re.compile(r"\{([^{}]+)\}")
MOST_OF_A_LINE = 220
"""Of a pattern with more ways than this, as many are drawn."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the topic that answers it, and the file that it is from: one of patterns, or of lines by hand."""

    text: str
    topic: str
    language: Language
    source: str = ""
    is_by_hand: bool = False


def written_out(language: Language, draw: random.Random) -> list[Asked]:
    """Every pattern of a language in its ways, each once."""
    found: dict[str, Asked] = {}
    for path in sorted((FOLDER / "questions").glob(f"{language}*.yaml")):
        content: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
        words: dict[str, str] = content.pop("words")  # type: ignore[assignment]
        for topic, lines in content.items():
            for line in lines.splitlines():
                for text in ways_of(line, words, draw):
                    found.setdefault(text, Asked(text, topic, language, path.name, not words))
    return list(found.values())


def ways_of(line: str, words: dict[str, str], draw: random.Random) -> list[str]:
    """All ways of a pattern, or MOST_OF_A_LINE of them drawn."""
    choices = CHOICE.findall(WORD.sub(lambda match: words[match[1]], line))
    tries = min(3 * math.prod(choice.count("|") + 1 for choice in choices), 2 * MOST_OF_A_LINE)
    found: dict[str, None] = {}
    for _ in range(tries):
        if len(found) < MOST_OF_A_LINE:
            found[one_way(line, words, draw)] = None
    return list(found)


def one_way(line: str, words: dict[str, str], draw: random.Random) -> str:
    """The pattern with each choice made; a word inside a choice is filled in after it."""
    while (chosen := CHOICE.sub(lambda match: draw.choice(match[1].split("|")), line)) != line or WORD.search(line):
        line = WORD.sub(lambda match: words[match[1]], chosen, count=1)
    return " ".join(line.split())


def held_back(kind: Literal["rehearsal", "exam"], language: Language) -> list[Asked]:
    """Questions that are never trained on: the rehearsal is for the recipe, the exam for the finished file."""
    content: dict[str, str] = yaml.safe_load((FOLDER / kind / f"{language}.yaml").read_text(encoding="utf-8"))
    return [Asked(line, topic, language) for topic, lines in content.items() for line in lines.splitlines()]
