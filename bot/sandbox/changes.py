"""Tells whoever looks at the chats (the page, a waiting test) that something changed.

Knows nothing of what the things are; listeners are called at once and must not block.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

ChangeKind = Literal[
    "message",
    "message_gone",
    "topic",
    "topic_gone",
    "chat",
    "user",
    "typing",
    "draft",
    "draft_gone",
    "notice",
    "commands",
    "read",
]


@dataclass(frozen=True, slots=True)
class Change:
    kind: ChangeKind
    chat_id: int
    thing: object


Listener = Callable[[Change], None]


class Changes:
    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._waiting: list[asyncio.Future[None]] = []

    def tell(self, kind: ChangeKind, chat_id: int, thing: object) -> None:
        change = Change(kind, chat_id, thing)
        for listener in tuple(self._listeners):
            listener(change)
        self.pulse()

    def pulse(self) -> None:
        """Wake those who wait for anything at all."""
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def next(self) -> None:
        """Return after the next change; several at once count as one."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        await future

    @contextmanager
    def listen(self, listener: Listener) -> Iterator[None]:
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)
