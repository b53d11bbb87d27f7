"""Which models are in memory: loads one when it is asked for, unloads idle ones when there is no room.

Main memory only, by a rough forecast. Knows nothing of prompts and answers.
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace

import psutil

from engine.backends.llama_cpp.child import Child
from engine.backends.llama_cpp.files import ModelFile
from engine.backends.llama_cpp.memory import mapped_bytes, needed_bytes
from engine.backends.llama_cpp.refusals import refusal
from engine.backends.llama_cpp.wire import Failed, Load, Loaded, Open, Opened, Ready, Reply
from engine.errors import BackendError, BrokenStream, ModelCrashed, NoMemory

BAD_INSTRUCTIONS = {-signal.SIGSEGV, -signal.SIGILL, 0xC0000005, 0xC000001D}
"""Exit codes of a build whose fastest code this machine cannot run (the latter two are Windows' words for it)."""

N_SLOTS = 4
"""Dialogs that a model computes together: on a processor more of them hardly gain, and each gets slower."""
MAX_KEPT_BYTES = 256 << 20
KEPT_SHARE = 4
"""Of the memory that is left after loading this part may keep dialogs that had to make room, up to the limit."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model as a request wants it. A larger window than `n_ctx` will do, unless it is `exact`."""

    file: ModelFile
    n_ctx: int
    exact: bool = False
    n_gpu_layers: int | None = None

    @property
    def layers_to_load(self) -> int | None:
        return self.file.entry.default_gpu_layers if self.n_gpu_layers is None else self.n_gpu_layers


@dataclass(eq=False, slots=True)
class Resident:
    """A living child and what it holds; `n_ctx` None: only the vocabulary."""

    child: Child
    file: ModelFile
    gpu: bool
    n_ctx: int | None = None
    n_gpu_layers: int | None = None
    users: int = 0
    used_at: float = 0.0
    retiring: bool = False
    idle: asyncio.Event = field(default_factory=asyncio.Event)

    def meets(self, wanted: Wanted) -> bool:
        if self.n_ctx is None or self.retiring or not self.holds(wanted.file):
            return False
        window_fits = self.n_ctx == wanted.n_ctx if wanted.exact else self.n_ctx >= wanted.n_ctx
        return window_fits and wanted.n_gpu_layers in (None, self.n_gpu_layers)

    def holds(self, file: ModelFile) -> bool:
        return not self.child.is_gone and self.file.stamp == file.stamp and self.file.path == file.path


class Residents:
    """`free_memory` tells the bytes that are free now."""

    def __init__(
        self, server: str, free_memory: Callable[[], int], silence_s: float, load_timeout_s: float, n_slots: int
    ) -> None:
        self._server = server
        self._free_memory = free_memory
        self._silence_s = silence_s
        self._load_timeout_s = load_timeout_s
        self._n_slots = n_slots
        self._by_name: dict[str, Resident] = {}
        self._children: set[Child] = set()
        self._changing = asyncio.Lock()
        self._repack = True

    def loaded_tokens(self, name: str) -> int | None:
        """The window a model is loaded with; None when it is not loaded."""
        resident = self._by_name.get(name)
        return None if resident is None or resident.child.is_gone else resident.n_ctx

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
        with _leaving(resident):
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
        with _leaving(resident):
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

    async def aclose(self) -> None:
        """End all children, at the same time."""
        async with asyncio.TaskGroup() as group:
            for child in self._children:
                group.create_task(child.end())
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
            layers = wanted.layers_to_load
            need = needed_bytes(wanted.file.header, wanted.n_ctx, layers if resident.gpu else 0)
            await self._make_room(resident, need)
            load = Load(
                resident.child.next_id(),
                str(wanted.file.path.absolute()),
                n_ctx=wanted.n_ctx,
                n_gpu_layers=layers,
                n_threads=allowed_threads(),
                embeds=wanted.file.header.embeds,
                repack=repack,
                n_slots=self._n_slots,
                kept_bytes=min(MAX_KEPT_BYTES, (self._free(resident) - need) // KEPT_SHARE),
            )
            reply = await resident.child.ask(load, self._load_timeout_s)
            if not isinstance(reply, Loaded):
                error = self._error(reply, wanted.file)
                raise replace(error, need_bytes=need) if isinstance(error, NoMemory) else error
            undo.pop_all()
        resident.n_ctx, resident.n_gpu_layers = wanted.n_ctx, wanted.n_gpu_layers
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
        resident = self._by_name[file.name] = Resident(child, file, ready.gpu, used_at=time.monotonic())
        return resident

    async def _make_room(self, newcomer: Resident, need: int) -> None:
        """Unload what is idle longest until `need` bytes are free; raises NoMemory when nothing idle is left."""
        while (free := self._free(newcomer)) < need:
            idle = [item for item in self._by_name.values() if item.users == 0 and item is not newcomer]
            if not idle:
                raise NoMemory(self._server, newcomer.file.name, need_bytes=need, free_bytes=free)
            await self._retire(min(idle, key=lambda item: item.used_at))

    def _free(self, newcomer: Resident) -> int:
        loaded = [item for item in self._by_name.values() if item is not newcomer and item.n_ctx and not item.gpu]
        mapped = mapped_bytes([item.file.header for item in loaded if not item.child.is_gone])
        return max(0, self._free_memory() - mapped)

    async def _retire(self, resident: Resident) -> None:
        resident.retiring = True
        while resident.users and not resident.child.is_gone:
            await resident.idle.wait()
        await self.drop(resident.child)
        if self._by_name.get(resident.file.name) is resident:
            del self._by_name[resident.file.name]

    def _error(self, reply: Reply, file: ModelFile) -> BackendError:
        if isinstance(reply, Failed):
            return refusal(reply, self._server, file.name, file.path.name)
        return BrokenStream(self._server, file.name, detail=f"unexpected {type(reply).__name__}")


@contextmanager
def _leaving(resident: Resident) -> Iterator[None]:
    """Count a user out at the end."""
    resident.idle.clear()
    try:
        yield
    finally:
        resident.users -= 1
        resident.used_at = time.monotonic()
        if resident.users == 0:
            resident.idle.set()


def allowed_threads() -> int:
    """Real cores that we may use, less one for the bot."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed) - 1)
