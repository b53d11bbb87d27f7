"""Whose turn it is when models have no room side by side: few loads, and nobody waits for ever.

Who wants a model that is loaded goes on with it; the next to be loaded is the one that most are waiting for. Whoever
has lacked room for longer than the patience goes first, and those who came later wait behind. Loads nothing.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.backends.llama_cpp.resident import Wanted

PATIENCE_S = 60.0
LOOK_AGAIN_S = 5.0
"""Another program may have given memory back."""


class RoomInUse(Exception):
    """There would be room for the model once others have finished their answers."""


@dataclass(eq=False, slots=True)
class Waiting:
    """Somebody who wants a model; `lacks_room` until something was given back, `has_lacked` from then on."""

    wanted: Wanted
    since: float = field(default_factory=time.monotonic)
    lacks_room: bool = False
    has_lacked: bool = False


class Turns:
    """Everybody who waits, in the order they came; `given_back` counts how often there may be more room."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._waiting: list[Waiting] = []
        self._news = asyncio.Event()
        self.given_back = 0

    @contextmanager
    def joined(self, wanted: Wanted) -> Iterator[Waiting]:
        waiting = Waiting(wanted)
        self._waiting.append(waiting)
        try:
            yield waiting
        finally:
            self._waiting.remove(waiting)
            self.tell()

    def may_use(self, waiting: Waiting | None = None) -> bool:
        """Whether a model that is loaded may be used: by a newcomer (None), or by one of those who wait."""
        first = self._impatient()
        return first is None or (waiting is not None and waiting.since <= first.since)

    def is_next(self, waiting: Waiting) -> bool:
        """Whether this one may try to have its model loaded now."""
        first = self._impatient()
        trying = [one for one in self._waiting if not one.lacks_room]
        if first is None and trying:
            asked = Counter(one.wanted for one in trying)
            first = max(trying, key=lambda one: (asked[one.wanted], -one.since))
        return first is not None and not waiting.lacks_room and waiting.wanted == first.wanted

    def lacks_room(self, waiting: Waiting) -> None:
        """The model did not fit beside those in use: all who want it wait until something is given back."""
        for one in self._waiting:
            if one.wanted == waiting.wanted:
                one.lacks_room = one.has_lacked = True
        self.tell()

    async def news(self) -> None:
        """Wait until something has changed."""
        try:
            async with asyncio.timeout(LOOK_AGAIN_S):
                await self._news.wait()
        except TimeoutError:
            self.give_back()

    def give_back(self) -> None:
        """There may be more room now."""
        self.given_back += 1
        for one in self._waiting:
            one.lacks_room = False
        self.tell()

    def tell(self) -> None:
        """A model was loaded, somebody has left: those who wait look again."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _impatient(self) -> Waiting | None:
        now = time.monotonic()
        lacking = [one for one in self._waiting if one.has_lacked and now - one.since >= self._patience_s]
        return min(lacking, key=lambda one: one.since, default=None)
