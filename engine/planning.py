"""What the stages of a pipeline will take: gathers the models' forecasts from their servers and what is free.

The arithmetic is in engine.memory_plan. A server on another machine looks after its memory itself.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable
from urllib.parse import urlsplit

from engine.backends.base import Backend, ModelInfo
from engine.catalogue import Model
from engine.errors import NoMemory
from engine.fitting import Free
from engine.forecast import Forecast, Need, Setup
from engine.memory import free_memory, needed_bytes
from engine.memory_plan import Candidate, StagePlan, plan_stage
from engine.messages import Params

Wish = tuple[Model, Params]
BackendOf = Callable[[Model], Backend]
HERE = {"127.0.0.1", "localhost", "::1"}


@runtime_checkable
class Forecasting(Protocol):
    """A backend that loads models itself, and so knows what they take."""

    async def candidate(self, model: str, params: Params) -> Candidate:
        """The model as a request with `params` would load it; raises NoSuchModel."""
        ...

    async def room(self, wanted: Sequence[str]) -> Free:
        """What is free, with what loaded models would give back that are idle or `wanted`."""
        ...

    async def refusal(self, model: str, params: Params) -> NoMemory | None:
        """Why the model cannot be loaded even once all others have left; None where it can."""
        ...

    async def unload_idle(self, model: str) -> None:
        """Give the model's memory back, unless somebody uses it."""
        ...


async def plan_stages(stages: Sequence[Sequence[Wish]], backend_of: BackendOf) -> list[StagePlan]:
    """A plan for each stage. Models of one stage make room for those of the next, so each is planned by itself."""
    return [await plan_wishes(stage, backend_of) for stage in stages]


async def plan_wishes(stage: Sequence[Wish], backend_of: BackendOf) -> StagePlan:
    """A plan for models that are wanted at the same time; raises what a backend says of a model it has lost."""
    backends = [backend_of(model) for model, _ in stage]
    ours = [backend for backend in backends if isinstance(backend, Forecasting)]
    names = [model.name for (model, _), backend in zip(stage, backends, strict=True) if backend in ours]
    free = await ours[0].room(names) if ours else await asyncio.to_thread(free_memory)
    wishes = zip(stage, backends, strict=True)
    return plan_stage([await _candidate(model, params, backend) for (model, params), backend in wishes], free)


async def _candidate(model: Model, params: Params, backend: Backend) -> Candidate:
    if isinstance(backend, Forecasting):
        return await backend.candidate(model.name, params)
    need = needed_bytes(model.info) if is_here(backend) and not model.info.loaded else 0
    return by_size(model.server, model.info, need)


def is_here(backend: Backend) -> bool:
    """Whether its models live in the memory of this machine."""
    return isinstance(backend, Forecasting) or urlsplit(backend.url).hostname in HERE


def by_size(server: str, info: ModelInfo, need: int) -> Candidate:
    """A model of another server here, which takes `need` bytes: first of the GPUs, then of RAM."""

    def load(free: Free) -> Forecast:
        left, gpus = need, []
        for size_bytes in free.vram:
            gpus.append(Need(min(left, size_bytes)))
            left -= gpus[-1].total
        return Forecast(Setup(0), Need(left), tuple(gpus))

    def refusal(free: Free) -> NoMemory:
        return NoMemory(server, info.name, need_bytes=need, free_bytes=free.total)

    return Candidate(f"{server}/{info.name}", None, load, refusal)
