"""`python -m bot` without a token: the sandbox, which keeps its hands off the data of the real bot."""

import asyncio
import sys
from pathlib import Path

from tests.bot.program import sandbox_program


async def test_the_sandbox_leaves_the_data_of_the_real_bot_alone(tmp_path: Path) -> None:
    folders = {name: str(tmp_path / name.split("_")[0].lower()) for name in ("DATA_DIR", "SESSIONS_DIR", "SANDBOX_DIR")}
    async with sandbox_program(tmp_path, LLM_PROVIDERS="llama_cpp", **folders) as (bot, greeting, environment):
        assert "http://127.0.0.1:" in greeting
        health = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot.health", env=environment, cwd=tmp_path)
        assert await health.wait() == 0
    assert bot.returncode == 0
    assert (tmp_path / "sandbox/data/consilium.db").exists()
    assert not (tmp_path / "data").exists()
