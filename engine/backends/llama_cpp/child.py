"""The bot's end of one child process: requests in, replies out, and a typed error when it dies.

Knows frames and pipes; nothing of files, memory or who asks.
"""

import asyncio
import logging
import math
import os
import sys
import time
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from itertools import count
from pathlib import Path
from typing import cast

from engine.backends.llama_cpp.crashes import crash
from engine.backends.llama_cpp.wire import (
    Counted,
    Done,
    Failed,
    Finished,
    Frame,
    Load,
    Loaded,
    Open,
    Opened,
    Queued,
    Ready,
    Reply,
    Request,
    Settle,
    Stop,
    Unpacker,
    Vector,
    pack,
)
from engine.errors import BackendError, ModelCrashed, SilentModel

log = logging.getLogger(__name__)

WORKER = "engine.backends.llama_cpp.worker"
ROOT = Path(__file__).resolve().parents[3]
LAST_LINES = 20
GRACE_S = 1.0

Last = Ready | Opened | Loaded | Finished | Counted | Vector | Done | Failed
"""A reply after which no other comes."""


class Child(asyncio.SubprocessProtocol):
    """One process; `start` it, `ask` it, `end` it. `model` only names it in errors and logs."""

    def __init__(self, server: str, model: str, silence_s: float) -> None:
        self._server = server
        self._model = model
        self._silence_s = silence_s
        self._ids = count(1)
        self._replies: dict[int, asyncio.Queue[Reply | None]] = {0: asyncio.Queue()}
        self._unpacker = Unpacker()
        self._last_lines: deque[str] = deque(maxlen=LAST_LINES)
        self._half_line = b""
        self._gone = asyncio.Event()
        self.has_model = False
        self._is_loading = self._is_ended = False
        self.gone_at = -math.inf
        """In monotonic seconds, once it is gone."""
        self._transport: asyncio.SubprocessTransport | None = None

    @classmethod
    async def start(cls, server: str, model: str, silence_s: float) -> "Child":
        """A new process; its first reply is still to come (`first_reply`)."""
        folders = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(folders),
            "CUDA_DEVICE_ORDER": "PCI_BUS_ID",  # as the driver numbers them, whose free memory decides
            "GGML_NO_BACKTRACE": "1",  # else an abort in llama.cpp waits seconds for a debugger
        }
        child = cls(server, model, silence_s)
        loop = asyncio.get_running_loop()
        await loop.subprocess_exec(lambda: child, sys.executable, "-m", WORKER, cwd=ROOT, env=environment)
        return child

    @property
    def is_gone(self) -> bool:
        return self._gone.is_set()

    @property
    def pid(self) -> int:
        return self._process().get_pid()

    def next_id(self) -> int:
        return next(self._ids)

    async def first_reply(self) -> Reply:
        """Ready, or Failed when llama.cpp cannot be imported."""
        return await self._next(self._replies[0], self._silence_s)

    async def ask(self, request: Request, silence_s: float | None = None) -> Last:
        """The last reply to `request`; what comes before is passed over."""
        async with aclosing(self.replies(request, silence_s)) as replies:
            async for reply in replies:
                if isinstance(reply, Last):
                    return reply
        raise self._crash()

    async def replies(self, request: Request, silence_s: float | None = None) -> AsyncGenerator[Reply, None]:
        """Replies as they come, to the last one; closing this early stops the request in the child.

        Raises ModelCrashed or NoMemory if the process dies, SilentModel if it says nothing for `silence_s` while it
        is our turn.
        """
        if self.is_gone:
            raise self._crash()
        if isinstance(request, Open | Load):
            self._is_loading = True
        queue = self._replies[request.id] = asyncio.Queue()
        self._send(request)
        reply: Reply | None = None
        try:
            while not isinstance(reply, Last):
                waits_for_others = isinstance(reply, Queued)
                reply = await self._next(queue, None if waits_for_others else silence_s or self._silence_s)
                yield reply
        finally:
            del self._replies[request.id]
            if isinstance(reply, Last):
                self._is_loading = False
            else:
                self._send(Stop(request.id))

    async def settle(self, within_s: float) -> None:
        """Let it write what it computed to files; one that cannot is not waited for."""
        with suppress(ModelCrashed, SilentModel):
            await self.ask(Settle(self.next_id(), within_s), within_s + GRACE_S)

    def tell(self, request: Request) -> None:
        """Send what needs no reply."""
        self._send(request)

    async def end(self) -> None:
        """End the process, kindly first; returns when it is gone."""
        transport = self._transport
        if transport is None:
            return
        if not self.is_gone:
            self._is_ended = True
            self._pipe().close()
            transport.terminate()
            try:
                async with asyncio.timeout(GRACE_S):
                    await self._gone.wait()
            except TimeoutError:
                if not self.is_gone:
                    transport.kill()
                await self._gone.wait()
        transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.SubprocessTransport, transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd != 1:
            self._note(data)
            return
        try:
            for frame in self._unpacker.feed(data):
                self._deliver(frame)
        except ValueError as error:
            log.warning("%s: %s; its process is ended", self._model, error)
            self._is_ended = True
            self._process().kill()

    def connection_lost(self, exc: Exception | None) -> None:
        """The process is gone and all it said is read."""
        self.gone_at = time.monotonic()
        self._gone.set()
        for queue in self._replies.values():
            queue.put_nowait(None)

    def _deliver(self, frame: Frame) -> None:
        self.has_model |= isinstance(frame, Loaded)
        if queue := self._replies.get(frame.id):
            queue.put_nowait(cast(Reply, frame))

    def _note(self, data: bytes) -> None:
        *lines, self._half_line = (self._half_line + data).split(b"\n")
        for line in lines:
            text = line.decode("utf-8", "replace").rstrip()
            self._last_lines.append(text)
            log.debug("%s: %s", self._model, text)

    def _send(self, frame: Frame) -> None:
        if not self.is_gone:
            self._pipe().write(pack(frame))

    def _pipe(self) -> asyncio.WriteTransport:
        return cast(asyncio.WriteTransport, self._process().get_pipe_transport(0))

    def _process(self) -> asyncio.SubprocessTransport:
        assert self._transport is not None
        return self._transport

    async def _next(self, queue: "asyncio.Queue[Reply | None]", silence_s: float | None) -> Reply:
        try:
            async with asyncio.timeout(silence_s):
                reply = await queue.get()
        except TimeoutError as error:
            raise SilentModel(self._server, self._model, waited_s=silence_s or 0.0) from error
        if reply is None:
            raise self._crash()
        return reply

    def _crash(self) -> BackendError:
        code = self._transport.get_returncode() if self._transport is not None else None
        if self._is_ended:
            return ModelCrashed(self._server, self._model, exit_code=code)
        return crash(self._server, self._model, code, self._last_lines, is_loading=self._is_loading)
