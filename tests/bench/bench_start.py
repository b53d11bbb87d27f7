"""From the start of the process to its first getUpdates, beside a process that does nothing but `import aiogram`.

`python -m tests.bench.bench_start [--quick]`. Interleaved, so that both meet the same machine; medians are compared.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bot.sandbox import NO_FLOOD, Sandbox, open_sandbox

ROOT = Path(__file__).parents[2]
ABOVE_AIOGRAM_S = 2.0


async def bare() -> float:
    """Seconds of a process that imports aiogram and ends."""
    began_at = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "import aiogram", env=environment())
    await process.wait()
    return time.perf_counter() - began_at


async def first_poll(sandbox: Sandbox, folder: Path) -> float:
    """Seconds from the start of the bot until it waits in getUpdates."""
    folders = {f"{name}_DIR": str(folder / name.lower()) for name in ("DATA", "MODELS", "SESSIONS", "CONFIG")}
    began_at = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot"),
        env=environment() | folders | {"BOT_TOKEN": sandbox.token, "BOT_API_URL": sandbox.api_url},
        cwd=folder,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await sandbox.until(lambda: sandbox.updates.is_polled, timeout_s=60)
        return time.perf_counter() - began_at
    finally:
        process.terminate()
        await process.wait()
        await sandbox.until(lambda: not sandbox.updates.is_polled, timeout_s=60)


def environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}


async def measure(rounds: int) -> tuple[list[float], list[float]]:
    imports, starts = [], []
    with tempfile.TemporaryDirectory() as folder:
        async with open_sandbox(flood=NO_FLOOD) as sandbox:
            await bare()
            await first_poll(sandbox, Path(folder))
            for _ in range(rounds):
                imports.append(await bare())
                starts.append(await first_poll(sandbox, Path(folder)))
    return imports, starts


def main() -> int:
    imports, starts = asyncio.run(measure(3 if "--quick" in sys.argv else 5))
    above_s = statistics.median(starts) - statistics.median(imports)
    print("from the start of the process, seconds:        median   fastest   slowest")
    for name, times in (
        ("import aiogram, and nothing else", imports),
        ("python -m bot, to the first getUpdates", starts),
    ):
        print(f"  {name:<42}  {statistics.median(times):8.2f}  {min(times):8.2f}  {max(times):8.2f}")
    print(f"  {'ours above aiogram':<42}  {above_s:8.2f}  (goal at most {ABOVE_AIOGRAM_S})")
    return 0 if above_s <= ABOVE_AIOGRAM_S else 1


if __name__ == "__main__":
    sys.exit(main())
