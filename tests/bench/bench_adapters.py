"""What one token of a stream costs our process: a hundred dialogs at 30 tokens a second, through each adapter.

Run it by hand: `python -m tests.bench.bench_adapters [streams] [tokens]`. The server runs in a process of its own,
so that only our side is measured; the figures are CPU microseconds a token, the thoughts' splitting included.
"""

import asyncio
import multiprocessing
import sys
import time
from contextlib import aclosing
from multiprocessing.connection import Connection

from engine.backends.base import Backend, ChatRequest
from engine.backends.flavours import FLAVOURS
from engine.backends.ollama import OllamaBackend
from engine.backends.openai import OpenAIBackend
from engine.backends.wire import Patience
from engine.events import Delta
from engine.messages import Message, Params
from engine.thinking import split_thoughts
from tests.fakes.model_server import Reply
from tests.fakes.ollama import open_ollama
from tests.fakes.openai import open_openai

TOKENS_PER_S = 30.0
BUDGET_US = 60.0
MODELS = {"ollama": "llama3:latest", "vllm": "small"}


def main() -> None:
    streams, tokens = (int(word) for word in (*sys.argv[1:], "100", "90")[:2])
    for kind in MODELS:
        cost_us, late = asyncio.run(_measure(kind, streams, tokens))
        verdict = "within" if cost_us <= BUDGET_US else "ABOVE"
        print(f"{kind:8} {cost_us:5.1f} us a token, {verdict} {BUDGET_US:.0f}; loop lag p99 {late * 1000:.1f} ms")


async def _measure(kind: str, streams: int, tokens: int) -> tuple[float, float]:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(kind, tokens, theirs), daemon=True)
    process.start()
    backend = _backend(kind, ours.recv())
    await backend.list()
    await _read(backend, MODELS[kind])
    lags: list[float] = []
    watching = asyncio.create_task(_watch_lag(lags))
    began_s = time.process_time()
    counts = await asyncio.gather(*(_read(backend, MODELS[kind]) for _ in range(streams)))
    spent_s = time.process_time() - began_s
    watching.cancel()
    await asyncio.wait([watching])
    await backend.aclose()
    ours.send("stop")
    process.join()
    assert sum(counts) == streams * tokens
    return spent_s / sum(counts) * 1e6, sorted(lags)[int(len(lags) * 0.99)]


def _backend(kind: str, url: str) -> Backend:
    if kind == "ollama":
        return OllamaBackend(kind, url, Patience())
    return OpenAIBackend(kind, url, FLAVOURS["vllm"], Patience())


async def _read(backend: Backend, model: str) -> int:
    request = ChatRequest(model, (Message("user", "Hello"),), Params())
    async with aclosing(split_thoughts(backend.stream(request))) as chunks:
        return sum([isinstance(chunk, Delta) async for chunk in chunks])


async def _watch_lag(lags: list[float]) -> None:
    while True:
        before_s = time.perf_counter()
        await asyncio.sleep(0.01)
        lags.append(time.perf_counter() - before_s - 0.01)


def _serve(kind: str, tokens: int, pipe: Connection) -> None:
    asyncio.run(_serve_until_told(kind, tokens, pipe))


async def _serve_until_told(kind: str, tokens: int, pipe: Connection) -> None:
    async with open_ollama() if kind == "ollama" else open_openai("vllm") as server:
        server.reply = Reply(text=[" token"] * tokens, tokens_per_s=TOKENS_PER_S)
        pipe.send(server.url)
        await asyncio.to_thread(pipe.recv)


if __name__ == "__main__":
    main()
