"""Which models are in memory: loads one when it is asked for, in the fastest way that works, and ends it.

Knows nothing of prompts and answers, nor how room is made for a newcomer.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager

from engine.backends.llama_cpp.child import Child
from engine.backends.llama_cpp.crashes import BAD_INSTRUCTIONS
from engine.backends.llama_cpp.elbow_room import ElbowRoom
from engine.backends.llama_cpp.files import ModelFile
from engine.backends.llama_cpp.frames import load_as
from engine.backends.llama_cpp.keeping import Keeping
from engine.backends.llama_cpp.machine import GPU_SHARES, LOOK_AGAIN_S, Machine
from engine.backends.llama_cpp.making_room import make_room
from engine.backends.llama_cpp.plans import ALL_LAYERS, Plans, taken
from engine.backends.llama_cpp.refusals import error_of
from engine.backends.llama_cpp.resident import Resident, Wanted, leaving
from engine.backends.llama_cpp.turns import PATIENCE_S, RoomInUse, Turns, Waiting
from engine.backends.llama_cpp.wire import Loaded, Open, Opened, Ready
from engine.errors import BadModelFile, ModelCrashed, NoMemory, StorageError
from engine.fitting import Free, fits
from engine.forecast import Forecast
from engine.memory_plan import Candidate

log = logging.getLogger(__name__)


class Residents:
    """The children there are, one a model."""

    def __init__(
        self,
        server: str,
        machine: Machine,
        plans: Plans,
        keeping: Keeping,
        silence_s: float,
        load_timeout_s: float,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._server = server
        self._plans = plans
        self._keeping = keeping
        self._silence_s = silence_s
        self._load_timeout_s = load_timeout_s
        self._by_name: dict[str, Resident] = {}
        self._children = keeping.children
        self._changing = asyncio.Lock()
        self._turns = Turns(patience_s)
        self._repack = True
        self._room = ElbowRoom(machine, self._by_name)

    def loaded(self, name: str) -> Resident | None:
        """The model with its forecast and what it really takes; None when it is not loaded."""
        resident = self._by_name.get(name)
        return None if resident is None or resident.child.is_gone or resident.n_ctx is None else resident

    def candidate(self, wanted: Wanted) -> Candidate:
        """For planning: as it is if it is loaded so, else as it would be loaded now."""
        resident = self._ready(wanted)
        if resident is not None and resident.forecast and resident.taken:
            held = Forecast(resident.forecast.setup, resident.taken.ram, resident.taken.gpus)
            return self._plans.candidate(wanted, lambda _: held)
        return self._plans.candidate(wanted)

    async def room(self, wanted: Collection[str]) -> Free:
        """What is free, with what models would give back that are idle or `wanted`."""
        return await self._room.after(wanted)

    async def refusal(self, wanted: Wanted) -> NoMemory | None:
        """Why the model cannot be loaded even once all others have left; None if it can, or if only trying tells."""
        while self._ready(wanted) is None:
            free = await self._room.after([*self._by_name])
            if self._room.gpu and not free.vram:
                break  # a GPU that tells nothing of its memory
            room = self._plans.room(wanted.file, wanted.n_ctx, wanted.layers_to_load if free.vram else 0)
            plan = await self._plans.asked(wanted.file, room, free)
            if fits(plan, free) or await self._plans.eased(wanted.file, room, free):
                break
            if not self._room.may_grow():
                return self._plans.no_memory(wanted.file, room, free)
            await asyncio.sleep(LOOK_AGAIN_S)
        return None

    async def uses_gpu(self) -> bool:
        return await self._room.uses_gpu()

    def is_ready(self, wanted: Wanted) -> bool:
        return self._ready(wanted) is not None and self._turns.may_use()

    @asynccontextmanager
    async def use(self, wanted: Wanted) -> AsyncIterator[Child]:
        """The child with the model in memory; it stays there as long as it is used."""
        resident = self._ready(wanted)
        if resident is not None and self._turns.may_use():
            resident.users += 1
        else:
            with self._turns.joined(wanted) as waiting:
                resident = await self._in_turn(waiting)
        with leaving(resident, self._turns.give_back):
            yield resident.child

    async def _in_turn(self, waiting: Waiting) -> Resident:
        """Wait for the model to be loaded, by somebody else or, when it is our turn, by us; count a user in."""
        wanted = waiting.wanted
        while True:
            resident = self._ready(wanted)
            if resident is not None and self._turns.may_use(waiting):
                resident.users += 1
                return resident
            if resident is not None or self._changing.locked() or not self._turns.is_next(waiting):
                await self._turns.news()
                continue
            before = self._turns.given_back
            try:
                async with self._change():
                    resident = await self._loaded(wanted)
                    resident.users += 1
                    return resident
            except RoomInUse:
                if before == self._turns.given_back:
                    self._turns.lacks_room(waiting)

    def _ready(self, wanted: Wanted) -> Resident | None:
        """The model, if it is loaded as it is wanted."""
        resident = self._by_name.get(wanted.file.name)
        return resident if resident is not None and resident.meets(wanted) else None

    @asynccontextmanager
    async def _change(self) -> AsyncIterator[None]:
        """Nobody else loads or unloads meanwhile; those who wait hear of it."""
        async with self._changing:
            try:
                yield
            finally:
                self._turns.tell()

    @asynccontextmanager
    async def counting(self, file: ModelFile) -> AsyncIterator[Child]:
        """A child that can count with the model's vocabulary, without loading the model for it."""
        resident = self._by_name.get(file.name)
        if resident is not None and resident.holds(file) and not resident.retiring:
            resident.users += 1
        else:
            async with self._change():
                resident = await self._opened(file)
                resident.users += 1
        with leaving(resident, self._turns.give_back):
            yield resident.child

    async def unload(self, name: str, *, only_idle: bool = False) -> None:
        """Wait until nobody uses the model, then end its process; with `only_idle`, let be what somebody uses."""
        async with self._change():
            resident = self._by_name.get(name)
            if resident is not None and not (only_idle and resident.users):
                await self._retire(resident)

    async def unload_unused(self, now_s: float, keep_alive_s: float) -> None:
        """End what nobody used for as long as it is kept; `now_s` is monotonic."""
        async with self._change():
            for resident in list(self._by_name.values()):
                if resident.is_unused(now_s, keep_alive_s):
                    await self._retire(resident)

    async def has_room(self, wanted: Wanted) -> bool:
        """Whether the model can be loaded as it is wanted beside all that is in memory."""
        free = await self._room.beside_all()
        return fits(self.candidate(wanted).load(free), free)

    async def drop(self, child: Child) -> None:
        """End a child that no longer answers, whoever waits for it."""
        self._children.discard(child)
        await child.end()
        self._room.last_end = max(self._room.last_end, child.gone_at)

    async def aclose(self) -> None:
        """End all children, at the same time."""
        async with asyncio.TaskGroup() as group:
            for child in self._children:
                group.create_task(self._keeping.end(child))
        self._children.clear()
        self._by_name.clear()

    async def _loaded(self, wanted: Wanted) -> Resident:
        """Load the model anew or find that someone else did meanwhile."""
        if resident := self._ready(wanted):
            return resident
        if (resident := self._by_name.get(wanted.file.name)) and resident.n_ctx is not None:
            await self._retire(resident)
        for share in GPU_SHARES:
            try:
                return await self._load_with_care(wanted, share)
            except (NoMemory, ModelCrashed, BadModelFile) as error:
                was_refused = isinstance(error, NoMemory) and not error.was_tried
                if was_refused or not self._room.gpu or wanted.layers_to_load is not None:
                    raise
                log.warning("%s did not load with layers on a GPU, trying with fewer: %s", wanted.file.name, error)
        return await self._load_with_care(wanted, gpu_share=0.0)

    async def _load_with_care(self, wanted: Wanted, gpu_share: float) -> Resident:
        """The fastest way that this machine can go, found out by trying."""
        try:
            return await self._load(wanted, gpu_share, self._repack)
        except ModelCrashed as error:
            if not self._repack or error.exit_code not in BAD_INSTRUCTIONS:
                raise
        resident = await self._load(wanted, gpu_share, repack=False)
        self._repack = False  # it helped, so it is this machine and not the file
        return resident

    async def _load(self, wanted: Wanted, gpu_share: float, repack: bool) -> Resident:
        """Of the GPUs' free memory only `gpu_share` is used."""
        resident = await self._opened(wanted.file)
        async with AsyncExitStack() as undo:
            undo.push_async_callback(self._retire, resident)
            resident.gpu_share = gpu_share if resident.gpu else 0.0
            layers, is_blind = wanted.layers_to_load, await self._room.is_blind(resident)
            if is_blind and layers is None:
                layers = ALL_LAYERS
            room = self._plans.room(wanted.file, wanted.n_ctx, layers if resident.gpu_share else 0)
            try:
                plan, free = await make_room(resident, room, self._room, self._plans, self._retire)
            except RoomInUse:
                undo.pop_all()  # the child may as well wait with its vocabulary
                raise
            layers = wanted.layers_to_load if is_blind else plan.setup.gpu_layers
            load = load_as(wanted, plan.setup, resident.child.next_id(), layers, self._room.machine.n_threads, repack)
            load = await self._keeping.room(load, wanted.file, max(0, free.ram - plan.ram.total))
            try:
                reply = await resident.child.ask(load, self._load_timeout_s)
                if not isinstance(reply, Loaded):
                    raise error_of(reply, self._server, wanted.file)
            except NoMemory as error:
                raise self._plans.no_memory(wanted.file, room, free, plan) from error
            undo.pop_all()
        resident.n_ctx, resident.n_gpu_layers = wanted.n_ctx, wanted.n_gpu_layers
        await self._note(resident, plan, reply)
        return resident

    async def _opened(self, file: ModelFile) -> Resident:
        """A child that has at least the vocabulary of `file`."""
        if resident := self._by_name.get(file.name):
            if resident.holds(file):
                return resident
            await self._retire(resident)
        child = await Child.start(self._server, file.name, self._silence_s)
        self._children.add(child)
        async with AsyncExitStack() as undo:
            undo.push_async_callback(self.drop, child)
            ready = await child.first_reply()
            if not isinstance(ready, Ready):
                raise error_of(ready, self._server, file)
            opened = await child.ask(Open(child.next_id(), str(file.path.absolute())))
            if not isinstance(opened, Opened):
                raise error_of(opened, self._server, file)
            undo.pop_all()
        self._room.gpu = ready.gpu
        resident = self._by_name[file.name] = Resident(child, file, ready.gpu, used_at=time.monotonic())
        return resident

    async def _note(self, resident: Resident, plan: Forecast, loaded: Loaded) -> None:
        """Keep what the child says it takes; a disk in trouble loses only that."""
        free = await self._room.beside_others(resident)
        resident.forecast, resident.taken = plan, taken(loaded, free)
        try:
            await self._plans.note(resident.file, plan.setup, resident.taken)
        except StorageError as error:
            log.warning("a measurement could not be kept: %s", error)

    async def _retire(self, resident: Resident) -> None:
        resident.retiring = True
        while resident.users and not resident.child.is_gone:
            await resident.idle.wait()
        await self._keeping.end(resident.child)
        await self.drop(resident.child)
        if self._by_name.get(resident.file.name) is resident:
            del self._by_name[resident.file.name]
        self._turns.give_back()
