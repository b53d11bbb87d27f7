"""`python -m bot`: the bot with BOT_TOKEN; without one, the sandbox and the same bot in it."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from config.settings import BadSettings, Settings, load_settings

if TYPE_CHECKING:
    from bot.parts import Parts


def main() -> int:
    """Run until SIGINT or SIGTERM; the exit status is 0 then, 2 for settings or a state that must be mended first."""
    try:
        settings = load_settings()
    except BadSettings as error:
        for name, problem in error.problems:
            print(f"{name}: {problem} (see .env.example)", file=sys.stderr)
        return 2
    from bot.logs import set_up_logs

    set_up_logs(settings)
    try:
        asyncio.run(until_signalled(settings))
    except KeyboardInterrupt:
        return 0
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
    from bot.app import run_app

    if settings.bot_token is not None:
        await run_app(settings, settings.bot_token.get_secret_value(), on_ready=greet)
        return
    from bot.sandbox import open_sandbox

    async with open_sandbox(port=settings.sandbox_port, db=settings.sandbox_dir / "sandbox.db") as sandbox:
        await run_app(settings, sandbox.token, sandbox.api_url, on_ready=partial(greet_in_sandbox, sandbox.page_url))


async def greet(parts: Parts) -> None:
    """Say on the console that it works, and how the owner gets in."""
    from bot.features.entrance import owner_link

    print(f"Consilium is running: https://t.me/{parts.me.username}", flush=True)
    if link := await owner_link(parts):
        print(f"Nobody owns this bot yet. Open this link once, and it is yours:\n  {link}", flush=True)


async def greet_in_sandbox(page_url: str, parts: Parts) -> None:
    """Say on the console where the page is."""
    print(f"No BOT_TOKEN, so this is the sandbox. Open {page_url} in a browser.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
