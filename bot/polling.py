"""Long polling: updates are confirmed to Telegram only when they have been taken in.

A batch is handled concurrently; the next one is asked for (which confirms this one) when all of it is done, or
after TAKEN_WITHIN_S, so that one slow handler never keeps a stop button waiting.
"""

import asyncio
import logging

from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import DeleteWebhook, GetUpdates

from engine.tasks import Tasks

log = logging.getLogger(__name__)

POLL_TIMEOUT_S = 30
REQUEST_MARGIN_S = 15
TAKEN_WITHIN_S = 1.0
LONGEST_PAUSE_S = 30.0


async def poll(bot: Bot, dispatcher: Dispatcher) -> None:
    """Handle updates until cancelled; handlers that still run then are cancelled too."""
    allowed = dispatcher.resolve_used_update_types()
    offset: int | None = None
    pause_s = 1.0
    async with Tasks() as handlers:
        while True:
            request = GetUpdates(offset=offset, timeout=POLL_TIMEOUT_S, allowed_updates=allowed)
            try:
                updates = await bot(request, request_timeout=POLL_TIMEOUT_S + REQUEST_MARGIN_S)
            except TelegramUnauthorizedError:
                raise
            except AiogramError as error:
                pause_s = await recover(bot, error, pause_s)
                continue
            if pause_s > 1:
                log.info("telegram is back")
                pause_s = 1.0
            if updates:
                offset = updates[-1].update_id + 1
                tasks = [handlers.start(dispatcher.feed_update(bot, update)) for update in updates]
                await asyncio.wait(tasks, timeout=TAKEN_WITHIN_S)


async def recover(bot: Bot, error: AiogramError, pause_s: float) -> float:
    """Say what is wrong, mend what can be mended, wait; returns the pause for the next time."""
    match error:
        case TelegramConflictError() if "webhook" in error.message.lower():
            log.warning("a webhook was left over from another program: removing it")
            await remove_webhook(bot)
        case TelegramConflictError():
            log.error("another program polls with the same BOT_TOKEN: stop it, or make a bot of your own")
        case TelegramRetryAfter():
            pause_s = max(pause_s, error.retry_after + 1.0)
        case _:
            log.warning("telegram cannot be reached (%s), trying again in %.0f s", error, pause_s)
    await asyncio.sleep(pause_s)
    return min(pause_s * 2, LONGEST_PAUSE_S)


async def remove_webhook(bot: Bot) -> None:
    """Back to polling, with everything that waits kept."""
    try:
        await bot(DeleteWebhook(drop_pending_updates=False))
    except AiogramError as error:
        log.warning("the webhook could not be removed: %s", error)
