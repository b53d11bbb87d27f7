"""Asking an embedded model for a measurement: what one answer took, in which process."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from engine.backends.base import ChatRequest
from engine.backends.llama_cpp.child import WORKER
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.events import Delta, Finish
from engine.messages import Message, Params, Usage
from tests.bench.bare_loop import Pace

N_CTX = 4096
MODEL = "bench.gguf"


@dataclass(frozen=True, slots=True)
class Heard:
    """Seconds from asking to the first text and to the end, the pace after the first token, the text."""

    first_s: float
    all_s: float
    pace: Pace
    text: str
    usage: Usage


async def ask(
    backend: LlamaCppBackend,
    talk: Sequence[Message],
    tokens: int,
    dialog: str | None = None,
    schema: Mapping[str, Any] | None = None,
    seed: int | None = 1,
) -> Heard:
    started, first, worked, text = time.perf_counter(), 0.0, 0.0, ""
    request = ChatRequest(MODEL, tuple(talk), Params(n_ctx=N_CTX, max_tokens=tokens, seed=seed), dialog, schema)
    async with aclosing(backend.stream(request)) as stream:
        async for chunk in stream:
            match chunk:
                case Delta():
                    if not first:
                        first, worked = time.perf_counter(), computing_s()
                    text += chunk.text
                case Finish():
                    rest = max(1, (chunk.usage.answer_tokens or 1) - 1)
                    now = time.perf_counter()
                    pace = Pace((now - first) / rest, (computing_s() - worked) / rest)
                    return Heard(first - started, now - started, pace, text, chunk.usage)
    raise AssertionError("no end came")


def computing_s() -> float:
    """Processor time of the thread that computes, to the nanosecond (Linux)."""
    for child in psutil.Process().children():
        if WORKER in child.cmdline():
            return int(Path(f"/proc/{child.pid}/task/{child.pid}/schedstat").read_text().split()[0]) / 1e9
    return 0.0


@asynccontextmanager
async def opened(folder: Path, n_threads: int = 1, n_slots: int = 4) -> AsyncIterator[LlamaCppBackend]:
    """A backend with the model in memory."""
    async with LlamaCppBackend(folder, folder / "models.yaml", n_threads=n_threads, n_slots=n_slots) as backend:
        await backend.load(MODEL, Params(n_ctx=N_CTX))
        yield backend
