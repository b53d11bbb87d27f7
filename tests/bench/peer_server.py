"""llama-cpp-python's own server, as a peer: started on one file, asked over HTTP."""

import asyncio
import json
import socket
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from engine.messages import Message
from tests.bench.bare_loop import Pace

PATIENCE_S = 600.0


@dataclass(frozen=True, slots=True)
class Reply:
    first_s: float
    pace: Pace
    text: str


class Peer:
    """`process` computes in any of its threads, so its processor time is that of all."""

    def __init__(self, url: str, process: psutil.Process) -> None:
        self._url = url
        self._process = process

    async def ask(self, talk: Sequence[Message], tokens: int) -> Reply:
        body = {
            "messages": [{"role": message.role, "content": message.text} for message in talk],
            **{"max_tokens": tokens, "stream": True, "seed": 1, "temperature": 0.8},
        }
        started, first, text, worked = time.perf_counter(), 0.0, "", 0.0
        async with (
            httpx.AsyncClient(timeout=PATIENCE_S) as client,
            client.stream("POST", f"{self._url}/v1/chat/completions", json=body) as answer,
        ):
            async for line in answer.aiter_lines():
                if not line.startswith("data: {"):
                    continue
                said = json.loads(line.removeprefix("data: "))["choices"][0]["delta"].get("content")
                if said and not first:
                    first, worked = time.perf_counter(), self._cpu_s()
                text += said or ""
        clock_s, cpu_s = time.perf_counter() - first, self._cpu_s() - worked
        return Reply(first - started, Pace(clock_s / (tokens - 1), cpu_s / (tokens - 1)), text)

    def _cpu_s(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)


@asynccontextmanager
async def peer(path: Path, n_ctx: int, threads: int) -> AsyncIterator[Peer | None]:
    """The server, ready; None where it is not installed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    options = {"model": path, "port": port, "n_ctx": n_ctx, "n_threads": threads, "n_threads_batch": threads}
    arguments = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "llama_cpp.server", *arguments]
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, stdout=quiet, stderr=quiet)
    try:
        yield Peer(url, psutil.Process(process.pid)) if await _is_up(url, process) else None
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _is_up(url: str, process: asyncio.subprocess.Process) -> bool:
    async with httpx.AsyncClient() as client:
        while process.returncode is None:
            try:
                await client.get(f"{url}/v1/models")
                return True
            except httpx.TransportError:
                await asyncio.sleep(0.2)
    return False
