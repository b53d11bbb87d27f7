"""`python -m bot` without a token: the sandbox, which keeps its hands off the data of the real bot."""

import asyncio
import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


async def test_the_sandbox_leaves_the_data_of_the_real_bot_alone(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "SANDBOX_PORT": "0",
        "LLM_PROVIDERS": "llama_cpp",
        "DATA_DIR": str(tmp_path / "data"),
        "SESSIONS_DIR": str(tmp_path / "sessions"),
        "SANDBOX_DIR": str(tmp_path / "sandbox"),
    }
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot"),
        env=environment,
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert bot.stdout is not None
        greeting = await asyncio.wait_for(bot.stdout.readline(), 30)
        assert b"http://127.0.0.1:" in greeting
        health = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot.health", env=environment, cwd=tmp_path)
        assert await health.wait() == 0
    finally:
        bot.send_signal(signal.SIGTERM)
        await bot.communicate()
    assert bot.returncode == 0
    assert (tmp_path / "sandbox/data/consilium.db").exists()
    assert not (tmp_path / "data").exists()
