"""Which models are in memory: loads one when it is asked for, unloads idle ones when there is no room.

Knows what is free and what a load needs, how layers are shared out, and nothing of prompts and answers.
"""

import asyncio
import logging
import math
import signal
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from engine.backends.llama_cpp.child import Child
from engine.backends.llama_cpp.files import ModelFile
from engine.backends.llama_cpp.keeping import Keeping
from engine.backends.llama_cpp.machine import LOOK_AGAIN_S, Machine, has_gpu_code
from engine.backends.llama_cpp.plans import ALL_LAYERS, Plans, smaller_ones, taken
from engine.backends.llama_cpp.refusals import refusal
from engine.backends.llama_cpp.resident import Resident, Wanted, allowed_threads, leaving
from engine.backends.llama_cpp.taking import free_after, free_beside
from engine.backends.llama_cpp.wire import Failed, Load, Loaded, Open, Opened, Ready, Reply
from engine.errors import BackendError, BrokenStream, ModelCrashed, NoMemory, StorageError
from engine.fitting import Free, Room, best, fits
from engine.forecast import Forecast, Need
from engine.memory_plan import Candidate

log = logging.getLogger(__name__)

BAD_INSTRUCTIONS = {-signal.SIGSEGV, -signal.SIGILL, -signal.SIGABRT, 0xC0000005, 0xC000001D}
"""Exit codes of a build whose fastest code this machine cannot run, or that has none for a model with its weights
rearranged for it, as DeepSeek's on AMX (the latter two are Windows' words)."""

N_SLOTS = 4
"""Dialogs that a model computes together: on a processor more of them hardly gain, and each gets slower."""
MAX_KEPT_BYTES = 256 << 20
KEPT_SHARE = 4
"""Of the memory that is left after loading this part may keep dialogs that had to make room, up to the limit."""


