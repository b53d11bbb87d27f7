"""What our model servers have in common: scripted replies, a record of requests, a real port, and who hung up.

A fake stands behind real HTTP; nothing of the program under test is replaced. Its tokenizer counts words.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from aiohttp import web

Fake = TypeVar("Fake", bound="ModelServer")
Piece = tuple[Literal["thought", "text"], str]


@dataclass
class Reply:
    """One answer. `hold_after` pieces the server waits for `go`; `status` refuses with `body` instead of answering.

    What comes after the pieces: `error` in the middle of the stream, `drop` of the connection, `silent` for ever,
    or a proper end with `finish`.
    """

    text: Sequence[str] = ("Good", " morning", ".")
    thought: Sequence[str] = ()
    tokens_per_s: float | None = None
    hold_after: int | None = None
    go: asyncio.Event = field(default_factory=asyncio.Event)
    error: str | None = None
    drop: bool = False
    silent: bool = False
    finish: str = "stop"
    status: int | None = None
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def pieces(self) -> list[Piece]:
        return [*(("thought", piece) for piece in self.thought), *(("text", piece) for piece in self.text)]

    async def paced(self) -> AsyncGenerator[Piece, None]:
        for number, piece in enumerate(self.pieces()):
            if number == self.hold_after:
                await self.go.wait()
            yield piece
            if self.tokens_per_s:
                await asyncio.sleep(1 / self.tokens_per_s)
        if self.silent:
            await asyncio.Event().wait()


@dataclass
class FakeModel:
    """`template` is what its chat template cannot stand; `load_error` is what the server says instead of loading it."""

    name: str
    size_bytes: int = 4_000_000_000
    context_tokens: int = 32768
    sees: bool = False
    thinks: bool = False
    embeds: bool = False
    n_ctx: int = 8192
    loaded: bool = True
    has_system_role: bool = True
    load_error: str | None = None
    may_load: asyncio.Event | None = None


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]


class ModelServer:
    """State of a fake; replies are used up in their order, then `reply` is given for ever.

    `reached` has an event for each path, set by the first request; `hung_up` is set when someone leaves early.
    While `answers` is not set, nobody gets one.
    """

    def __init__(self, *models: FakeModel) -> None:
        self.models = {model.name: model for model in models}
        self.reply = Reply()
        self.replies: deque[Reply] = deque()
        self.replies_of: defaultdict[str, deque[Reply]] = defaultdict(deque)
        self.asked: list[Asked] = []
        self.reached: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.hung_up = asyncio.Event()
        self.answers = asyncio.Event()
        self.answers.set()
        self.url = ""

    def next_reply(self, model: str = "") -> Reply:
        """Those for one model first."""
        if self.replies_of[model]:
            return self.replies_of[model].popleft()
        return self.replies.popleft() if self.replies else self.reply

    def asked_for(self, path: str) -> list[dict[str, Any]]:
        """The bodies sent to `path`, in their order."""
        return [asked.body for asked in self.asked if asked.path == path]

    @web.middleware
    async def record(self, request: web.Request, handler: Any) -> web.StreamResponse:
        body = await request.text()
        self.asked.append(Asked(request.path, json.loads(body) if body else {}, dict(request.headers)))
        self.reached[request.path].set()
        try:
            await self.answers.wait()
            answer: web.StreamResponse = await handler(request)
        except (asyncio.CancelledError, ConnectionResetError):
            self.hung_up.set()
            raise
        return answer

    def routes(self) -> list[web.RouteDef]:
        raise NotImplementedError


def words(messages: Sequence[dict[str, Any]]) -> int:
    """The fakes' tokenizer: a token a word, one for each message."""
    return sum(1 + len(text_of(message).split()) for message in messages)


def text_of(message: dict[str, Any]) -> str:
    content = message.get("content") or ""
    return content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)


def drop_connection(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


@asynccontextmanager
async def serving(server: Fake, port: int = 0) -> AsyncIterator[Fake]:
    """`server` on a free port of this machine, or on `port`."""
    app = web.Application(middlewares=[server.record], client_max_size=64 << 20)
    app.add_routes(server.routes())
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()
