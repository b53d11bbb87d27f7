"""Trouble that a test can order: broken connections, errors, delays, 429, a server that is away.

Knows nothing of chats or messages; the HTTP layer asks it before and after a method runs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, assert_never

from bot.sandbox.errors import ApiError, Dropped

FaultKind = Literal["drop_before", "drop_after", "answer", "delay", "too_many"]
FAILURES = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


@dataclass(slots=True)
class Fault:
    kind: FaultKind
    method: str | None
    chat_id: int | None
    times: int
    code: int = 0
    seconds: float = 0

    def fits(self, method: str, chat_id: int | None) -> bool:
        return self.times > 0 and self.method in (None, method) and self.chat_id in (None, chat_id)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is to happen to one call."""

    delay_s: float = 0
    error: ApiError | None = None
    drop_before: bool = False
    drop_after: bool = False
    penalty_s: float | None = None


class Faults:
    """Switches; each fault fits a method (None: any) and a chat (None: any) a number of times."""

    def __init__(self) -> None:
        self.away = False
        """True: every connection of the bot is cut, as if the server were not there."""
        self._faults: list[Fault] = []

    def drop_before(self, method: str | None = None, *, chat_id: int | None = None, times: int = 1) -> None:
        """Cut the connection; the method does not run."""
        self._faults.append(Fault("drop_before", method, chat_id, times))

    def drop_after(self, method: str | None = None, *, chat_id: int | None = None, times: int = 1) -> None:
        """Run the method, then cut the connection instead of answering."""
        self._faults.append(Fault("drop_after", method, chat_id, times))

    def answer(self, code: int, method: str | None = None, *, chat_id: int | None = None, times: int = 1) -> None:
        """Answer an HTTP failure (500, 502, ...) without running the method."""
        self._faults.append(Fault("answer", method, chat_id, times, code=code))

    def delay(self, seconds: float, method: str | None = None, *, chat_id: int | None = None, times: int = 1) -> None:
        """Let the call wait before it runs."""
        self._faults.append(Fault("delay", method, chat_id, times, seconds=seconds))

    def too_many(
        self, retry_after_s: float, *, chat_id: int | None = None, method: str | None = None, times: int = 1
    ) -> None:
        """Answer 429 and begin a penalty; calling during it is then the bot's own violation."""
        self._faults.append(Fault("too_many", method, chat_id, times, seconds=retry_after_s))

    def clear(self) -> None:
        self.away = False
        self._faults.clear()

    def meet(self, method: str, chat_id: int | None) -> Trouble:
        """Use up the faults that fit this call. Raises Dropped when the server is away."""
        if self.away:
            raise Dropped
        trouble = Trouble()
        for fault in self._faults:
            if fault.fits(method, chat_id):
                fault.times -= 1
                trouble = _worse(trouble, fault)
        self._faults = [fault for fault in self._faults if fault.times > 0]
        return trouble


def _worse(trouble: Trouble, fault: Fault) -> Trouble:
    match fault.kind:
        case "drop_before":
            return replace(trouble, drop_before=True)
        case "drop_after":
            return replace(trouble, drop_after=True)
        case "delay":
            return replace(trouble, delay_s=trouble.delay_s + fault.seconds)
        case "answer":
            description = FAILURES.get(fault.code, "Internal Server Error")
            return replace(trouble, error=ApiError(fault.code, description))
        case "too_many":
            return replace(trouble, penalty_s=fault.seconds)
    assert_never(fault.kind)
