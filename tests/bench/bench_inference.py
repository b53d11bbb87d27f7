"""What several dialogs in one embedded model cost: each goal as a ratio of two times taken in the same run.

Run by hand: `python tests/bench/bench_inference.py [--quick]`. One file of 0.15B random weights; rounds alternate what
is compared, and medians are shown. The bare loop is llama_decode and a sampler chain, without text or pipes.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[2]))

from engine.backends.base import ChatRequest
from engine.backends.llama_cpp import residents
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.events import Delta, Finish
from engine.messages import Message, Params
from tests.bench.bench_embedded import MODEL, N_CTX, Bare, backend_tokens_per_s
from tests.tiny_gguf import REALISTIC, make_gguf

TURNS = 20
TOGETHER = 4
LONG_PROMPT = "one two river " * 128
"""About 1,536 tokens: this vocabulary spells most of its text letter by letter."""


@dataclass(frozen=True, slots=True)
class Row:
    """`goal` is a floor when `at_least`, else a ceiling."""

    what: str
    figure: float
    goal: float
    at_least: bool

    def __str__(self) -> str:
        reached = self.figure >= self.goal if self.at_least else self.figure <= self.goal
        sign = ">=" if self.at_least else "<="
        return f"{self.what:66} {self.figure:8.3f}   {sign} {self.goal:<6g} {'reached' if reached else 'MISSED'}"


@dataclass(frozen=True, slots=True)
class Heard:
    """Seconds from asking to the first text and to the end; the text."""

    first_s: float
    all_s: float
    text: str


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="one round instead of five")
    rounds = 1 if arguments.parse_args().quick else 5
    print(f"0.15B f16, {residents.allowed_threads()} thread(s) unless named, median of {rounds}")
    with tempfile.TemporaryDirectory() as folder:
        make_gguf(Path(folder) / MODEL, shape=REALISTIC, weight_type="f16")
        asyncio.run(measure(Path(folder), rounds))


async def measure(folder: Path, rounds: int) -> None:
    """Print each row as soon as it is known."""
    async with opened(folder) as backend:
        for tokens in (64, 512):
            print(await decode(folder, backend, tokens, rounds), flush=True)
        for figure in (turns, short_behind_long, stop):
            print(await figure(backend, rounds), flush=True)
    for threads in sorted({residents.allowed_threads(), 2}):
        with patch.object(residents, "allowed_threads", lambda threads=threads: threads):
            async with opened(folder) as backend:
                print(await together(backend, threads, rounds), flush=True)


async def decode(folder: Path, backend: LlamaCppBackend, tokens: int, rounds: int) -> Row:
    bare, ratios = Bare(folder / MODEL), []
    for number in range(rounds):
        question = f"{number} {tokens} " + "one two river " * 4
        prompt = f"<|user|>{question}<|end|><|assistant|>"
        before = await asyncio.to_thread(bare.tokens_per_s, "low_level", prompt, tokens)
        ours = await backend_tokens_per_s(backend, question, tokens)
        after = await asyncio.to_thread(bare.tokens_per_s, "low_level", prompt, tokens)
        ratios.append(2 * ours / (before + after))
    bare.close()
    return Row(f"decode, {tokens} tokens: backend / bare loop", statistics.median(ratios), 0.97, at_least=True)


async def turns(backend: LlamaCppBackend, rounds: int) -> Row:
    ratios = []
    for number in range(rounds):
        talks: dict[str, list[Message]] = {f"turns {number} {name}": [] for name in ("a", "b")}
        firsts = [[await next_turn(backend, name, talk) for name, talk in talks.items()] for _ in range(TURNS)]
        ratios.append(sum(firsts[-1]) / sum(firsts[0]))
    return Row("two dialogs in turns: first token, turn 20 / turn 1", statistics.median(ratios), 3.0, at_least=False)


async def next_turn(backend: LlamaCppBackend, dialog: str, talk: list[Message]) -> float:
    """Seconds to the first text; the question and the answer are added to the talk."""
    talk.append(Message("user", f"{dialog} {len(talk)} one two river"))
    heard = await ask(backend, talk, 16, dialog)
    talk.append(Message("assistant", heard.text))
    return heard.first_s


async def short_behind_long(backend: LlamaCppBackend, rounds: int) -> Row:
    ratios = []
    for number in range(rounds):
        async with asyncio.TaskGroup() as group:
            long = group.create_task(ask(backend, [Message("user", f"{number} {LONG_PROMPT}")], 2))
            await asyncio.sleep(0.1)
            short = group.create_task(ask(backend, [Message("user", f"? {number}")], 2))
        ratios.append(short.result().first_s / long.result().first_s)
    return Row(
        "short question behind a long prompt: its first token / the prompt's", statistics.median(ratios), 0.1, False
    )


async def stop(backend: LlamaCppBackend, rounds: int) -> Row:
    """What a stop in the middle of a prompt adds to the next question's first token."""
    added = []
    for number in range(rounds):
        undisturbed = await ask(backend, [Message("user", f"u{number}")], 1)
        reading = asyncio.create_task(ask(backend, [Message("user", f"s{number} {LONG_PROMPT}")], 2))
        await asyncio.sleep(0.3 + number / 100)
        reading.cancel()
        await asyncio.wait([reading])
        after = await ask(backend, [Message("user", f"v{number}")], 1)
        added.append((after.first_s - undisturbed.first_s) * 1000)
    return Row("stop while a prompt is read: ms until it is over", statistics.median(added), 50, at_least=False)


async def together(backend: LlamaCppBackend, threads: int, rounds: int) -> Row:
    ratios = []
    for number in range(rounds):
        questions = [[Message("user", f"{number} {name}")] for name in range(TOGETHER)]
        started = time.perf_counter()
        for question in questions:
            await ask(backend, question, 64)
        between = time.perf_counter()
        await asyncio.gather(*(ask(backend, question, 64) for question in questions))
        ratios.append((between - started) / (time.perf_counter() - between))
    what = f"{TOGETHER} dialogs, one after another / together, {threads} thread(s)"
    return Row(what, statistics.median(ratios), 1.4, at_least=True)


async def ask(backend: LlamaCppBackend, talk: Sequence[Message], tokens: int, dialog: str | None = None) -> Heard:
    started, first_s, text = time.perf_counter(), 0.0, ""
    request = ChatRequest(MODEL, tuple(talk), Params(n_ctx=2 * N_CTX, max_tokens=tokens, seed=1), dialog)
    async with aclosing(backend.stream(request)) as stream:
        async for chunk in stream:
            match chunk:
                case Delta():
                    first_s = first_s or time.perf_counter() - started
                    text += chunk.text
                case Finish():
                    return Heard(first_s, time.perf_counter() - started, text)
    raise AssertionError("no end came")


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[LlamaCppBackend]:
    """A backend with the model in memory."""
    async with LlamaCppBackend(folder, folder / "models.yaml") as backend:
        await backend.load(MODEL, Params(n_ctx=2 * N_CTX))
        yield backend


if __name__ == "__main__":
    main()
