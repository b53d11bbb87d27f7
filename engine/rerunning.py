"""A run done again from one of its stages: a folder of its own, with what the stages above had come to.

The old run keeps all it had. Everything here blocks; whoever calls it does so in a thread.
"""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from config.pipeline import Pipeline
from engine import session_files as files
from engine.pipelines.steps import Step

RERUN = "rerun"
"""The key of the snapshot."""


@dataclass(frozen=True, slots=True)
class Rerun:
    """`stage` again, with what `pipeline` says of it now; with `follows` the stages below too, as far as what they
    read has changed. `salt` draws other seeds for the stage, 0 the same; `is_replay`: nothing is taken over.
    """

    stage: int
    follows: bool
    salt: int = 0
    is_replay: bool = False


def begin_again(old: Path, new: Path, number: int, pipeline: Pipeline, rerun: Rerun) -> files.Json:
    """Fill the folder `new` from `old`; returns its snapshot, ready to be gone on with. Raises OSError."""
    before = files.read_json(old / files.SNAPSHOT)
    if before is None:
        raise FileNotFoundError(old / files.SNAPSHOT)
    earlier = files.read_pipeline_of(before)
    above = [stage for stage in before.get("stages", []) if stage["number"] < rerun.stage]
    for stage in above:
        names = zip(
            files.stage_names(stage["number"], earlier), files.stage_names(stage["number"], pipeline), strict=True
        )
        for source, target in names:
            content = files.read_json(old / source)
            if content is not None:
                files.write_json(new / target, content)
        if stage["output"] is not None:
            stage["output"] = files.output_name(stage["number"], pipeline)
    snapshot = before | {
        "session": number,
        "state": "interrupted",
        "pipeline": files.pipeline_content(pipeline),
        "stages": above,
        RERUN: {"of": before.get("session"), **asdict(rerun)},
        "memory_plan": None,
        "started_at": files.moment(time.time()),
        "finished_at": None,
        "seconds": None,
    }
    files.write_json(new / files.SNAPSHOT, snapshot)
    return snapshot


def rerun_of(snapshot: Mapping[str, object]) -> Rerun | None:
    """What a snapshot says of being done again; None for an ordinary run."""
    said = snapshot.get(RERUN)
    if not isinstance(said, dict):
        return None
    return Rerun(said["stage"], said["follows"], said.get("salt", 0), said.get("is_replay", False))


def taken_over(folder: Path, snapshot: files.Json, rerun: Rerun) -> dict[str, Step]:
    """Steps of the run before that need not be asked again where they would be asked the same, by their hash."""
    before = folder.parent / files.folder_name(snapshot[RERUN]["of"])
    if rerun.is_replay:
        return {}
    steps = [step for step in files.read_steps(before) if step.state == "done" and step.input_hash]
    return {step.input_hash: step for step in steps if not (rerun.salt and step.stage == rerun.stage)}
