"""Presses of inline buttons that the bot has to answer, and what the person then sees."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.sandbox.errors import bad_request
from bot.sandbox.values import Notice
from bot.sandbox.world import World

LIFE_S = 60.0
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(frozen=True, slots=True)
class Press:
    """One press of a button; answered() waits for the bot."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    at: float
    answer: asyncio.Future[Notice]

    async def answered(self, timeout_s: float = 10.0) -> Notice:
        """What the bot answered. Raises TimeoutError when it does not."""
        return await asyncio.wait_for(asyncio.shield(self.answer), timeout_s)


class Queries:
    def __init__(self, world: World) -> None:
        self.world = world
        self._open: dict[str, Press] = {}

    def open(self, query_id: str, user_id: int, chat_id: int, message_id: int, data: str) -> Press:
        future: asyncio.Future[Notice] = asyncio.get_running_loop().create_future()
        press = Press(query_id, user_id, chat_id, message_id, data, self.world.clock(), future)
        self._open[query_id] = press
        self._forget_old()
        return press

    def answer(self, query_id: str, notice: Notice) -> None:
        """Show the notice. Raises ApiError for a query that is unknown, old or already answered."""
        self._forget_old()
        press = self._open.pop(query_id, None)
        if press is None:
            raise bad_request(TOO_OLD)
        if not press.answer.done():
            press.answer.set_result(notice)
        self.world.changes.tell("notice", press.chat_id, (press, notice))

    def _forget_old(self) -> None:
        oldest = self.world.clock() - LIFE_S
        while self._open and next(iter(self._open.values())).at < oldest:
            self._open.pop(next(iter(self._open)))
