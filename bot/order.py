"""Order: updates of one chat begin in the order Telegram gave them; those of different chats run side by side."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject

PATIENCE_S = 0.3
"""A handler may wait for Telegram's budget; a stop button pressed after it must not wait as long."""


class InOrder(BaseMiddleware):
    """Each update begins when the one before it is done, or after PATIENCE_S."""

    def __init__(self) -> None:
        self._last: dict[int, asyncio.Event] = {}

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        chat_id = data["event_context"].chat_id or 0
        before = self._last.get(chat_id)
        done = self._last[chat_id] = asyncio.Event()
        try:
            if before is not None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(PATIENCE_S):
                        await before.wait()
            return await handler(event, data)
        finally:
            done.set()
            if self._last.get(chat_id) is done:  # a later one may have ended before us
                del self._last[chat_id]
