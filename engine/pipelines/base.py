"""The base pipeline: what config/pipeline.yaml says now, and whether its models are there.

The file is read again whenever it has changed, so that a correction needs no restart.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

from config.pipeline import Pipeline
from config.pipeline_file import read_pipeline_file
from config.pipeline_nodes import PipelineProblem
from engine.catalogue import Catalogue

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BaseState:
    """`pipeline` None and no `problem`: there is no file. `missing` names the models that are not there now."""

    pipeline: Pipeline | None = None
    problem: PipelineProblem | None = None
    missing: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        return self.pipeline is not None and not self.missing


class BasePipeline:
    """The pipeline of the file at `path`."""

    def __init__(self, path: Path, catalogue: Catalogue) -> None:
        self._path = path
        self._catalogue = catalogue
        self._stamp: tuple[int, int] | None = None
        self._read = BaseState()
        self._told: BaseState | None = None

    def state(self) -> BaseState:
        """What can be said of it now."""
        stamp = self._stamp_now()
        if stamp != self._stamp:
            self._stamp, self._read = stamp, read_state(self._path)
        pipeline = self._read.pipeline
        return BaseState(pipeline, self._read.problem, missing_models(pipeline, self._catalogue) if pipeline else ())

    def tell(self) -> None:
        """Write to the log why it cannot be used, if that is news."""
        state = self.state()
        if state == self._told:
            return
        self._told = state
        if state.problem is not None:
            log.warning("the base pipeline is not available: %s", state.problem)
        elif state.missing:
            log.warning("the base pipeline is not available, models are missing: %s", ", ".join(state.missing))

    def _stamp_now(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size


def read_state(path: Path) -> BaseState:
    try:
        return BaseState(read_pipeline_file(path))
    except PipelineProblem as problem:
        return BaseState(problem=problem)


def missing_models(pipeline: Pipeline, catalogue: Catalogue) -> tuple[str, ...]:
    """The models of a pipeline that no server has now, as they are written in it."""
    return tuple(name for name in pipeline.models if catalogue.named(name) is None)
