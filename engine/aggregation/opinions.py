"""Opinions, and the plainest way to put them together: one after another, under headings."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one model said in a stage, in the stage's order; `weight` counts in a vote only."""

    model: str
    text: str
    weight: float = 1.0


def names_of(opinions: Sequence[Opinion]) -> tuple[str, ...]:
    """A name for each: the model's, with a number where it spoke several times."""
    total = Counter(opinion.model for opinion in opinions)
    seen: Counter[str] = Counter()
    names = []
    for opinion in opinions:
        seen[opinion.model] += 1
        number = f" #{seen[opinion.model]}" if total[opinion.model] > 1 else ""
        names.append(opinion.model + number)
    return tuple(names)


def concat(opinions: Sequence[Opinion]) -> str:
    """All of them as Markdown, a heading by model above each; empty ones are left out."""
    named = zip(names_of(opinions), opinions, strict=True)
    return "\n\n".join(f"### {name}\n\n{opinion.text.strip()}" for name, opinion in named if opinion.text.strip())
