"""The folder of one run as it grows. A disk in trouble is told in the log, and interrupts no model.

Files are written in their order while the run goes on: the next model does not wait for the disk.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, ParamSpec

from config.pipeline import Pipeline
from engine import session_files as files
from engine.pipelines.steps import Combination, Outcome, Step
from engine.tasks import Tasks

log = logging.getLogger(__name__)
P = ParamSpec("P")


class Recording:
    """Writes steps and what they came to; `snapshot` is the content of config_snapshot.json."""

    def __init__(self, session_id: int, folder: Path, pipeline: Pipeline, snapshot: files.Json, tasks: Tasks) -> None:
        self.session_id = session_id
        self.folder = folder
        self.pipeline = pipeline
        self.snapshot = snapshot
        self._tasks = tasks
        self._writing: asyncio.Task[None] | None = None

    def keep_plan(self, plan: Sequence[Mapping[str, Any]]) -> None:
        """Note what the stages to come will take; what was noted of stages that are over stays."""
        planned = {entry["stage"] for entry in plan}
        before = (self.snapshot["memory_plan"] or {}).get("steps", [])
        steps = [*(entry for entry in before if entry["stage"] not in planned), *plan]
        self.snapshot["memory_plan"] = {"steps": sorted(steps, key=lambda entry: int(entry["stage"]))}
        self.keep_snapshot()

    def keep_step(self, step: Step) -> None:
        """A synthesis and a judge stand in the file of the aggregation; alone only while that is not there yet."""
        self._write(files.write_json, self.folder / files.step_name(step, self.pipeline), files.step_content(step))

    def keep_combination(self, combination: Combination) -> None:
        path = self.folder / files.combination_name(combination.stage, self.pipeline)
        self._write(files.write_json, path, files.combination_content(combination))
        for step in combination.steps:
            self._write(files.remove_file, self.folder / files.step_name(step, self.pipeline))

    def keep_outcome(self, number: int, name: str, outcome: Outcome) -> None:
        """Note in the snapshot that a stage is over, and which file has its text."""
        entry = {
            "number": number,
            "name": name,
            "state": outcome.state,
            "heard": outcome.heard,
            "asked": outcome.asked,
            "output": files.output_name(number, self.pipeline) if outcome.state == "done" else None,
        }
        others = [stage for stage in self.snapshot["stages"] if stage["number"] != number]
        self.snapshot["stages"] = sorted([*others, entry], key=lambda stage: int(stage["number"]))
        self.keep_snapshot()

    async def end(self, state: str, text: str) -> None:
        """The last word; `text` is what the person got, and stands in final.txt only if the run came to its end."""
        now = time.time()
        self.snapshot |= {"state": state, "finished_at": files.moment(now)}
        if "rerun" in self.snapshot:
            self.snapshot["rerun"]["follows"] = True  # who goes on with it wants the stages below too
        self.snapshot["seconds"] = round(now - files.seconds(self.snapshot["started_at"]), 3)
        if state == "done":
            self._write(files.write_text, self.folder / files.FINAL, text)
        self.keep_snapshot()
        await self.written()

    def keep_snapshot(self) -> None:
        self._write(files.write_json, self.folder / files.SNAPSHOT, dict(self.snapshot))

    async def written(self) -> None:
        """Return when all there is to write has been written."""
        if self._writing is not None:
            await asyncio.wait({self._writing})

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done after all that is being written; the run does not wait for it, its end does."""
        before = self._writing

        async def in_turn() -> None:
            if before is not None:
                await asyncio.wait({before})
            await work

        self._writing = self._tasks.start(in_turn())

    def _write(self, write: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        async def written() -> None:
            try:
                await asyncio.to_thread(write, *args, **kwargs)
            except OSError as error:
                log.warning("the folder of a run cannot be written: %s", error)

        self.later(written())


def begun(number: int, mode: str, pipeline: Pipeline, question: str, seed: int, facts: dict[str, Any]) -> files.Json:
    """The snapshot of a run that begins; `facts` are those of its dialog and models."""
    return {
        "version": files.VERSION,
        "session": number,
        "state": "running",
        "mode": mode,
        "question": question,
        "pipeline": files.pipeline_content(pipeline),
        "seed": seed,
        **facts,
        "memory_plan": None,
        "stages": [],
        "started_at": files.moment(time.time()),
        "finished_at": None,
        "seconds": None,
    }
