"""Runs: the cancel scope of an answer in the making, one a dialog.

Stopping cancels the task of the run; every `finally` on the way closes its stream and keeps the part that was
said; the scope then turns its own cancellation, and no other, into a normal end. Knows nothing of answers.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Literal

StopReason = Literal["person", "joined", "deleted", "shutdown"]
FRESH_S = 2.0
"""A question may still be joined by another message within this time, if nothing of the answer was shown yet."""


class Run:
    """One attempt at an answer; `stopped` tells why it was ended from outside, None while it was not."""

    def __init__(self, question_id: int, author_id: int) -> None:
        self.question_id = question_id
        self.author_id = author_id
        self.stopped: StopReason | None = None
        self.said = False
        self._began_at = time.monotonic()
        self._task = asyncio.current_task()
        self._over = False
        self._stage = 0
        self.stage_ended = asyncio.Event()

    @property
    def is_fresh(self) -> bool:
        """Nothing was said yet, and it has only just begun."""
        return not self.said and self.stopped is None and time.monotonic() - self._began_at < FRESH_S

    def stop(self, reason: StopReason) -> bool:
        """End the run; False if it was ending already."""
        if self._over or self.stopped is not None or self._task is None:
            return False
        self.stopped = reason
        self._task.cancel()
        return True

    def begin_stage(self, number: int) -> asyncio.Event:
        """A stage of a pipeline begins; the event is set when the person would rather skip it."""
        self._stage, self.stage_ended = number, asyncio.Event()
        return self.stage_ended

    @property
    def is_skipping(self) -> bool:
        """The stage that runs is to end, and the run to go on."""
        return self.stage_ended.is_set() and self.stopped is None

    def skip(self, stage: int) -> bool:
        """Go on without this stage; False if it is not the one that runs."""
        if self._over or stage != self._stage or self.stage_ended.is_set():
            return False
        self.stage_ended.set()
        return True

    def close(self) -> None:
        self._over = True


class Runs:
    """The runs there are now, by dialog."""

    def __init__(self) -> None:
        self._runs: dict[int, Run] = {}
        self._one_ended = asyncio.Event()
        self._closing = False

    def __len__(self) -> int:
        return len(self._runs)

    def of(self, dialog_id: int) -> Run | None:
        return self._runs.get(dialog_id)

    @asynccontextmanager
    async def scope(self, dialog_id: int, question_id: int, author_id: int) -> AsyncIterator[Run]:
        """Run in the current task; a stop ends the block and is swallowed here, and `run.stopped` tells of it.

        One run a dialog: another that is there is waited for.
        """
        while dialog_id in self._runs:
            self._one_ended.clear()
            await self._one_ended.wait()
        run = Run(question_id, author_id)
        self._runs[dialog_id] = run
        if self._closing:
            run.stop("shutdown")
        try:
            yield run
            if run.stopped is not None:  # the block ended before any await could raise the cancellation
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if run.stopped is None or task is None or task.uncancel() > 0:
                raise
        finally:
            run.close()
            del self._runs[dialog_id]
            self._one_ended.set()

    def stop(self, dialog_id: int, reason: StopReason = "person") -> bool:
        """Stop what runs in a dialog; False if nothing does."""
        run = self._runs.get(dialog_id)
        return run is not None and run.stop(reason)

    def stop_all(self) -> None:
        """The program ends: stop every run, and every one that still begins."""
        self._closing = True
        for run in list(self._runs.values()):
            run.stop("shutdown")

    async def end(self, dialog_id: int, reason: StopReason, within_s: float) -> None:
        """Stop what runs in a dialog, and wait until it has stored its last word."""
        self.stop(dialog_id, reason)
        await self._until(lambda: dialog_id not in self._runs, within_s)

    async def settle(self, within_s: float) -> bool:
        """Wait until no run is left, each having stored what was said; False if that took too long."""
        return await self._until(lambda: not self._runs, within_s)

    async def _until(self, holds: Callable[[], bool], within_s: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while not holds():
                    self._one_ended.clear()
                    await self._one_ended.wait()
        return holds()
