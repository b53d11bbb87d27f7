"""Room for a model that is to be loaded, made by sending away what is idle longest. How a model ends is told to it."""

import asyncio
from collections.abc import Awaitable, Callable

from engine.backends.llama_cpp.elbow_room import ElbowRoom
from engine.backends.llama_cpp.machine import LOOK_AGAIN_S
from engine.backends.llama_cpp.plans import Plans
from engine.backends.llama_cpp.resident import Resident
from engine.backends.llama_cpp.turns import RoomInUse
from engine.fitting import Free, Room, fits
from engine.forecast import Forecast

Retire = Callable[[Resident], Awaitable[None]]


async def make_room(
    newcomer: Resident, room: Room, elbow_room: ElbowRoom, plans: Plans, retire: Retire
) -> tuple[Forecast, Free]:
    """How the newcomer is to be loaded, into what is free then.

    As asked if that can be had by unloading what is idle, else with the least sacrifice. Raises RoomInUse when it
    would fit once others have finished, NoMemory when not even then.
    """
    while True:
        free = await elbow_room.beside_others(newcomer)
        plan = await plans.asked(newcomer.file, room, free)
        is_good = fits(plan, free)
        if is_good and (room.layers is not None or not free.vram or plan.ram.context == 0):
            return plan, free
        idle = elbow_room.idle_beside(newcomer)
        if is_good:  # all layers may fit on the GPU once others leave it
            idle = [item for item in idle if item.is_on_gpu]
        if idle:
            await _send_away(min(idle, key=lambda item: item.used_at), sum(free.vram), elbow_room, retire)
        elif elbow_room.may_grow():
            await asyncio.sleep(LOOK_AGAIN_S)
        elif is_good:
            return plan, free
        elif eased := await plans.eased(newcomer.file, room, free):
            return eased, free
        else:
            later = await elbow_room.alone(newcomer)
            if later is not None and fits(await plans.asked(newcomer.file, room, later), later):
                raise RoomInUse
            raise plans.no_memory(newcomer.file, room, free)


async def _send_away(resident: Resident, vram_before: int, elbow_room: ElbowRoom, retire: Retire) -> None:
    """Unload, and wait until a GPU's memory is really back."""
    await retire(resident)
    if resident.is_on_gpu:
        await elbow_room.machine.vram_back(vram_before)
