"""`python -m bot`: the bot with BOT_TOKEN; without one, the sandbox and the same bot in it."""

import asyncio
import signal
import sqlite3
import sys
from contextlib import suppress

from aiogram.exceptions import TelegramUnauthorizedError
from aiogram.utils.token import TokenValidationError

from bot.app import run_app
from bot.console import complain, console_texts, greet, greet_in_sandbox
from bot.logs import set_up_logs
from bot.parts import Parts
from config.settings import BadSettings, Settings, load_settings, with_own_folders
from engine.errors import StorageError


def main() -> int:
    """Run until SIGINT or SIGTERM; the exit status is 0 then, 2 when something must be mended first."""
    try:
        settings = with_own_folders(load_settings())
    except BadSettings as error:
        return complain(error)
    set_up_logs(settings)
    try:
        asyncio.run(until_signalled(settings))
    except KeyboardInterrupt:
        return 0
    except (TelegramUnauthorizedError, TokenValidationError, StorageError, sqlite3.Error, OSError) as error:
        return complain(error, settings)
    return 0


async def until_signalled(settings: Settings) -> None:
    """Serve in a task of its own, which a signal cancels."""
    serving = asyncio.create_task(serve(settings))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt instead
            loop.add_signal_handler(number, serving.cancel)
    with suppress(asyncio.CancelledError):
        await serving


async def serve(settings: Settings) -> None:
    """The bot with its token, or the sandbox around it."""
    if settings.bot_token is None:
        await serve_in_sandbox(settings)
    else:
        await run_app(settings, settings.bot_token.get_secret_value(), on_ready=greet)


async def serve_in_sandbox(settings: Settings) -> None:
    """A Telegram of one's own, with people in it; the first of them owns the bot."""
    from bot.sandbox import furnish, open_sandbox

    db = settings.sandbox_dir / "sandbox.db"
    async with open_sandbox(host=settings.sandbox_host, port=settings.sandbox_port, db=db) as sandbox:
        furnish(sandbox, console_texts(settings).language)
        owner_id = settings.bot_owner_id or sandbox.people()[0].id

        async def ready(parts: Parts) -> None:
            greet_in_sandbox(settings, sandbox.page_url)

        settings = settings.model_copy(update={"bot_owner_id": owner_id})
        await run_app(settings, sandbox.token, sandbox.api_url, on_ready=ready)


if __name__ == "__main__":
    sys.exit(main())
