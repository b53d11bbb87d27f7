"""What embedded models cost beside llama.cpp's own loop and llama-cpp-python's server, each goal as a ratio in one run.

Run by hand: `python tests/bench/bench_inference.py [--quick] [--only NAME]`. Files of random weights; rounds alternate
what is compared, and medians are shown. Where one thread computes its processor time is compared, which other
work on the machine disturbs least.
"""

import argparse
import asyncio
import multiprocessing
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[2]))

from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.messages import Message
from tests.bench.bare_loop import Bare, Pace
from tests.bench.embedded import MODEL, N_CTX, ask, opened
from tests.bench.peer_server import Peer, peer
from tests.tiny_gguf import REALISTIC, Shape, make_gguf

SMALL = Shape(n_embd=256, n_layer=8, n_ff=1024, n_vocab=32000)
"""Fast enough that what is not llama.cpp's own work shows."""
TURNS = 20
LONG_PROMPT = "one two river " * 128
"""About 1,536 tokens: this vocabulary spells most of its text letter by letter."""
WORDS = "one two river " * 4


@dataclass(frozen=True, slots=True)
class Row:
    """`goal` is a floor when `at_least`, else a ceiling; None: only for comparison."""

    what: str
    figure: float
    goal: float | None = None
    at_least: bool = False

    def __str__(self) -> str:
        if self.goal is None:
            return f"{self.what:78} {self.figure:8.3f}"
        reached = self.figure >= self.goal if self.at_least else self.figure <= self.goal
        sign = ">=" if self.at_least else "<="
        return f"{self.what:78} {self.figure:8.3f}   {sign} {self.goal:<5g} {'reached' if reached else 'MISSED'}"


@dataclass(frozen=True, slots=True)
class Run:
    """`quick` takes one round and the small model for all."""

    folder: Path
    quick: bool

    @property
    def rounds(self) -> range:
        return range(1 if self.quick else 5)

    def model(self, shape: Shape, says: tuple[str, ...] = ()) -> Path:
        return make_gguf(
            self.folder / MODEL,
            shape=SMALL if self.quick else shape,
            weight_type="f16",
            says=says,
            ends=False,
            n_ctx_train=8192,
        )


def question(number: int, text: str = WORDS) -> list[Message]:
    """One that no round before has asked."""
    return [Message("user", f"{number} {text}")]


async def decode(run: Run) -> AsyncIterator[Row]:
    path = run.model(REALISTIC)
    bare = Bare(path, N_CTX, 1)
    async with opened(run.folder) as backend, peer(path, N_CTX, 1) as server:
        for tokens in (64, 256):
            paces = [await paces_of(backend, bare, server, number, tokens) for number in run.rounds]
            cpu = median(loop.cpu_s / ours.cpu_s for ours, loop, _ in paces)
            yield Row(f"decode, {tokens} tokens: bare loop's processor time / backend's", cpu, 0.97, at_least=True)
            yield Row("    the same by the clock", median(loop.clock_s / ours.clock_s for ours, loop, _ in paces))
            if server is not None:
                figure = median(theirs.clock_s / ours.clock_s for ours, _, theirs in paces if theirs)
                yield Row("    llama-cpp-python's server / backend, by the clock", figure, 1.0, at_least=True)
    bare.close()


async def paces_of(
    backend: LlamaCppBackend, bare: Bare, server: Peer | None, number: int, tokens: int
) -> tuple[Pace, Pace, Pace | None]:
    asked = question(number, f"{tokens} {WORDS}")
    prompt = f"<|user|>{asked[0].text}<|end|><|assistant|>"
    before = await asyncio.to_thread(bare.pace, prompt, tokens)
    ours = (await ask(backend, asked, tokens, seed=None)).pace
    theirs = (await server.ask(asked, tokens)).pace if server else None
    after = await asyncio.to_thread(bare.pace, prompt, tokens)
    return ours, Pace((before.clock_s + after.clock_s) / 2, (before.cpu_s + after.cpu_s) / 2), theirs


