"""The real bot in a process of its own for the benches, with its event loop and its memory watched.

Reads the settings from the environment as `python -m bot` does; admits the people it is told, gives them a model,
and writes what it measured to a file when it is told to end.
"""

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path

import psutil

from bot.app import run_app
from bot.parts import Parts
from config.settings import load_settings

BEAT_S = 0.005


async def main(first_user: int, users: int, report: Path) -> None:
    settings = load_settings(env_file=None)
    assert settings.bot_token is not None
    lags: list[float] = []
    memory: list[int] = []

    async def ready(parts: Parts) -> None:
        await admit(parts, range(first_user, first_user + users))
        parts.outbox.start(watch(lags, memory))
        print("ready", flush=True)

    serving = asyncio.create_task(run_app(settings, settings.bot_token.get_secret_value(), on_ready=ready))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    await asyncio.gather(serving, return_exceptions=True)
    cpu = psutil.Process().cpu_times()
    figures = {"lags": sorted(lags), "memory": memory, "cpu_s": cpu.user + cpu.system}
    await asyncio.to_thread(report.write_text, json.dumps(figures))


async def admit(parts: Parts, ids: range) -> None:
    """Everybody in, each with the first model as what new dialogs start with."""
    await parts.engine.catalogue.refresh()
    model = parts.engine.catalogue.models()[0]
    for user_id in ids:
        user = await parts.engine.users.admit(user_id, f"User {user_id}")
        await parts.engine.users.set_preferences(user, model_id=model.id)


async def watch(lags: list[float], memory: list[int]) -> None:
    """How much later than asked the loop wakes us, and how much memory there is, once a second."""
    process, next_look = psutil.Process(), 0.0
    while True:
        asked_at = time.perf_counter()
        await asyncio.sleep(BEAT_S)
        lags.append(time.perf_counter() - asked_at - BEAT_S)
        if asked_at >= next_look:
            memory.append(process.memory_info().rss)
            next_look = asked_at + 1.0


if __name__ == "__main__":
    os.environ.setdefault("LLM_PROVIDERS", "ollama")
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
