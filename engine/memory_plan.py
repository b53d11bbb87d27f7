"""Several models wanted at once: what each takes of which device, and whether they fit together or in turn.

Bytes in, verdict out; it asks no machine and knows no backends.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.errors import NoMemory
from engine.fitting import Free, fits
from engine.forecast import Forecast

Verdict = Literal["together", "in turn", "too big"]
"""All at the same time; one after another, each making room for the next; at least one not even alone."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model as a stage wants it: how it would be loaded into what is free, and its refusal where it cannot be.

    Two of the same `name` and `way` share one load; two of the same name and another way take turns.
    """

    name: str
    way: Hashable
    load: Callable[[Free], Forecast]
    refusal: Callable[[Free], NoMemory]


@dataclass(frozen=True, slots=True)
class Share:
    """What one model takes."""

    name: str
    load: Forecast


@dataclass(frozen=True, slots=True)
class StagePlan:
    """`shares` are side by side if the verdict is together, else each as if it were alone."""

    verdict: Verdict
    free: Free
    shares: tuple[Share, ...]
    refusals: tuple[NoMemory, ...] = ()

    @property
    def ram_bytes(self) -> int:
        """Of all together, else the most that one takes."""
        return self._most([share.load.ram.total for share in self.shares])

    @property
    def gpu_bytes(self) -> tuple[int, ...]:
        """Likewise, of each GPU."""
        loads = [share.load for share in self.shares]
        cards = range(max([len(self.free.vram), *(len(load.gpus) for load in loads)]))
        return tuple(self._most([load.gpus[card].total for load in loads if card < len(load.gpus)]) for card in cards)

    @property
    def is_slow(self) -> bool:
        """Models wait for each other's memory, or compute in RAM beside a GPU."""
        is_beside = any(share.load.ram.context for share in self.shares)
        return self.verdict == "in turn" or (bool(self.free.vram) and is_beside)

    def _most(self, sizes: list[int]) -> int:
        return sum(sizes) if self.verdict == "together" else max(sizes, default=0)


def plan_stage(candidates: Sequence[Candidate], free: Free) -> StagePlan:
    """The models of one stage. Loads are planned in this order, and the first may choose its device first."""
    wanted = {(candidate.name, candidate.way): candidate for candidate in candidates}
    alone = [(candidate, Share(candidate.name, candidate.load(free))) for candidate in wanted.values()]
    shares = tuple(share for _, share in alone)
    if refusals := tuple(candidate.refusal(free) for candidate, share in alone if not fits(share.load, free)):
        return StagePlan("too big", free, shares, refusals)
    if len({share.name for share in shares}) == len(shares) and (beside := side_by_side(wanted.values(), free)):
        return StagePlan("together", free, beside)
    return StagePlan("in turn" if shares else "together", free, shares)


def side_by_side(candidates: Iterable[Candidate], free: Free) -> tuple[Share, ...]:
    """What each takes beside those before it; () if one has no room left."""
    shares = []
    for candidate in candidates:
        load = candidate.load(free)
        if not fits(load, free):
            return ()
        shares.append(Share(candidate.name, load))
        free = free.without(load)
    return tuple(shares)