async def flat(run: Run) -> AsyncIterator[Row]:
    path = run.model(SMALL)
    bare = Bare(path, N_CTX, 1)
    async with opened(run.folder) as backend:
        for tokens, rounds in ((200, run.rounds), (2000, run.rounds[:2])):
            extra = []
            for number in rounds:
                ours, loop, _ = await paces_of(backend, bare, None, number, tokens)
                extra.append((ours.cpu_s - loop.cpu_s) * 1000)
            yield Row(f"small model, {tokens} tokens: ms a token beyond the bare loop", median(extra), 0.1)
    bare.close()


async def turns(run: Run) -> AsyncIterator[Row]:
    path = run.model(REALISTIC)
    async with opened(run.folder) as backend, peer(path, N_CTX, 1) as server:

        async def ours(talk: list[Message], dialog: str) -> tuple[float, str]:
            heard = await ask(backend, talk, 16, dialog)
            return heard.first_s, heard.text

        async def alone(talk: list[Message], dialog: str) -> tuple[float, str]:
            return await ours(talk, dialog + " alone")

        async def theirs(talk: list[Message], _: str) -> tuple[float, str]:
            assert server is not None
            reply = await server.ask(talk, 16)
            return reply.first_s, reply.text

        two = [await first_words(ours, f"two {number}", ("a", "b")) for number in run.rounds]
        yield Row(
            "two dialogs in turns: first word, turn 20 / turn 1", median(last / first for first, last in two), 3.0
        )
        one = [await first_words(alone, f"one {number}", ("a",)) for number in run.rounds]
        figure = median(last for _, last in two) / (2 * median(last for _, last in one))
        yield Row("    turn 20 / turn 20 of a dialog that is alone", figure, 1.1)
        if server is not None:
            figures = [await first_words(theirs, f"peer {number}", ("a", "b")) for number in run.rounds[:1]]
            yield Row(
                "    turn 20 / turn 1, llama-cpp-python's server", median(last / first for first, last in figures)
            )


Asked = Callable[[list[Message], str], Awaitable[tuple[float, str]]]


async def first_words(asked: Asked, name: str, dialogs: tuple[str, ...]) -> tuple[float, float]:
    """Seconds to the first words of the first turn and of the last, of all dialogs together."""
    talks: dict[str, list[Message]] = {f"{name} {dialog}": [] for dialog in dialogs}
    firsts = []
    for turn in range(TURNS):
        firsts.append(0.0)
        for dialog, talk in talks.items():
            talk.append(Message("user", f"{dialog} {turn} one two river"))
            first_s, text = await asked(talk, dialog)
            talk.append(Message("assistant", text))
            firsts[-1] += first_s
    return firsts[0], firsts[-1]


async def short_behind_long(run: Run) -> AsyncIterator[Row]:
    run.model(REALISTIC)
    ratios = []
    async with opened(run.folder) as backend:
        for number in run.rounds:
            async with asyncio.TaskGroup() as group:
                long = group.create_task(ask(backend, question(number, LONG_PROMPT), 2))
                await asyncio.sleep(0.1)
                short = group.create_task(ask(backend, [Message("user", f"? {number}")], 2))
            ratios.append(short.result().first_s / long.result().first_s)
    yield Row("a short question behind a long prompt: its first word / the prompt's", median(ratios), 0.1)


async def stop(run: Run) -> AsyncIterator[Row]:
    """What a stop in the middle of a prompt adds to the next question's first word."""
    run.model(REALISTIC)
    added = []
    async with opened(run.folder) as backend:
        for number in run.rounds:
            undisturbed = await ask(backend, [Message("user", f"u{number}")], 1)
            reading = asyncio.create_task(ask(backend, question(number, LONG_PROMPT), 2))
            await asyncio.sleep(0.3 + number / 100)
            reading.cancel()
            await asyncio.wait([reading])
            after = await ask(backend, [Message("user", f"v{number}")], 1)
            added.append((after.first_s - undisturbed.first_s) * 1000)
    yield Row("a stop while a prompt is read: ms until it is over", median(added), 50)


