"""What is free for a model beside those in memory, now or once they have left. Loads and unloads nothing."""

import asyncio
import math
from collections.abc import Collection, Mapping

from engine.backends.llama_cpp.machine import Machine, has_gpu_code
from engine.backends.llama_cpp.resident import Resident
from engine.backends.llama_cpp.taking import free_after, free_beside, seen_bytes
from engine.fitting import Free


class ElbowRoom:
    """`by_name` are the models in memory, as they come and go. `gpu`: llama.cpp can use one, None until that is known;
    `last_end` is when a process that is gone ended, in monotonic seconds.
    """

    def __init__(self, machine: Machine, by_name: Mapping[str, Resident]) -> None:
        self.machine = machine
        self.gpu: bool | None = None
        self.last_end = -math.inf
        self._by_name = by_name

    async def uses_gpu(self) -> bool:
        """Whether a new process could use a GPU."""
        if self.gpu is None:
            self.gpu = await asyncio.to_thread(has_gpu_code)
        return self.gpu

    async def devices(self) -> Free:
        """What is free on what a new process could use."""
        free = await self.machine.free()
        return free if await self.uses_gpu() else Free(free.ram)

    async def after(self, wanted: Collection[str]) -> Free:
        """With what models would give back that are idle or `wanted`."""
        return free_after(await self.devices(), list(self._by_name.values()), wanted)

    async def beside_all(self) -> Free:
        return free_beside(await self.devices(), self._by_name.values())

    async def beside_others(self, newcomer: Resident) -> Free:
        """For the newcomer, its process included; weights that others read from their files count as taken."""
        return shared(newcomer, free_beside(await self.machine.free(), self._others(newcomer)))

    async def alone(self, newcomer: Resident) -> Free | None:
        """For the newcomer, once everybody else has finished; None if nobody else has a model in memory."""
        others = [item for item in self._others(newcomer) if item.n_ctx is not None]
        names = [item.file.name for item in others]
        return shared(newcomer, free_after(await self.machine.free(), others, names)) if others else None

    async def is_blind(self, newcomer: Resident) -> bool:
        """Whether a GPU may be there that tells nothing of its memory: llama.cpp puts there what it can then."""
        return newcomer.gpu_share > 0 and not (await self.machine.free()).vram

    def may_grow(self) -> bool:
        """A process ended just now, by itself or not; its memory may still be on its way back."""
        return self.machine.may_come_back(
            max([self.last_end, *(item.child.gone_at for item in self._by_name.values())])
        )

    def idle_beside(self, newcomer: Resident) -> list[Resident]:
        return [item for item in self._others(newcomer) if item.users == 0]

    def _others(self, newcomer: Resident) -> list[Resident]:
        return [item for item in self._by_name.values() if item is not newcomer]


def shared(newcomer: Resident, free: Free) -> Free:
    """As much of the GPUs as the newcomer may use; of the RAM also what its process has, for a forecast counts that."""
    ram = free.ram + seen_bytes(newcomer)
    if not newcomer.gpu_share:
        return Free(ram)
    return Free(ram, tuple(int(size_bytes * newcomer.gpu_share) for size_bytes in free.vram))
