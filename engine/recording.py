"""The folder of one run as it grows. A disk in trouble is told in the log, and interrupts no model."""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec

from config.pipeline import Pipeline
from engine import session_files as files
from engine.pipelines.steps import Combination, Outcome, Step

log = logging.getLogger(__name__)
P = ParamSpec("P")


class Recording:
    """Writes steps and what they came to; `snapshot` is the content of config_snapshot.json."""

    def __init__(self, session_id: int, folder: Path, pipeline: Pipeline, snapshot: files.Json) -> None:
        self.session_id = session_id
        self.folder = folder
        self.pipeline = pipeline
        self.snapshot = snapshot
        self._turn = asyncio.Lock()

    async def keep_step(self, step: Step) -> None:
        """A synthesis and a judge stand in the file of the aggregation; alone only while that is not there yet."""
        await self._write(
            files.write_json, self.folder / files.step_name(step, self.pipeline), files.step_content(step)
        )

    async def keep_combination(self, combination: Combination) -> None:
        path = self.folder / files.combination_name(combination.stage, self.pipeline)
        await self._write(files.write_json, path, files.combination_content(combination))
        for step in combination.steps:
            await self._write(files.remove_file, self.folder / files.step_name(step, self.pipeline))

    async def keep_outcome(self, number: int, name: str, outcome: Outcome) -> None:
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
        await self.keep_snapshot()

    async def end(self, state: str, text: str) -> None:
        """The last word; `text` is what the person got, and stands in final.txt only if the run came to its end."""
        now = time.time()
        self.snapshot |= {"state": state, "finished_at": files.moment(now)}
        if "rerun" in self.snapshot:
            self.snapshot["rerun"]["follows"] = True  # who goes on with it wants the stages below too
        self.snapshot["seconds"] = round(now - files.seconds(self.snapshot["started_at"]), 3)
        if state == "done":
            await self._write(files.write_text, self.folder / files.FINAL, text)
        await self.keep_snapshot()

    async def keep_snapshot(self) -> None:
        async with self._turn:
            await self._write(files.write_json, self.folder / files.SNAPSHOT, dict(self.snapshot))

    async def _write(self, write: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            await asyncio.to_thread(write, *args, **kwargs)
        except OSError as error:
            log.warning("the folder of a run cannot be written: %s", error)


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
