"""The bot as a process of its own, which can be killed."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bot.conftest import Home, open_home
from tests.fakes.model_server import FakeModel
from tests.fakes.ollama import FakeOllama

ROOT = Path(__file__).parents[2]


class Program:
    """`python -m bot` as a person starts it, against the Telegram and the model server of a home."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.process: asyncio.subprocess.Process | None = None
        self.output = b""

    async def start(self) -> None:
        home, settings = self._home, self._home.settings
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "BOT_TOKEN": home.sandbox.token,
            "BOT_API_URL": home.sandbox.api_url,
            "BOT_OWNER_ID": str(home.owner.id),
            "OLLAMA_BASE_URL": ",".join(f"{server.name}={server.url}" for server in settings.ollama_base_url),
            "LLM_PROVIDERS": "ollama",
            "DATA_DIR": str(settings.data_dir),
            "SESSIONS_DIR": str(settings.sessions_dir),
            "MODELS_DIR": str(settings.models_dir),
            "CONFIG_DIR": str(settings.config_dir),
        }
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot"),
            env=environment,
            cwd=settings.data_dir.parent,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def end(self, number: signal.Signals) -> float:
        """Send a signal; returns the seconds until the process was gone."""
        assert self.process is not None
        began_at = time.monotonic()
        self.process.send_signal(number)
        self.output, _ = await asyncio.wait_for(self.process.communicate(), 20)
        return time.monotonic() - began_at


@asynccontextmanager
async def program_home(
    folder: Path, *models: FakeModel, beside: FakeOllama | None = None
) -> AsyncIterator[tuple[Home, Program]]:
    """A home whose bot is a process of its own."""
    async with open_home(folder, *models, beside=beside) as home:
        await home.stop()
        program = Program(home)
        await program.start()
        try:
            yield home, program
        finally:
            if program.process and program.process.returncode is None:
                await program.end(signal.SIGKILL)


@asynccontextmanager
async def sandbox_program(
    folder: Path, *, patience_s: float = 30.0, **environment: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str, dict[str, str]]]:
    """`python -m bot` without a token in `folder`: the process, the line it greets with, and all of its environment."""
    whole = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SANDBOX_PORT": "0", **environment}
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot"),
        env=whole,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert bot.stdout is not None
        greeting = await asyncio.wait_for(bot.stdout.readline(), patience_s)
        yield bot, greeting.decode(), whole
    finally:
        bot.send_signal(signal.SIGTERM)
        await bot.communicate()
