"""How many threads compute: as many as allowed, unless fewer are faster because others use the cores too.

A rule over the times that steps took; runs in the child and knows nothing of what is computed.
"""

import time
from collections.abc import Callable
from statistics import median

WINDOW_STEPS = 8
"""Steps by whose median a number of threads is judged: one hiccup counts for nothing."""
SLOW = 1.5
"""Of the best time there was: then it is worth a try with half the threads."""
GAIN = 0.97
"""A try is kept if it takes at most this part of the time before."""
FIRST_WAIT_S, LONGEST_WAIT_S = 2.0, 60.0
"""Until more threads are tried again; each time in vain doubles it."""


class Threads:
    """`use` is told each new number of threads; begins with `most`."""

    def __init__(self, most: int, use: Callable[[int], None], clock: Callable[[], float] = time.monotonic) -> None:
        self.now = most
        self._most = most
        self._use = use
        self._clock = clock
        self._kind = 0
        self._times: list[float] = []
        self._best: dict[tuple[int, int], float] = {}
        self._before: tuple[int, float] | None = None
        self._may_be_too_many = True
        self._wait_s = FIRST_WAIT_S
        self._again_at = 0.0

    def allow(self, most: int) -> None:
        """Another number of cores may be used from now on."""
        was_most = self.now == self._most
        self._most = most
        self._change(most if was_most else min(self.now, most))
        self._before, self._may_be_too_many = None, True

    def took(self, kind: int, step_s: float) -> None:
        """A step of so many tokens took so long; only steps of one kind are compared."""
        if self._most == 1:
            return
        if kind != self._kind:
            self._kind, self._before = kind, None
            self._times.clear()
        self._times.append(step_s)
        if len(self._times) == WINDOW_STEPS:
            window_s = median(self._times)
            self._times.clear()
            self._judge(window_s)

    def _judge(self, window_s: float) -> None:
        key = self._kind, self.now
        best_s = self._best[key] = min(window_s, self._best.get(key, window_s))
        if self._before is not None:
            self._end_try(*self._before, window_s)
        elif self.now > 1 and (self._may_be_too_many or window_s > SLOW * best_s):
            self._try(self.now // 2, window_s)
        elif self.now < self._most and self._clock() >= self._again_at:
            self._try(min(self._most, self.now * 2), window_s)

    def _try(self, threads: int, window_s: float) -> None:
        self._before = self.now, window_s
        self._change(threads)

    def _end_try(self, before: int, before_s: float, window_s: float) -> None:
        tried, is_gain = self.now, window_s <= GAIN * before_s
        self._before = None
        if tried < before:
            self._may_be_too_many = is_gain
            if not is_gain:
                self._best[self._kind, before] = before_s  # slow for another reason: that is the measure now
        else:
            self._wait_s = FIRST_WAIT_S if is_gain else min(LONGEST_WAIT_S, 2 * self._wait_s)
        self._again_at = self._clock() + self._wait_s
        if not is_gain:
            self._change(before)

    def _change(self, threads: int) -> None:
        self._times.clear()
        if threads != self.now:
            self.now = threads
            self._use(threads)
