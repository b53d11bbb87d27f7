"""Votes and verdicts of a stage: whether a vote is over, and how both are told in files and under answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from config.pipeline import Stage
from engine.aggregation import voting
from engine.aggregation.judging import Verdict
from engine.aggregation.opinions import Opinion, names_of
from engine.pipelines.call import Calling


def opinion_of(stage: Stage, voice: Calling) -> Opinion:
    """What a voice that has answered says in a vote."""
    weights = [model.weight for model in stage.models for _ in range(model.samples)]
    assert voice.step is not None
    return Opinion(voice.step.model, voice.step.text, weights[voice.call.voice - 1])


def is_decided(stage: Stage, voices: Sequence[Calling], question: str, *, by_meaning: bool) -> bool:
    """Whether a vote is over before all have voted; without a vote there is nothing to decide.

    No embedder is asked for this, which would swap models in the middle of a stage.
    """
    if stage.aggregation is None or stage.aggregation.kind != "majority_vote" or stage.needs_all:
        return False
    still_open = [voice for voice in voices if not voice.is_over]
    done = [voice for voice in voices if voice.step is not None and voice.step.state == "done"]
    if not still_open or not done:
        return False
    weights = [model.weight for model in stage.models for _ in range(model.samples)]
    remaining = sum(weights[voice.call.voice - 1] for voice in still_open)
    opinions = [opinion_of(stage, voice) for voice in done]
    return voting.is_decided(opinions, remaining, question=question, by_meaning=by_meaning)


def tally_details(tally: voting.Tally) -> dict[str, Any]:
    """`outcome`, the groups with what they say, their weight and who is in them, who abstained."""
    groups = [
        {"words": group.words, "weight": group.weight, "voices": [ballot.name for ballot in group.ballots]}
        for group in tally.groups
    ]
    winner = tally.winner.words if tally.winner else None
    return {"outcome": tally.outcome, "groups": groups, "abstained": list(tally.abstained), "winner": winner}


def verdict_details(found: Verdict, opinions: Sequence[Opinion]) -> dict[str, Any]:
    """Scores by name; `winner` is a place among the opinions, None if the judge could not be understood."""
    return {
        "scores": dict(zip(names_of(opinions), found.scores, strict=True)),
        "winner": found.winner,
        "order_decided": found.order_decided,
        "rounds": found.rounds,
    }


def told(details: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of the details that a person sees under the answer."""
    return {key: details[key] for key in ("outcome", "groups", "order_decided", "rounds") if key in details}
