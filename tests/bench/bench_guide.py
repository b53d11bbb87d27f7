"""The guide: memory of its process, time to its first words, and pace, through the backend that large models use.

`python -m tests.bench.bench_guide`. The first word is that of a loaded model; loading is told apart. Ends with 1 if a
goal is missed.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from contextlib import aclosing
from pathlib import Path

import psutil

from bot.texts import LANGUAGES
from engine.backends.base import GUIDE_NAME, ChatRequest
from engine.backends.llama_cpp.files import GUIDE_FILE
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.events import Delta, Finish
from engine.messages import Message
from guide.examining import examined, marks
from guide.questions import held_back

QUESTIONS = ("Как добавить модель?", "how do I delete a dialog", "что такое окно модели", "which model for 8 GB") * 5
RSS_GOAL_MB, FIRST_WORD_GOAL_S, PACE_GOAL = 80, 0.3, 100


async def asked(backend: LlamaCppBackend, question: str) -> tuple[float, float]:
    """Seconds to the first word, and tokens a second after it."""
    began_at = time.perf_counter()
    first_at = 0.0
    request = ChatRequest(GUIDE_NAME, (Message("user", question),))
    async with aclosing(backend.stream(request)) as chunks:
        async for chunk in chunks:
            if isinstance(chunk, Delta) and not first_at:
                first_at = time.perf_counter()
            if isinstance(chunk, Finish):
                usage = chunk.usage
    return first_at - began_at, (usage.answer_tokens or 0) / (usage.answer_s or 1e-9)


async def measure() -> tuple[float, list[tuple[float, float]], float, float]:
    with tempfile.TemporaryDirectory() as folder:
        async with LlamaCppBackend(Path(folder), Path(folder) / "none.yaml", guide=GUIDE_FILE) as backend:
            await backend.list()
            began_at = time.perf_counter()
            await asked(backend, QUESTIONS[0])
            loaded_s = time.perf_counter() - began_at
            figures = [await asked(backend, question) for question in QUESTIONS]
            (child,) = psutil.Process().children()
            memory = child.memory_full_info()
    return loaded_s, figures, memory.rss / 1e6, memory.uss / 1e6


def main() -> int:
    loaded_s, figures, rss_mb, own_mb = asyncio.run(measure())
    first_s = statistics.median(first for first, _ in figures)
    pace = statistics.median(pace for _, pace in figures)
    print(f"file                          {GUIDE_FILE.stat().st_size / 1e6:8.1f} MB")
    print(f"process started, first answer {loaded_s:8.2f} s")
    print(f"first word                    {first_s:8.3f} s   (goal {FIRST_WORD_GOAL_S})")
    print(f"pace                          {pace:8.0f} tokens/s   (goal {PACE_GOAL})")
    print(f"RSS of its process            {rss_mb:8.0f} MB   (goal {RSS_GOAL_MB})")
    print(f"… of it not shared with files {own_mb:8.0f} MB")
    questions = [one for language in LANGUAGES for one in held_back("exam", language)]
    for mark in marks(questions, asyncio.run(examined(GUIDE_FILE, questions))):
        print(f"exam, {mark.name:<24}{100 * mark.share:8.1f} % of {mark.asked}")
    is_met = rss_mb < RSS_GOAL_MB and first_s < FIRST_WORD_GOAL_S and pace > PACE_GOAL
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
