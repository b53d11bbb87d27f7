"""Judging: what a judge is sent, how its scores are read, and what two rounds of them come to.

A judge sees the answers twice, the second time in the opposite order; where the winner changes with the order,
the verdict says so.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.aggregation.anonymous import Order, quoted, shortened, shuffled, tag_of
from engine.aggregation.opinions import Opinion
from engine.aggregation.prompts import PROMPTS, spoken_language
from engine.messages import Message

LOWEST, HIGHEST = 1, 10
CLOSE = 1e-9
PAIR = re.compile(
    r"(?:answer|response|ответ|#|№|^|\n|\[|\b)\s*[#№*]*\s*(?P<number>\d{1,2})\s*[\]*]*\s*(?:[:=—–→-]|gets|получает|is)+\s*"
    r"(?:score|оценка|балл\w*)?[\s:=*]*(?P<score>\d{1,2}(?:[.,]\d+)?)\s*(?:/\s*10|из\s*10|out\s+of\s+10)?(?!\d)",
    re.IGNORECASE,
)

Scores = tuple[float, ...]
"""One a shown answer, in the order of showing."""


@dataclass(frozen=True, slots=True)
class JudgePrompt:
    """One round: `order` tells whose answer was shown where."""

    messages: tuple[Message, ...]
    order: Order


@dataclass(frozen=True, slots=True)
class Verdict:
    """`scores` by place in the stage, None for an answer that was not judged; `winner` likewise, None without scores.

    `order_decided`: the two rounds had different winners. `rounds` counts those that could be read.
    """

    scores: tuple[float | None, ...]
    winner: int | None
    order_decided: bool
    rounds: int


def judge_prompts(
    question: str, opinions: Sequence[Opinion], seed: int, *, prompt: str | None = None, limit: int | None = None
) -> tuple[JudgePrompt, JudgePrompt]:
    """Two rounds, the second in the opposite order; empty opinions are not judged. `limit` as in synthesis."""
    language = spoken_language(question)
    present = [place for place, opinion in enumerate(opinions) if opinion.text.strip()]
    texts = shortened([opinions[place].text for place in present], limit, language)
    first = shuffled(len(present), seed)
    words = PROMPTS[language]
    tag = tag_of([*texts, question])
    system = "\n\n".join(
        [
            prompt or words["judge"],
            words["data"].replace("{tag}", tag),
            words["scores"].replace("{count}", str(len(present))),
        ]
    )

    def round_in(order: Order) -> JudgePrompt:
        asked = f"{words['question']}\n{question}\n\n{words['answers']}\n\n{quoted(texts, order, tag)}"
        return JudgePrompt(
            (Message("system", system), Message("user", asked)), tuple(present[place] for place in order)
        )

    return round_in(first), round_in(first[::-1])


def judge_schema(count: int) -> dict[str, Any]:
    """The JSON schema of the scores for `count` answers."""
    entry = {
        "type": "object",
        "properties": {
            "answer": {"type": "integer", "minimum": 1, "maximum": count},
            "score": {"type": "integer", "minimum": LOWEST, "maximum": HIGHEST},
            "reason": {"type": "string"},
        },
        "required": ["answer", "score"],
        "additionalProperties": False,
    }
    scores = {"type": "array", "items": entry, "minItems": count, "maxItems": count}
    return {
        "type": "object",
        "properties": {"scores": scores},
        "required": ["scores"],
        "additionalProperties": False,
    }


def read_scores(text: str, count: int) -> Scores | None:
    """The scores a judge gave, whatever stands around them; None unless there is one for each of `count` answers."""
    found = next((scores for value in json_values(text) if (scores := from_json(value, count))), {})
    if len(found) < count:
        found = {int(pair["number"]): float(pair["score"].replace(",", ".")) for pair in PAIR.finditer(text)}
    wanted = range(1, count + 1)
    if not count or any(number not in found or not 0 <= found[number] <= HIGHEST for number in wanted):
        return None
    return tuple(found[number] for number in wanted)


def verdict(count: int, rounds: Sequence[tuple[Order, Scores | None]]) -> Verdict:
    """What the rounds come to for `count` opinions: mean scores; an equal mean goes to the one that stands first."""
    readable = [(order, scores) for order, scores in rounds if scores is not None]
    given: list[list[float]] = [[] for _ in range(count)]
    winners = set()
    for order, scores in readable:
        for place, score in zip(order, scores, strict=True):
            given[place].append(score)
        best = max(scores)
        winners.add(frozenset(place for place, score in zip(order, scores, strict=True) if score >= best - CLOSE))
    means = tuple(sum(scores) / len(scores) if scores else None for scores in given)
    judged = [place for place, mean in enumerate(means) if mean is not None]
    winner = max(judged, key=lambda place: (means[place] or 0.0, -place), default=None)
    no_common_winner = len(winners) > 1 and not frozenset.intersection(*winners)
    return Verdict(means, winner, no_common_winner, len(readable))


def json_values(text: str) -> list[Any]:
    """Every JSON object or array that begins in `text`, the longest first."""
    decoder = json.JSONDecoder()
    values: list[tuple[int, Any]] = []
    place = 0
    while found := re.compile(r"[{\[]").search(text, place):
        try:
            value, place_after = decoder.raw_decode(text, found.start())
        except (ValueError, RecursionError):
            place = found.start() + 1
        else:
            values.append((place_after - found.start(), value))
            place = place_after
    return [value for _, value in sorted(values, key=lambda pair: -pair[0])]


def from_json(value: Any, count: int) -> dict[int, float]:
    """Scores by number from the shapes that models make: entries, a list of numbers, a mapping."""
    if isinstance(value, Mapping) and isinstance(value.get("scores"), list | Mapping):
        value = value["scores"]
    if isinstance(value, list):
        if len(value) == count and all(map(is_score, value)):
            return dict(enumerate(map(as_score, value), start=1))
        entries = [entry for entry in value if isinstance(entry, Mapping)]
        return dict(pair for entry in entries if (pair := numbered(entry)))
    if isinstance(value, Mapping):
        found = {number_in(str(key)): as_score(score) for key, score in value.items() if is_score(score)}
        return {number: score for number, score in found.items() if number is not None}
    return {}


def numbered(entry: Mapping[str, Any]) -> tuple[int, float] | None:
    number = next((number_in(str(entry[key])) for key in ("answer", "number", "id", "index") if key in entry), None)
    score = next((entry[key] for key in ("score", "rating", "points") if is_score(entry.get(key))), None)
    return None if number is None or score is None else (number, as_score(score))


def number_in(text: str) -> int | None:
    found = re.search(r"\d{1,2}", text)
    return int(found[0]) if found else None


def is_score(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int | float) or (
        isinstance(value, str) and bool(re.fullmatch(r"\s*\d{1,2}(?:[.,]\d+)?\s*(?:/\s*10)?\s*", value))
    )


def as_score(value: Any) -> float:
    return float(value.split("/")[0].strip().replace(",", ".")) if isinstance(value, str) else float(value)
