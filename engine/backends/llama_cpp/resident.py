"""A model in memory, and what a request wants of it: values and the counting of users. Loads nothing."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

from engine.backends.llama_cpp.child import Child
from engine.backends.llama_cpp.files import ModelFile
from engine.forecast import Forecast, Taken

N_SLOTS = 4
"""Dialogs that a model computes together: on a processor more of them hardly gain, and each gets slower."""


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
    """A living child and what it holds; `n_ctx` None: only the vocabulary.

    `gpu` tells whether its build can use a GPU, `gpu_share` how much of what is free there it may.
    """

    child: Child
    file: ModelFile
    gpu: bool
    gpu_share: float = 0.0
    n_ctx: int | None = None
    n_gpu_layers: int | None = None
    forecast: Forecast | None = None
    taken: Taken | None = None
    users: int = 0
    used_at: float = 0.0
    retiring: bool = False
    idle: asyncio.Event = field(default_factory=asyncio.Event)

    def meets(self, wanted: Wanted) -> bool:
        if self.n_ctx is None or self.retiring or not self.holds(wanted.file):
            return False
        window_fits = self.n_ctx == wanted.n_ctx if wanted.exact else self.n_ctx >= wanted.n_ctx
        return window_fits and wanted.n_gpu_layers in (None, self.n_gpu_layers)

    @property
    def is_on_gpu(self) -> bool:
        return self.forecast is not None and self.forecast.vram.total > 0

    def is_unused(self, now_s: float, keep_alive_s: float) -> bool:
        """Whether nobody used it for longer than models.yaml says, else `keep_alive_s`."""
        own_s = self.file.entry.keep_alive_s
        return self.users == 0 and now_s - self.used_at > (keep_alive_s if own_s is None else own_s)

    def holds(self, file: ModelFile) -> bool:
        is_same = (self.file.path, self.file.stamp, self.file.eyes) == (file.path, file.stamp, file.eyes)
        return is_same and not self.child.is_gone


@contextmanager
def leaving(resident: Resident, tell: Callable[[], None]) -> Iterator[None]:
    """Count a user out at the end, and tell those who wait."""
    resident.idle.clear()
    try:
        yield
    finally:
        resident.users -= 1
        resident.used_at = time.monotonic()
        if resident.users == 0:
            resident.idle.set()
            tell()


def allowed_threads() -> int:
    """Real cores that we may use, less one for the bot."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed) - 1)
