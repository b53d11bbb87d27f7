"""A hub of ours that speaks Hugging Face's protocol for one file: facts by HEAD, the bytes from another address.

It breaks the line after so many bytes, waits to be let go on, lies about its contents, or knows no ranges.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

PIECE_BYTES = 1 << 16


class FakeHub:
    """`asked_from` is where each request for bytes began; `breaks_after` counts the bytes of one answer each."""

    def __init__(self, file: str, content: bytes) -> None:
        self.file = file
        self.content = self.sent_content = content
        self.url = ""
        self.asked_from: list[int] = []
        self.breaks_after: list[int] = []
        self.stops_at: int | None = None
        self.knows_ranges = True
        self.is_known = True

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/{owner}/{name}/resolve/main/{file}", self._resolve),
            web.get("/bytes/{file}", self._bytes, allow_head=False),
        ]

    async def _resolve(self, request: web.Request) -> web.StreamResponse:
        if not self.is_known or request.match_info["file"] != self.file:
            raise web.HTTPNotFound(headers={"X-Error-Code": "EntryNotFound"})
        facts = {
            "Location": f"{self.url.replace('127.0.0.1', 'localhost')}/bytes/{self.file}",
            "X-Linked-Etag": f'"{hashlib.sha256(self.content).hexdigest()}"',
            "X-Linked-Size": str(len(self.content)),
            "X-Repo-Commit": "0" * 40,
        }
        return web.Response(status=302, headers=facts)

    async def _bytes(self, request: web.Request) -> web.StreamResponse:
        start = request.http_range.start or 0 if self.knows_ranges else 0
        self.asked_from.append(start)
        limit = self.breaks_after.pop(0) if self.breaks_after else None
        rest = self.sent_content[start:]
        answer = web.StreamResponse(status=206 if self.knows_ranges and "Range" in request.headers else 200)
        answer.content_length = len(rest)
        await answer.prepare(request)
        for at in range(0, len(rest), PIECE_BYTES):
            if limit is not None and at >= limit:
                assert request.transport is not None
                request.transport.abort()
                break
            while self.stops_at is not None and start + at >= self.stops_at:
                await asyncio.sleep(0.01)
            try:
                await answer.write(rest[at : at + PIECE_BYTES])
            except ConnectionResetError:
                break
        return answer


@asynccontextmanager
async def open_hub(file: str, content: bytes) -> AsyncIterator[FakeHub]:
    hub = FakeHub(file, content)
    app = web.Application()
    app.add_routes(hub.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    hub.url = f"http://{host}:{port}"
    try:
        yield hub
    finally:
        await runner.cleanup()
