"""What the bot itself costs: from text in to the first visible token, and fifty people with two dialogs each.

`python -m tests.bench.bench_chat [latency|load] [--quick]`. Telegram (the sandbox, with its pace) and the model
server run in this process, the bot in another; the model server answers at once, so that what is left is ours.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.sandbox import Chat, Person, Sandbox, open_sandbox
from tests.fakes.model_server import Reply
from tests.fakes.ollama import FakeOllama, open_ollama

TOKENS_PER_S = 30.0
LATENCY_P50_S, LATENCY_P95_S = 0.030, 0.080
LAG_P99_S = 0.050
MEMORY_GROWTH = 1.10


@dataclass
class Bench:
    """A bot with people who may all talk to it."""

    sandbox: Sandbox
    ollama: FakeOllama
    people: list[Person]
    figures: dict[str, Any] = field(default_factory=dict)
    """What the bot's process measured; there when it has ended."""


@asynccontextmanager
async def open_bench(users: int) -> AsyncIterator[Bench]:
    with tempfile.TemporaryDirectory() as folder:
        async with open_sandbox() as sandbox, open_ollama() as ollama:
            people = [sandbox.person(f"User {number}") for number in range(users)]
            bench, report = Bench(sandbox, ollama, people), Path(folder) / "report.json"
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.bench.bot_process", str(people[0].id), str(users), str(report)),
                env=environment(Path(folder), sandbox, ollama, users),
                stdout=asyncio.subprocess.PIPE,
            )
            assert process.stdout is not None
            await asyncio.wait_for(process.stdout.readline(), 60)
            try:
                yield bench
            finally:
                if process.returncode is None:
                    process.terminate()
                await asyncio.wait_for(process.wait(), 20)
                bench.figures = json.loads(report.read_text())


def environment(folder: Path, sandbox: Sandbox, ollama: FakeOllama, users: int) -> dict[str, str]:
    folders = {f"{name}_DIR": str(folder / name.lower()) for name in ("DATA", "MODELS", "SESSIONS", "CONFIG")}
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": ".",
        "BOT_TOKEN": sandbox.token,
        "BOT_API_URL": sandbox.api_url,
        "BOT_MAX_USERS": str(users),
        "OLLAMA_BASE_URL": ollama.url,
        "LLM_PROVIDERS": "ollama",
        "LOG_LEVEL": "WARNING",
        **folders,
    }


async def latency(quick: bool) -> bool:
    """Questions one by one, while ten dialogs stream; the time until the first word is on the screen."""
    probes = 20 if quick else 100
    async with open_bench(10 + probes) as bench:
        streaming, probing = bench.people[:10], bench.people[10:]
        chats = {person.id: await opened(bench, person) for person in bench.people}
        await asyncio.sleep(5)
        endless = [f"word{number} " for number in range(100_000)]
        bench.ollama.reply = Reply(text=endless, tokens_per_s=TOKENS_PER_S)
        for person in streaming:
            await person.say(chats[person.id], "Tell me everything")
        await asyncio.sleep(3)
        times = []
        for person in probing:
            bench.ollama.replies.append(Reply(text=["Zebra ", "it ", "is."]))
            began_at = time.perf_counter()
            await person.say(chats[person.id], "Quick?")
            await bench.sandbox.until(lambda chat=chats[person.id]: shown(bench, chat, "Zebra"), timeout_s=20)
            times.append(time.perf_counter() - began_at)
            await asyncio.sleep(0.35)
    times.sort()
    p50, p95 = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"text in to first word on the screen, 10 dialogs streaming, {probes} questions, milliseconds:")
    print(f"  p50 {p50 * 1000:.1f} (goal {LATENCY_P50_S * 1000:.0f})")
    print(f"  p95 {p95 * 1000:.1f} (goal {LATENCY_P95_S * 1000:.0f})")
    return p50 <= LATENCY_P50_S and p95 <= LATENCY_P95_S


async def load(quick: bool) -> bool:
    """Fifty people with two dialogs each, all streaming at once, round after round."""
    people, tokens = 50, 150 if quick else 450
    async with open_bench(people) as bench:
        topics: list[tuple[Person, Chat, int]] = []
        for person in bench.people:
            chat = await opened(bench, person, topics=True)
            topics += [(person, chat, (await person.open_topic(chat, f"Topic {name}")).id) for name in "ab"]
        await asyncio.sleep(6)
        bench.ollama.reply = Reply(text=[f"w{number} " for number in range(tokens)], tokens_per_s=TOKENS_PER_S)
        rounds = 1 if quick else 3
        began_at = time.perf_counter()
        for turn in range(rounds):
            for person, chat, topic in topics:
                await person.say(chat, f"Question {turn}", thread=topic)
            done = (turn + 1) * len(topics)
            await bench.sandbox.until(lambda done=done: answered(bench, topics) >= done, timeout_s=300)
        seconds = time.perf_counter() - began_at
        violations = len(bench.sandbox.violations)
        finals = Counter(answers_in(bench, chat, topic, tokens) for _, chat, topic in topics)
        edits = sum(call.method == "editMessageText" for call in bench.sandbox.calls)
    lags, memory = bench.figures["lags"], bench.figures["memory"]
    lag_p99 = lags[int(len(lags) * 0.99)]
    settled, last = memory[len(memory) // 3], memory[-1]
    cpu_s, mib = bench.figures["cpu_s"], 2**20
    print(f"{people} people x 2 dialogs x {rounds} rounds of {tokens} tokens at {TOKENS_PER_S:.0f}/s, {seconds:.0f} s:")
    print(f"  flood violations {violations} (goal 0)   answers in a topic {dict(finals)} (goal only {rounds})")
    print(f"  loop lag p99 {lag_p99 * 1000:.1f} ms (goal {LAG_P99_S * 1000:.0f})   edits {edits}   CPU {cpu_s:.0f} s")
    print(f"  memory {settled / mib:.0f} -> {last / mib:.0f} MiB (goal x{MEMORY_GROWTH})")
    return violations == 0 and set(finals) == {rounds} and lag_p99 <= LAG_P99_S and last <= settled * MEMORY_GROWTH


async def opened(bench: Bench, person: Person, *, topics: bool = False) -> Chat:
    chat = bench.sandbox.private_chat(person, topics=topics)
    await person.start(chat)
    return bench.sandbox.chat(chat)


def shown(bench: Bench, chat: Chat, part: str) -> bool:
    return any(part in message.text for message in bench.sandbox.answers(chat))


def answers_in(bench: Bench, chat: Chat, topic: int, tokens: int) -> int:
    """Whole answers in a topic: those that end with the last word and the footer."""
    told = [message.text for message in bench.sandbox.answers(chat, topic)]
    return sum(f"w{tokens - 1}" in text and "llama3:latest ·" in text for text in told)


def answered(bench: Bench, topics: list[tuple[Person, Chat, int]]) -> int:
    return sum(
        "llama3:latest ·" in message.text for _, chat, topic in topics for message in bench.sandbox.answers(chat, topic)
    )


def main() -> int:
    words = [word for word in sys.argv[1:] if not word.startswith("--")] or ["latency", "load"]
    quick = "--quick" in sys.argv
    benches = {"latency": latency, "load": load}
    return 0 if all([asyncio.run(benches[word](quick)) for word in words]) else 1


if __name__ == "__main__":
    sys.exit(main())
