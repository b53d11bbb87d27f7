"""A run's folder read again: how far it came, and what there is to go on with. Everything here blocks."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.pipeline import Pipeline
from config.pipeline_nodes import PipelineProblem
from engine import session_files as files
from engine.pipelines.steps import Outcome, Step
from engine.rerunning import Rerun, rerun_of, taken_over

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What a run has come to by stage, and the steps of the stage it broke off in by stage and voice.

    A run done again from a stage brings its `rerun`, and the steps of the run before by their hash.
    """

    pipeline: Pipeline
    question: str
    seed: int
    finished: Mapping[int, Outcome] = field(default_factory=dict)
    known: Mapping[tuple[int, int], Step] = field(default_factory=dict)
    rerun: Rerun | None = None
    taken_over: Mapping[str, Step] = field(default_factory=dict)


def read_unfinished(folder: Path) -> Unfinished | None:
    """What there is to go on with; None if the folder cannot be understood."""
    snapshot = files.read_json(folder / files.SNAPSHOT)
    try:
        pipeline = files.read_pipeline_of(snapshot) if snapshot else None
    except (PipelineProblem, KeyError, TypeError):
        pipeline = None
    if snapshot is None or pipeline is None:
        return None
    done = {stage["number"]: stage for stage in snapshot.get("stages", [])}
    finished = {number: outcome for number, stage in done.items() if (outcome := read_outcome(stage, folder))}
    names = (
        name
        for number, stage in enumerate(pipeline.stages, start=1)
        if number not in finished
        for name in [*files.step_names(number, stage), *files.helper_names(number)]
    )
    steps = [files.read_step(content) for name in names if (content := files.read_json(folder / name))]
    known = {(step.stage, step.voice): step for step in steps if step.state == "done"}
    rerun = rerun_of(snapshot)
    before = taken_over(folder, snapshot, rerun) if rerun else {}
    return Unfinished(pipeline, snapshot.get("question", ""), snapshot.get("seed", 0), finished, known, rerun, before)


def read_outcome(stage: Mapping[str, Any], folder: Path) -> Outcome | None:
    if stage["state"] == "skipped":
        return Outcome("", heard=0, asked=0, state="skipped")
    content = files.read_json(folder / stage["output"])
    if content is None:
        return None
    heard, asked = stage.get("heard", 1), stage.get("asked", 1)
    details = content.get("details", {})
    return Outcome(content["text"], content.get("thought", ""), content.get("finish"), heard, asked, "done", details)


def mark_interrupted(folder: Path) -> None:
    """The program ended in the middle of this run."""
    snapshot = files.read_json(folder / files.SNAPSHOT)
    if snapshot is None:
        return
    try:
        files.write_json(folder / files.SNAPSHOT, snapshot | {"state": "interrupted"})
    except OSError as error:
        log.warning("the folder of an interrupted run cannot be written: %s", error)
