"""Memory that ran out in the middle of a stage: room is made, and those who had none are asked once more, in turn.

The other models of the run leave the machine, unless somebody uses them. A model that we load ourselves is at last
loaded with a smaller window, as long as what it is to read still fits into that.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from urllib.parse import urlsplit

from engine.backends.base import Backend
from engine.errors import BackendError
from engine.events import Event
from engine.fitting import windows
from engine.messages import Params
from engine.pipelines.call import Calling
from engine.pipelines.context import Context
from engine.planning import Forecasting, is_here
from engine.prompting import room_in
from engine.tokens import prompt_units

log = logging.getLogger(__name__)

PAUSE_S = 2.0
"""Servers, and the drivers of GPUs, give memory back some time after they were asked to."""
UNLOAD_TIMEOUT_S = 20.0


async def asked_twice(context: Context, calling: Calling) -> AsyncGenerator[Event, None]:
    """One call alone, and its second try if need be."""
    for events in (calling.events(), second_tries(context, [calling])):
        async with aclosing(events) as stream:
            async for event in stream:
                yield event


async def second_tries(context: Context, callings: Sequence[Calling]) -> AsyncGenerator[Event, None]:
    """Those of the callings that ran out of memory, one after another; what fails now has failed."""
    for calling in callings:
        if not calling.awaits_room or not calling.is_needed or context.run.is_skipping:
            continue
        await make_room(context, calling)
        asked, smaller = calling.call, await smaller_windows(context, calling)
        for params in (asked.params, *(replace(asked.params, n_ctx=n_ctx) for n_ctx in smaller)):
            calling.call = replace(asked, params=params)
            calling.may_try_again = bool(smaller) and params.n_ctx != smaller[-1]
            async with aclosing(calling.events()) as events:
                async for event in events:
                    yield event
            if not calling.awaits_room:
                break


async def make_room(context: Context, calling: Calling) -> None:
    """Have the run's other models give their memory back; a server in trouble keeps its own."""
    catalogue = context.catalogue
    wanting = calling.model or catalogue.named(calling.call.model)
    if wanting is None:
        return
    machine = machine_of(catalogue.backend(wanting))
    for other in {model.id: model for name in context.pipeline.models if (model := catalogue.named(name))}.values():
        backend = catalogue.backend(other)
        if other.id == wanting.id or machine_of(backend) != machine:
            continue
        try:
            async with asyncio.timeout(UNLOAD_TIMEOUT_S):
                await leave(backend, other.name)
        except (BackendError, TimeoutError) as error:
            log.warning("%s was not unloaded to make room for %s: %s", other.name, wanting.name, error)
    await asyncio.sleep(PAUSE_S)


async def leave(backend: Backend, model: str) -> None:
    """A server lets a model go that answers when it has answered."""
    if isinstance(backend, Forecasting):
        await backend.unload_idle(model)
    else:
        await backend.unload(model)


async def smaller_windows(context: Context, calling: Calling) -> list[int]:
    """For a model that we load ourselves: halves of its window that still hold what it read, and an answer."""
    model, step = calling.model, calling.step
    if model is None or step is None or not step.messages:
        return []
    backend, params = context.catalogue.backend(model), calling.call.params
    window = backend.window(model.info, params) if isinstance(backend, Forecasting) else None
    if window is None:
        return []
    try:
        tokens = await backend.count_tokens(model.name, step.messages)
    except BackendError:
        tokens = None
    needed = int(prompt_units(step.messages)) if tokens is None else tokens
    return [n_ctx for n_ctx in windows(window) if n_ctx < window and holds(n_ctx, needed, params)]


def holds(n_ctx: int, tokens: int, params: Params) -> bool:
    return tokens <= room_in(n_ctx, params)


def machine_of(backend: Backend) -> str:
    """Whose memory its models take; "" for this machine."""
    return "" if is_here(backend) else urlsplit(backend.url).hostname or ""
