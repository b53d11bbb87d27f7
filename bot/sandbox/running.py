"""Opens a sandbox and closes it: the store, the HTTP server and the delivery to webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from bot.sandbox.flood import Flood
from bot.sandbox.guard import guard
from bot.sandbox.page_api import PageApi
from bot.sandbox.sandbox import HOST, Sandbox
from bot.sandbox.server import BODY_LIMIT_BYTES
from bot.sandbox.store import open_store
from bot.sandbox.values import User

BOT_ID = 7_200_000_001
SHUTDOWN_TIMEOUT_S = 1.0


@asynccontextmanager
async def open_sandbox(
    *,
    host: str = HOST,
    port: int = 0,
    db: Path | None = None,
    flood: Flood | None = None,
    token: str | None = None,
    bot_name: str = "Consilium",
    bot_username: str = "consilium_bot",
) -> AsyncIterator[Sandbox]:
    """Run a sandbox on 127.0.0.1 (port 0: any free one); with db it remembers everything in that file.

    Another `host` is for containers, which publish the port on 127.0.0.1 themselves.
    """
    bot = User(BOT_ID, bot_name, username=bot_username, is_bot=True)
    async with open_store(db) as store:
        sandbox = Sandbox(store, flood or Flood(), token, bot)
        try:
            async with _served(sandbox, host, port), _running(sandbox.updates.deliver()):
                yield sandbox
        finally:
            sandbox.world.drafts.close()


@asynccontextmanager
async def _served(sandbox: Sandbox, host: str, port: int) -> AsyncIterator[None]:
    app = web.Application(middlewares=[guard], client_max_size=BODY_LIMIT_BYTES)
    page = PageApi(sandbox)
    app.add_routes([*sandbox.server.routes(), *page.routes()])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_TIMEOUT_S)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        sandbox.port = runner.addresses[0][1]
        yield
    finally:
        sandbox.updates.release()
        await page.close()
        await runner.cleanup()


@asynccontextmanager
async def _running(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Work beside the body; it ends with it."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()
