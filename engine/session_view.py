"""A run's folder as a person looks at it: stages, the steps of each, what they came to; and how two runs differ.

Folders of earlier versions are read as far as they go. Everything here blocks; whoever calls it does so in a thread.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

from config.pipeline import Pipeline
from config.pipeline_nodes import PipelineProblem
from engine import session_files as files
from engine.pipelines.steps import Step

What = Literal["text", "prompt", "params", "model", "state", "missing"]
LONGEST_COMPARED = 20_000
"""Characters; likeness takes the square of it."""


@dataclass(frozen=True, slots=True)
class StageView:
    """`text` is what the stage came to, None while it is not over; `details` tell of its vote, judge or synthesis."""

    number: int
    name: str
    steps: tuple[Step, ...]
    kind: str | None
    text: str | None
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SessionView:
    """`again` is the number of the run it began from, None for a run of its own."""

    number: int
    mode: str
    state: str
    question: str
    seconds: float | None
    pipeline: Pipeline
    stages: tuple[StageView, ...]
    again: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One step in two runs. `likeness` of the texts is 0…1; `what` names all that is not the same."""

    stage: int
    name: str
    model: str
    what: tuple[What, ...]
    likeness: float


def read_session(folder: Path) -> SessionView | None:
    """None if the folder is not there or cannot be understood."""
    snapshot = files.read_json(folder / files.SNAPSHOT)
    if snapshot is None:
        return None
    try:
        pipeline = files.read_pipeline_of(snapshot)
        stages = tuple(_stage(folder, snapshot, pipeline, number) for number in range(1, len(pipeline.stages) + 1))
        return SessionView(
            number=snapshot["session"],
            mode=snapshot["mode"],
            state=snapshot["state"],
            question=snapshot["question"],
            seconds=snapshot.get("seconds"),
            pipeline=pipeline,
            stages=stages,
            again=snapshot.get("rerun", {}).get("of"),
        )
    except (PipelineProblem, KeyError, TypeError, ValueError):
        return None


def differences(first: SessionView, second: SessionView) -> list[Difference]:
    """Step by step, those that are not the same in both."""
    theirs = {(step.stage, step.voice): step for stage in second.stages for step in stage.steps}
    ours = {(step.stage, step.voice): step for stage in first.stages for step in stage.steps}
    keys = sorted({*ours, *theirs}, key=lambda key: (key[0], key[1] <= 0, abs(key[1])))
    found = [_difference(ours.get(key), theirs.get(key)) for key in keys]
    return [difference for difference in found if difference is not None]


def _difference(first: Step | None, second: Step | None) -> Difference | None:
    there = first or second
    assert there is not None
    if first is None or second is None:
        return Difference(there.stage, there.name, there.model, ("missing",), 0.0)
    same: dict[What, bool] = {
        "model": (first.model, first.server) == (second.model, second.server),
        "params": first.params == second.params,
        "prompt": first.messages == second.messages,
        "state": first.state == second.state,
        "text": first.text == second.text,
    }
    what = tuple(name for name, is_same in same.items() if not is_same)
    return (
        Difference(second.stage, second.name, second.model, what, likeness(first.text, second.text)) if what else None
    )


def likeness(first: str, second: str) -> float:
    """How much of two texts is the same, word by word: 1 for equal ones."""
    if first == second:
        return 1.0
    ours, theirs = first[:LONGEST_COMPARED].split(), second[:LONGEST_COMPARED].split()
    return SequenceMatcher(None, ours, theirs, autojunk=False).ratio()


def _stage(folder: Path, snapshot: files.Json, pipeline: Pipeline, number: int) -> StageView:
    stage = pipeline.stages[number - 1]
    noted = next((entry for entry in snapshot["stages"] if entry["number"] == number), None)
    combination = files.read_json(folder / files.combination_name(number, pipeline)) or {}
    if combination.get("stage") != number:
        combination = {}
    contents = [
        files.read_json(folder / name) for name in (*files.step_names(number, stage), *files.helper_names(number))
    ]
    steps = [files.read_step(content) for content in (*contents, *combination.get("steps", [])) if content]
    return StageView(
        number=number,
        name=stage.name,
        steps=tuple(steps),
        kind=combination.get("kind"),
        text=_text(folder, noted, steps),
        details=combination.get("details", {}),
    )


def _text(folder: Path, noted: files.Json | None, steps: Sequence[Step]) -> str | None:
    if noted is None or noted["output"] is None:
        return None
    output = files.read_json(folder / noted["output"])
    return output["text"] if output else next((step.text for step in steps), None)