class Residents:
    """`others` gives further files that may stand in for one that does not fit."""

    def __init__(
        self,
        server: str,
        machine: Machine,
        plans: Plans,
        others: Callable[[], Iterable[ModelFile]],
        keeping: Keeping,
        silence_s: float,
        load_timeout_s: float,
    ) -> None:
        self._server = server
        self._machine = machine
        self._plans = plans
        self._others = others
        self._keeping = keeping
        self._silence_s = silence_s
        self._load_timeout_s = load_timeout_s
        self._by_name: dict[str, Resident] = {}
        self._children: set[Child] = set()
        self._changing = asyncio.Lock()
        self._repack = True
        self._gpu: bool | None = None
        self._last_end = -math.inf

    def loaded(self, name: str) -> Resident | None:
        """The model with its forecast and what it really takes; None when it is not loaded."""
        resident = self._by_name.get(name)
        return None if resident is None or resident.child.is_gone or resident.n_ctx is None else resident

    def candidate(self, wanted: Wanted) -> Candidate:
        """For planning: as it is if it is loaded so, else as it would be loaded now."""
        resident = self._by_name.get(wanted.file.name)
        if resident is not None and resident.meets(wanted) and resident.forecast and resident.taken:
            held = Forecast(resident.forecast.setup, resident.taken.ram, resident.taken.gpus)
            return self._plans.candidate(self._server, wanted, self._others(), lambda _: held)
        return self._plans.candidate(self._server, wanted, self._others())

    async def room(self, wanted: Collection[str]) -> Free:
        """What is free, with what models would give back that are idle or `wanted`."""
        if self._gpu is None:
            self._gpu = await asyncio.to_thread(has_gpu_code)
        residents = list(self._by_name.values())
        free = free_after(await self._machine.free(), residents, wanted)
        return free if self._gpu else Free(free.ram)

    def is_ready(self, wanted: Wanted) -> bool:
        resident = self._by_name.get(wanted.file.name)
        return resident is not None and resident.meets(wanted)

    @asynccontextmanager
    async def use(self, wanted: Wanted) -> AsyncIterator[Child]:
        """The child with the model in memory; it stays there as long as it is used."""
        resident = self._by_name.get(wanted.file.name)
        if resident is not None and resident.meets(wanted):
            resident.users += 1
        else:
            async with self._changing:
                resident = await self._loaded(wanted)
                resident.users += 1
        with leaving(resident):
            yield resident.child

    @asynccontextmanager
    async def counting(self, file: ModelFile) -> AsyncIterator[Child]:
        """A child that can count with the model's vocabulary, without loading the model for it."""
        resident = self._by_name.get(file.name)
        if resident is not None and resident.holds(file) and not resident.retiring:
            resident.users += 1
        else:
            async with self._changing:
                resident = await self._opened(file)
                resident.users += 1
        with leaving(resident):
            yield resident.child

    async def unload(self, name: str) -> None:
        """Wait until nobody uses the model, then end its process."""
        async with self._changing:
            if resident := self._by_name.get(name):
                await self._retire(resident)

    async def drop(self, child: Child) -> None:
        """End a child that no longer answers, whoever waits for it."""
        self._children.discard(child)
        await child.end()
        self._last_end = max(self._last_end, child.gone_at)

    async def forget(self, dialog: str, wholly: bool) -> None:
        """As Backend.forget."""
        loaded = [resident.child for resident in self._by_name.values() if resident.n_ctx is not None]
        await self._keeping.forget(dialog, wholly, loaded)

    async def aclose(self) -> None:
        """End all children, at the same time."""
        loaded = {resident.child for resident in self._by_name.values() if resident.n_ctx is not None}
        async with asyncio.TaskGroup() as group:
            for child in self._children:
                group.create_task(self._keeping.end(child) if child in loaded else child.end())
        self._children.clear()
        self._by_name.clear()

    async def _loaded(self, wanted: Wanted) -> Resident:
        """Load the model anew or find that someone else did meanwhile."""
        resident = self._by_name.get(wanted.file.name)
        if resident is not None and resident.meets(wanted):
            return resident
        if resident is not None and resident.n_ctx is not None:
            await self._retire(resident)
        try:
            return await self._load_with_care(wanted)
        except NoMemory as error:
            was_let_pass = error.need_parts is None  # by the forecast: another process was quicker on the GPU
            if not was_let_pass or wanted.layers_to_load is not None or not (await self._machine.free()).vram:
                raise
        return await self._load_with_care(replace(wanted, n_gpu_layers=0))

    async def _load_with_care(self, wanted: Wanted) -> Resident:
        """The fastest way that this machine can go, found out by trying."""
        try:
            return await self._load(wanted, self._repack)
        except ModelCrashed as error:
            if not self._repack or error.exit_code not in BAD_INSTRUCTIONS:
                raise
        resident = await self._load(wanted, repack=False)
        self._repack = False  # it helped, so it is this machine and not the file
        return resident

    async def _load(self, wanted: Wanted, repack: bool) -> Resident:
        resident = await self._opened(wanted.file)
        async with AsyncExitStack() as undo:
            undo.push_async_callback(self._retire, resident)
            room = self._plans.room(wanted.file, wanted.n_ctx, await self._layers(resident, wanted))
            plan, free = await self._make_room(resident, room)
            by_forecast = bool(free.vram)
            layers = plan.setup.gpu_layers if by_forecast else wanted.layers_to_load
            place, spare_bytes = await self._keeping.place(wanted.file), max(0, free.ram - plan.ram.total)
            load = Load(
                resident.child.next_id(),
                str(wanted.file.path.absolute()),
                n_ctx=wanted.n_ctx,
                n_gpu_layers=layers,
                n_threads=allowed_threads(),
                embeds=wanted.file.header.embeds,
                repack=repack,
                n_slots=plan.setup.slots,
                split=plan.setup.split if by_forecast else (),
                kept_bytes=min(MAX_KEPT_BYTES, spare_bytes // KEPT_SHARE),
                states=place.folder,
                model=place.model,
                states_bytes=place.size_bytes,
                waiting_bytes=spare_bytes // KEPT_SHARE,
            )
            reply = await resident.child.ask(load, self._load_timeout_s)
            if not isinstance(reply, Loaded):
                error = self._error(reply, wanted.file)
                raise replace(error, need_bytes=plan.all.total) if isinstance(error, NoMemory) else error
            undo.pop_all()
        resident.n_ctx, resident.n_gpu_layers = wanted.n_ctx, wanted.n_gpu_layers
        await self._note(resident, plan, reply)
        return resident

    async def _opened(self, file: ModelFile) -> Resident:
        """A child that has at least the vocabulary of `file`."""
        resident = self._by_name.get(file.name)
        if resident is not None and resident.holds(file):
            return resident
        if resident is not None:
            await self._retire(resident)
        child = await Child.start(self._server, file.name, self._silence_s)
        self._children.add(child)
        async with AsyncExitStack() as undo:
            undo.push_async_callback(self.drop, child)
            ready = await child.first_reply()
            if not isinstance(ready, Ready):
                raise self._error(ready, file)
            opened = await child.ask(Open(child.next_id(), str(file.path.absolute())))
            if not isinstance(opened, Opened):
                raise self._error(opened, file)
            undo.pop_all()
        self._gpu = ready.gpu
        resident = self._by_name[file.name] = Resident(child, file, ready.gpu, used_at=time.monotonic())
        return resident

    async def _layers(self, newcomer: Resident, wanted: Wanted) -> int | None:
        """None: as the forecast says. All, where a GPU is there that tells nothing of its memory."""
        if not newcomer.gpu:
            return 0
        if wanted.layers_to_load is None and not (await self._machine.free()).vram:
            return ALL_LAYERS
        return wanted.layers_to_load

    async def _make_room(self, newcomer: Resident, room: Room) -> tuple[Forecast, Free]:
        """Unload what is idle longest until there is room, and tell it; NoMemory when nothing idle is left."""
        while True:
            free = await self._free(newcomer)
            plan = await self._plans.sure(newcomer.file, best(room, free), free)
            is_good = fits(plan, free)
            if is_good and (room.layers is not None or not free.vram or plan.ram.context == 0):
                return plan, free
            idle = [item for item in self._by_name.values() if item.users == 0 and item is not newcomer]
            if is_good:  # all layers may fit on the GPU once others leave it
                idle = [item for item in idle if item.forecast and item.forecast.vram != Need()]
            if not idle:
                if is_good:
                    return plan, free
                if self._machine.may_come_back(self._ended_at()):
                    await asyncio.sleep(LOOK_AGAIN_S)
                    continue
                others = smaller_ones(newcomer.file, self._others())
                raise self._plans.no_memory(self._server, newcomer.file, room, free, others)
            await self._leave(min(idle, key=lambda item: item.used_at), sum(free.vram))

    async def _free(self, newcomer: Resident) -> Free:
        """What is free; weights that loaded models read from their files count as taken."""
        others = [item for item in self._by_name.values() if item is not newcomer]
        free = free_beside(await self._machine.free(), others)
        return free if newcomer.gpu else Free(free.ram)

    async def _leave(self, resident: Resident, vram_before: int) -> None:
        """Unload, and wait until a GPU's memory is really back."""
        on_gpu = resident.forecast is not None and resident.forecast.vram != Need()
        await self._retire(resident)
        if on_gpu:
            await self._machine.vram_back(vram_before)

    def _ended_at(self) -> float:
        """When the last process ended, by itself or not; its memory may still be on its way back."""
        return max([self._last_end, *(item.child.gone_at for item in self._by_name.values())])

    async def _note(self, resident: Resident, plan: Forecast, loaded: Loaded) -> None:
        """Keep what the child says it takes; a disk in trouble loses only that."""
        free = await self._free(resident)
        resident.forecast, resident.taken = plan, taken(loaded, free)
        try:
            await self._plans.note(resident.file, plan.setup, resident.taken)
        except StorageError as error:
            log.warning("a measurement could not be kept: %s", error)

    async def _retire(self, resident: Resident) -> None:
        resident.retiring = True
        while resident.users and not resident.child.is_gone:
            await resident.idle.wait()
        if resident.n_ctx is not None:
            await self._keeping.end(resident.child)
        await self.drop(resident.child)
        if self._by_name.get(resident.file.name) is resident:
            del self._by_name[resident.file.name]

    def _error(self, reply: Reply, file: ModelFile) -> BackendError:
        if isinstance(reply, Failed):
            return refusal(reply, self._server, file.name, file.path.name)
        return BrokenStream(self._server, file.name, detail=f"unexpected {type(reply).__name__}")
