"""What all stages of one run share."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from config.pipeline import Pipeline
from engine.catalogue import Catalogue
from engine.dialogs import Dialog
from engine.messages import Params
from engine.pipelines.steps import Combination, Outcome, Step
from engine.prompting import Prompting
from engine.questions import Question
from engine.runs import Run

LARGEST_SEED = 2**31


class Recorder(Protocol):
    """Where the steps of a run are written down, each the moment it ends."""

    def keep_plan(self, plan: Sequence[Mapping[str, Any]]) -> None: ...

    def keep_step(self, step: Step) -> None: ...

    def keep_combination(self, combination: Combination) -> None: ...

    def keep_outcome(self, number: int, name: str, outcome: Outcome) -> None: ...


@dataclass(frozen=True, slots=True)
class Context:
    """One question on its way through one pipeline. Chat has neither `recorder` nor `seed`: its one stage costs
    nothing beside its model. `finished` stages and `known` steps (by stage and voice) come from a run that was
    interrupted, and are not asked for again; nor are steps of an earlier run (`taken_over`, by their hash) that would
    be asked the same. `salts` change the seeds of stages; `until` is the last stage to run, None for all.
    """

    catalogue: Catalogue
    prompting: Prompting
    dialog: Dialog
    question: Question
    pipeline: Pipeline
    run: Run
    recorder: Recorder | None = None
    seed: int | None = None
    finished: Mapping[int, Outcome] = field(default_factory=dict)
    known: Mapping[tuple[int, int], Step] = field(default_factory=dict)
    taken_over: Mapping[str, Step] = field(default_factory=dict)
    salts: Mapping[int, int] = field(default_factory=dict)
    until: int | None = None

    @property
    def is_chat(self) -> bool:
        return self.recorder is None

    def sets_load(self, params: Params) -> bool:
        """Whether the pipeline, and not the dialog, says how a model is loaded."""
        settled = self.dialog.settings
        return (params.n_ctx, params.n_gpu_layers) != (settled.n_ctx, settled.n_gpu_layers)

    def seeded(self, params: Params, stage: int, voice: int, sample: int) -> Params:
        """`params` with the seed of a step: the one that is set, further for each sample; else one drawn from the
        run's, the same in whatever order the steps are made.
        """
        if params.seed is not None:
            return replace(params, seed=(params.seed + sample - 1) % LARGEST_SEED)
        return (
            params
            if self.seed is None
            else replace(params, seed=drawn(self.seed + self.salts.get(stage, 0), stage, voice))
        )


def drawn(seed: int, stage: int, voice: int) -> int:
    digest = hashlib.sha256(f"{seed} {stage} {voice}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % LARGEST_SEED
