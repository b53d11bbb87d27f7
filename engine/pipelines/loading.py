"""What the stages of a pipeline will have in memory: which models at the same time, and whether they have room.

An estimate refuses nobody. Only a model that we load ourselves, and that cannot fit even alone, ends a run before
anything is asked. The arithmetic is in engine.memory_plan.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from config.pipeline import Stage, StageParams
from engine.catalogue import Model
from engine.errors import BackendError, StageFailed
from engine.memory_plan import StagePlan
from engine.messages import Params
from engine.pipelines.context import Context
from engine.planning import Forecasting, Wish, plan_wishes

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StepPlan:
    """Models that stage `number` wants at the same time. `is_first`: those that answer, not who sums them up."""

    number: int
    is_first: bool
    wishes: tuple[Wish, ...]
    plan: StagePlan

    @property
    def need_bytes(self) -> int:
        """Of all at once, where they have no room for that; 0 where they have."""
        sizes = [share.load.all.total for share in self.plan.shares if share.load.all.total]
        return sum(sizes) if self.plan.verdict != "together" and len(sizes) > 1 else 0

    @property
    def free_bytes(self) -> int:
        """Which is too little for that; 0 where it is not."""
        return self.plan.free.total if self.need_bytes else 0

    def takes_turns(self, model: Model | None) -> bool:
        """Whether it is one of those that have no room side by side."""
        loads = [share.load for share in self.plan.shares if model is not None and share.name == full_name(model)]
        return bool(self.need_bytes) and any(load.all.total for load in loads)

    def content(self) -> dict[str, Any]:
        """For the folder of the run."""
        known = {full_name(model): model for model, _ in self.wishes}
        loads = [
            {
                "model": known[share.name].name,
                "server": known[share.name].server,
                "ram_bytes": share.load.ram.total,
                "gpu_bytes": [need.total for need in share.load.gpus],
            }
            for share in self.plan.shares
        ]
        return {
            "stage": self.number,
            "verdict": self.plan.verdict,
            "models": loads,
            "ram_bytes": self.plan.ram_bytes,
            "gpu_bytes": [*self.plan.gpu_bytes],
            "free": {"ram_bytes": self.plan.free.ram, "gpu_bytes": [*self.plan.free.vram]},
        }


def loads_of(stage: Stage, find: Callable[[str], Model | None], settled: Params = Params()) -> list[list[Wish]]:
    """The models that are wanted at the same time, step after step; who puts the answers together comes alone.

    `settled` is what the dialog says where the pipeline says nothing; models that are not there are left out.
    """
    voices = [
        (model, memory_params(settled, stage.params, voice.params))
        for voice in stage.models
        if (model := find(voice.model))
    ]
    steps = [[wish] for wish in voices] if stage.execution == "sequential" else [voices]
    merge = stage.aggregation
    merger = find(merge.model) if merge and merge.model else None
    if merge and merger:
        steps.append([(merger, memory_params(settled, merge.params))])
    return [step for step in steps if step]


def memory_params(settled: Params, *said: StageParams) -> Params:
    """Those that a load depends on, the later over the earlier."""
    n_ctx, layers = settled.n_ctx, settled.n_gpu_layers
    for params in said:
        n_ctx = n_ctx if params.n_ctx is None else params.n_ctx
        layers = layers if params.n_gpu_layers is None else params.n_gpu_layers
    return Params(n_ctx=n_ctx, n_gpu_layers=layers)


async def planned(context: Context, numbers: Iterable[int]) -> list[StepPlan]:
    """What the stages of these numbers will take; a step whose server is away now is left out."""
    settled, catalogue = context.dialog.settings.params(), context.catalogue
    plans = []
    for number in numbers:
        stage = context.pipeline.stages[number - 1]
        for place, wishes in enumerate(loads_of(stage, catalogue.named, settled)):
            try:
                plan = await plan_wishes(wishes, catalogue.backend)
            except BackendError as error:
                log.warning("the memory of stage %s cannot be planned: %s", number, error)
            else:
                is_first = place == 0 and stage.execution != "sequential"
                plans.append(StepPlan(number, is_first, tuple(wishes), plan))
    return plans


async def check_room(context: Context, plans: Sequence[StepPlan]) -> None:
    """Raises StageFailed for a model of ours that cannot be loaded even once all others have left.

    What was answered before needs no model, and who answered is known only when it is asked: then nothing is refused.
    """
    if context.taken_over:
        return
    begun = {number for number, _ in context.known}
    for step in plans:
        if step.plan.verdict == "too big" and step.number not in begun:
            for model, params in step.wishes:
                await _check(context, step.number, model, params)


async def _check(context: Context, number: int, model: Model, params: Params) -> None:
    backend, refusal = context.catalogue.backend(model), None
    if isinstance(backend, Forecasting):
        with suppress(BackendError):
            refusal = await backend.refusal(model.name, params)
    if refusal is not None:
        stages = context.pipeline.stages
        name, sets_load = stages[number - 1].name, context.sets_load(params)
        raise StageFailed(number, len(stages), name, 0, 0, refusal, sets_load)


def full_name(model: Model) -> str:
    """As plans name it."""
    return f"{model.server}/{model.name}"
