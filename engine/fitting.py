"""Whether a model fits into what is free, on which devices best, and what would fit instead. Pure arithmetic."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from engine.easing import easings
from engine.forecast import Forecast, Setup, Taken, forecast
from engine.gguf_shape import ModelShape
from engine.splitting import splits

SMALLEST_N_CTX = 512


@dataclass(frozen=True, slots=True)
class Free:
    """Bytes that models may take, of each GPU apart."""

    ram: int
    vram: tuple[int, ...] = ()

    @property
    def total(self) -> int:
        return self.ram + sum(self.vram)

    def without(self, load: Forecast) -> "Free":
        """What is left beside `load`."""
        gpus = [need.total for need in load.gpus] + [0] * len(self.vram)
        vram = tuple(max(0, free - need) for free, need in zip(self.vram, gpus, strict=False))
        return Free(max(0, self.ram - load.ram.total), vram)

    def plus(self, given_back: "Taken") -> "Free":
        """With what a loaded model would give back."""
        gpus = [need.total for need in given_back.gpus] + [0] * len(self.vram)
        vram = tuple(free + need for free, need in zip(self.vram, gpus, strict=False))
        return Free(self.ram + given_back.ram.total, vram)


@dataclass(frozen=True, slots=True)
class Room:
    """What is asked of a load: `layers` None lets the forecast choose. `correct` puts in what was measured before."""

    shape: ModelShape
    setup: Setup
    layers: int | None
    correct: Callable[[Forecast], Forecast]

    @property
    def most_layers(self) -> int:
        return len(self.shape.layers) + 1


def fits(needed: Forecast, free: Free) -> bool:
    """Where no driver tells of its GPUs, RAM alone decides."""
    return needed.ram.total <= free.ram and (not free.vram or fits_gpus(needed, free))


def fits_gpus(needed: Forecast, free: Free) -> bool:
    """Whether each GPU has room for its part."""
    if len(needed.gpus) > len(free.vram):
        return False
    return all(need.total <= size_bytes for need, size_bytes in zip(needed.gpus, free.vram, strict=False))


def best(room: Room, free: Free) -> Forecast:
    """The load as asked, with as many layers on the GPUs as they take; it may still not fit."""
    if room.layers is not None:
        return placed(room, room.layers if room.layers >= 0 else room.most_layers, free)
    if not free.vram:
        return placed(room, 0, free)
    whole = placed(room, room.most_layers, free)
    if fits_gpus(whole, free):
        return whole
    some = range(1, room.most_layers)
    too_many = bisect_left(some, True, key=lambda layers: not fits_gpus(placed(room, layers, free), free))
    return placed(room, too_many, free)


def placed(room: Room, layers: int, free: Free) -> Forecast:
    """So many layers on the GPUs, in the best way that fits there, else in the first."""
    setup = replace(room.setup, gpu_layers=min(layers, room.most_layers))
    if not layers or not free.vram:
        return room.correct(forecast(room.shape, setup))
    ways = (replace(setup, split=split) for split in splits(room.shape, setup, free.vram))
    loads = [room.correct(forecast(room.shape, way)) for way in ways]
    return next((load for load in loads if fits_gpus(load, free)), loads[0])


def eased(room: Room, free: Free) -> Forecast | None:
    """The load as asked, else with the least sacrifice that lets it fit; None if none does."""
    setups = (room.setup, *easings(room.shape, room.setup))
    loads = (best(replace(room, setup=setup), free) for setup in setups)
    return next((load for load in loads if fits(load, free)), None)


def nearest(room: Room, free: Free) -> Setup | None:
    """The plan closest to what was asked that fits: first other layers, then a smaller window; None if nothing does."""
    for n_ctx in windows(room.setup.n_ctx):
        smaller = replace(room, setup=replace(room.setup, n_ctx=n_ctx))
        for plan in (smaller, replace(smaller, layers=None), replace(smaller, layers=0)):
            if found := eased(plan, free):
                return found.setup
    return None


def with_smaller_window(room: Room) -> Room:
    """The next smaller window that `nearest` tries; the smallest stays."""
    *_, n_ctx = islice(windows(room.setup.n_ctx), 2)
    return replace(room, setup=replace(room.setup, n_ctx=n_ctx))


def windows(n_ctx: int) -> Iterator[int]:
    """The window asked for, then halves of powers of two."""
    yield n_ctx
    smaller = 1 << (n_ctx - 1).bit_length()
    while (smaller := smaller // 2) >= SMALLEST_N_CTX:
        if smaller < n_ctx:
            yield smaller
