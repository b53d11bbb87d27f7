"""Whether a model fits into what is free, on which devices best, and what would fit instead. Pure arithmetic."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from engine.forecast import Forecast, Setup, forecast
from engine.gguf_shape import ModelShape

SMALLEST_N_CTX = 512
VRAM_SPARE = 0.97
"""The driver and the screen want some of what is called free."""


@dataclass(frozen=True, slots=True)
class Free:
    """Bytes; of each GPU apart."""

    ram: int
    vram: tuple[int, ...] = ()

    @property
    def usable_vram(self) -> int:
        return int(sum(self.vram) * VRAM_SPARE)

    @property
    def total(self) -> int:
        return self.ram + sum(self.vram)


@dataclass(frozen=True, slots=True)
class Room:
    """What is asked of a load: `layers` None lets the forecast choose. `correct` puts in what was measured before."""

    shape: ModelShape
    setup: Setup
    layers: int | None
    correct: Callable[[Forecast], Forecast]


def fits(needed: Forecast, free: Free) -> bool:
    """Where no driver tells of its GPUs, RAM alone decides."""
    return needed.ram.total <= free.ram and (not free.vram or needed.vram.total <= free.usable_vram)


def best(room: Room, free: Free) -> Forecast:
    """The load as asked, with as many layers on the GPUs as they take; it may still not fit."""
    if room.layers is not None:
        return needed(room, room.layers, free)
    if not free.vram:
        return needed(room, 0, free)
    most = len(room.shape.layers) + 1
    for layers in range(most, 0, -1):
        found = needed(room, layers, free)
        if found.vram.total <= free.usable_vram:
            return found
    return needed(room, 0, free)


def needed(room: Room, layers: int, free: Free) -> Forecast:
    setup = replace(room.setup, gpu_layers=layers if layers >= 0 else len(room.shape.layers) + 1)
    return room.correct(forecast(room.shape, setup, gpus=max(1, len(free.vram))))


def nearest(room: Room, free: Free) -> Setup | None:
    """The plan closest to what was asked that fits: first other layers, then a smaller window; None if nothing does."""
    for n_ctx in windows(room.setup.n_ctx):
        smaller = replace(room, setup=replace(room.setup, n_ctx=n_ctx))
        for plan in (smaller, replace(smaller, layers=None), replace(smaller, layers=0)):
            found = best(plan, free)
            if fits(found, free):
                return found.setup
    return None


def windows(n_ctx: int) -> Iterator[int]:
    """The window asked for, then halves of powers of two."""
    yield n_ctx
    smaller = 1 << (n_ctx - 1).bit_length()
    while (smaller := smaller // 2) >= SMALLEST_N_CTX:
        if smaller < n_ctx:
            yield smaller
