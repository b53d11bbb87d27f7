"""The memory forecast of a pipeline: a sign for each stage, and a few lines with what it takes and what is free."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from bot.pipes.desk import Desk
from bot.pipes.words import short
from bot.sizes import gib
from config.pipeline import Stage, stage_models
from engine.errors import BackendError
from engine.memory_plan import StagePlan
from engine.pipelines.loading import loads_of
from engine.planning import plan_stages

Sign = Literal["🟢", "🟡", "🔴", "⚠️"]
WORST_LAST: tuple[Sign, ...] = ("🟢", "🟡", "🔴", "⚠️")
SHOWN_MISSING = 5


@dataclass(frozen=True, slots=True)
class Outlook:
    """`signs` stand for the stages in their order."""

    signs: tuple[Sign, ...]
    text: str


async def outlook(desk: Desk, stages: Sequence[Stage], first: int = 1) -> Outlook:
    """What the stages will take, as far as their models are there; they are numbered from `first`."""
    loads = [loads_of(stage, desk.model) for stage in stages]
    try:
        plans = await plan_stages(list(chain.from_iterable(loads)), desk.parts.engine.catalogue.backend)
    except BackendError:
        return Outlook((), desk.texts("pipe-memory-unknown"))
    rest = iter(plans)
    by_stage = [[next(rest) for _ in steps] for steps in loads]
    missing = missing_models(desk, stages)
    signs = [
        "⚠️" if missing.intersection(stage_models(stage)) else sign_of(of_stage)
        for stage, of_stage in zip(stages, by_stage, strict=True)
    ]
    lines = [missing_text(desk, missing)] if missing else []
    if plans:
        lines.append(memory_text(desk, by_stage, first))
    return Outlook(tuple(signs), "\n".join(lines))


def missing_models(desk: Desk, stages: Sequence[Stage]) -> set[str]:
    return {name for stage in stages for name in stage_models(stage) if desk.model(name) is None}


def missing_text(desk: Desk, missing: set[str]) -> str:
    names = ", ".join(short(name) for name in sorted(missing)[:SHOWN_MISSING])
    return desk.texts("pipe-missing", count=len(missing), names=names)


def sign_of(plans: Sequence[StagePlan]) -> Sign:
    """The worst of its steps."""
    signs: list[Sign] = ["🔴" if plan.verdict == "too big" else "🟡" if plan.is_slow else "🟢" for plan in plans]
    return max(signs, key=WORST_LAST.index, default="🟢")


def memory_text(desk: Desk, by_stage: Sequence[Sequence[StagePlan]], first: int) -> str:
    """The worst that will happen, with its numbers."""
    numbered = [(number, plan) for number, plans in enumerate(by_stage, start=first) for plan in plans]
    free = gib(numbered[0][1].free.total)
    for number, plan in numbered:
        if plan.verdict == "too big":
            need = max((refusal.need_bytes or 0 for refusal in plan.refusals), default=0)
            return desk.texts("pipe-too-big", stage=number, need=gib(need), free=free)
    for number, plan in numbered:
        if plan.verdict == "in turn" and len(plan.shares) > 1:
            sizes = [share.load.all.total for share in plan.shares]
            return desk.texts("pipe-in-turns", stage=number, need=gib(sum(sizes)), largest=gib(max(sizes)), free=free)
    need = max(plan.ram_bytes + sum(plan.gpu_bytes) for _, plan in numbered)
    if any(plan.is_slow for _, plan in numbered):
        return desk.texts("pipe-slow", need=gib(need), free=free)
    return desk.texts("pipe-fits", need=gib(need), free=free) if need else desk.texts("pipe-at-hand", free=free)
