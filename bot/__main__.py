"""`python -m bot`: the bot with BOT_TOKEN; without one, the sandbox and the same bot in it."""

import asyncio
import signal
import sys
from contextlib import suppress

from config.settings import BadSettings, Settings, load_settings


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