async def together(run: Run) -> AsyncIterator[Row]:
    run.model(REALISTIC)
    for threads in (1, 2):
        async with opened(run.folder, threads, n_slots=8) as backend:
            for dialogs, goal in ((2, 0.95), (4, 1.4), (8, 1.8)):
                ratios = [await gained(backend, dialogs, number) for number in run.rounds]
                what = f"{dialogs} dialogs: one after another / together, {threads} thread(s)"
                yield Row(what, median(ratios), goal, at_least=True)


async def gained(backend: LlamaCppBackend, dialogs: int, number: int) -> float:
    asked = [question(number, f"{name} of {dialogs}") for name in range(dialogs)]
    started = time.perf_counter()
    for one in asked:
        await ask(backend, one, 32)
    between = time.perf_counter()
    await asyncio.gather(*(ask(backend, one, 32) for one in asked))
    return (between - started) / (time.perf_counter() - between)


async def lag(run: Run) -> AsyncIterator[Row]:
    """How late the bot's event loop wakes up, beside an idle model and beside one that answers."""
    run.model(REALISTIC)
    added = []
    async with opened(run.folder) as backend:
        for number in run.rounds:
            idle = await late_ms(asyncio.create_task(asyncio.sleep(3)))
            added.append(await late_ms(asyncio.create_task(ask(backend, question(number), 96))) - idle)
    yield Row("event loop lag p99 while a model answers: ms beyond idle", median(added), 5)


async def late_ms(task: "asyncio.Task[object]") -> float:
    late = []
    while not task.done():
        due = time.perf_counter() + 0.005
        await asyncio.sleep(0.005)
        late.append(time.perf_counter() - due)
    return sorted(late)[int(len(late) * 0.99)] * 1000


async def structured(run: Run) -> AsyncIterator[Row]:
    """A model that says one long JSON string by itself: what looking at each token costs."""
    run.model(REALISTIC, says=("abc", "def", "ghi"))
    ratios = []
    async with opened(run.folder) as backend:
        for number in run.rounds:
            free = (await ask(backend, question(number), 64)).pace.cpu_s
            bound = (await ask(backend, question(number), 64, schema={"type": "string"})).pace.cpu_s
            ratios.append(free / bound)
    yield Row("an answer with a schema: free decode's processor time / its own", median(ratios), 0.95, at_least=True)


async def busy_core(run: Run) -> AsyncIterator[Row]:
    """Two threads allowed, and somebody else busy on one of two cores."""
    path = run.model(REALISTIC)
    loops = [Bare(path, N_CTX, threads) for threads in (1, 2)]
    neighbour = multiprocessing.get_context("spawn").Process(target=busy, daemon=True)
    neighbour.start()
    ratios = []
    async with opened(run.folder, n_threads=2) as backend:
        await ask(backend, question(-1), 64)  # as a bot that runs for a while
        for number in run.rounds:
            paces = [await paces_of(backend, loop, None, number, 96) for loop in loops]
            best = min(loop.clock_s for _, loop, _ in paces)
            ratios.append(best / median(ours.clock_s for ours, _, _ in paces))
    neighbour.kill()
    for loop in loops:
        loop.close()
    yield Row("one busy core: backend / best fixed number of threads", median(ratios), 0.8, at_least=True)


def busy() -> None:
    while True:
        pass


BENCHES = (decode, flat, turns, short_behind_long, stop, together, lag, structured, busy_core)


async def measure(run: Run, only: str) -> None:
    """Print each row as soon as it is known."""
    for bench in BENCHES:
        if only in bench.__name__:
            async for row in bench(run):
                print(row, flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="one round instead of five, with a small model")
    arguments.add_argument("--only", default="", help=", ".join(bench.__name__ for bench in BENCHES))
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder), chosen.quick)
        print(f"{'small model' if run.quick else '0.15B'}, f16, 1 thread unless named, median of {len(run.rounds)}")
        asyncio.run(measure(run, chosen.only))


if __name__ == "__main__":
    main()
