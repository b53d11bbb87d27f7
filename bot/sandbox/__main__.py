"""python -m bot.sandbox --port 8081 [--db sandbox.db]: the server and the chat page alone, for any bot."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
from pathlib import Path

from bot.sandbox.flood import NO_FLOOD, Flood
from bot.sandbox.furniture import furnish
from bot.sandbox.running import open_sandbox


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--db", type=Path, default=None, help="a file to remember everything in")
    parser.add_argument("--token", default=None, help="a token of your choice, NUMBER:LETTERS")
    parser.add_argument("--language", default="en", choices=("en", "ru"), help="of the people in a new sandbox")
    parser.add_argument("--no-flood", action="store_true", help="let the bot call as often as it likes")
    asked = parser.parse_args()
    asyncio.run(serve(asked.port, asked.db, asked.token, asked.language, NO_FLOOD if asked.no_flood else Flood()))


async def serve(port: int, db: Path | None, token: str | None, language: str, flood: Flood) -> None:
    """Run until a signal ends it."""
    ended = asyncio.Event()
    with contextlib.suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with open_sandbox(port=port, db=db, token=token, flood=flood) as sandbox:
        furnish(sandbox, language)
        await sandbox.world.records.store.settle()
        print(f"page   {sandbox.page_url}\napi    {sandbox.api_url}\ntoken  {sandbox.token}", flush=True)
        await ended.wait()


if __name__ == "__main__":
    main()
