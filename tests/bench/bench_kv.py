"""What it costs to bring a dialog back that had to make room, against computing it again.

Run by hand: `python tests/bench/bench_kv.py [--quick]`. One file of 0.15B random weights and dialogs of about 1,500
tokens; each round takes all its times in turn, and medians of their ratios are shown.
"""

import argparse
import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[2]))


from engine.backends.llama_cpp import keeping
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.backends.llama_cpp.state_files import StateFiles
from engine.messages import Message, Params
from tests.bench.bench_inference import LONG_PROMPT, Row
from tests.bench.embedded import MODEL, N_CTX, ask
from tests.engine.computed import Computer
from tests.tiny_gguf import REALISTIC, make_gguf

GIB = 1 << 30
TOKENS = 1500
LIMIT_S = 10.0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="one round instead of five")
    rounds = 1 if arguments.parse_args().quick else 5
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_gguf(folder / MODEL, shape=REALISTIC, weight_type="f16", vocabulary="words")
        for row in between_steps(folder, rounds):
            print(row, flush=True)
        asyncio.run(measure(folder, rounds))


async def measure(folder: Path, rounds: int) -> None:
    """Print each row as soon as it is known."""
    async with opened(folder) as backend:
        print(await from_memory(backend, rounds), flush=True)
    with patch.object(keeping, "MAX_KEPT_BYTES", 0):
        async with opened(folder) as backend:
            print(await from_file(folder, backend, rounds), flush=True)
    print(await after_restart(folder, rounds), flush=True)


def between_steps(folder: Path, rounds: int) -> list[Row]:
    """How long the other dialogs wait while one is copied out of llama.cpp's memory, or back in."""
    saved_ms, restored_ms = [], []
    with closing(Computer(folder / MODEL, "llama", n_ctx=N_CTX)) as computer:
        slot = computer.slots.give("d", range(300, 300 + TOKENS))
        assert slot is not None
        computer.compute(slot, range(300, 300 + TOKENS))
        for _ in range(rounds):
            started = time.perf_counter()
            data = computer.model.cells.saved(slot.sequence)
            between = time.perf_counter()
            assert data is not None
            assert computer.model.cells.bring_back(slot.sequence, data)
            saved_ms.append((between - started) * 1000)
            restored_ms.append((time.perf_counter() - between) * 1000)
    size = f"{len(data) >> 20} MiB"
    return [
        Row(f"a state of {size} copied out between two steps: ms", statistics.median(saved_ms), 50, at_least=False),
        Row("the same copied back: ms", statistics.median(restored_ms), 50, at_least=False),
    ]


async def from_memory(backend: LlamaCppBackend, rounds: int) -> Row:
    ratios = []
    for number in range(rounds):
        talk, computed_s, there_s = await begun(backend, number)
        await ask(backend, [Message("user", "?")], 1, "another")
        back_s = (await ask(backend, talk, 1, f"d{number}")).first_s
        ratios.append((back_s - there_s) / computed_s)
    return Row("back from main memory: added, of computing it again", statistics.median(ratios), 0.05, at_least=False)


async def from_file(folder: Path, backend: LlamaCppBackend, rounds: int) -> Row:
    ratios = []
    for number in range(rounds):
        talk, computed_s, there_s = await begun(backend, number)
        await ask(backend, [Message("user", "?")], 1, "another")
        await written(folder, f"d{number}")
        back_s = (await ask(backend, talk, 1, f"d{number}")).first_s
        ratios.append((back_s - there_s) / computed_s)
    return Row("back from a file: added, of computing it again", statistics.median(ratios), 0.05, at_least=False)


async def after_restart(folder: Path, rounds: int) -> Row:
    ratios = []
    for number in range(rounds):
        async with opened(folder) as backend:
            talk, computed_s, there_s = await begun(backend, number)
        async with opened(folder, anew=False) as backend:
            back_s = (await ask(backend, talk, 1, f"d{number}")).first_s
        ratios.append((back_s - there_s) / computed_s)
    return Row("back after a restart: added, of computing it again", statistics.median(ratios), 0.05, at_least=False)


async def begun(backend: LlamaCppBackend, number: int) -> tuple[list[Message], float, float]:
    """A dialog; seconds to its first token when all is computed, and when all is there."""
    talk = [Message("user", f"{number} {LONG_PROMPT}")]
    computed_s = (await ask(backend, talk, 1, f"d{number}")).first_s
    there_s = (await ask(backend, talk, 1, f"d{number}")).first_s
    return talk, computed_s, there_s


async def written(folder: Path, dialog: str) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not list((folder / "kv").glob(f"*/{dialog}.state")):
            await asyncio.sleep(0.01)


@asynccontextmanager
async def opened(folder: Path, *, anew: bool = True) -> AsyncIterator[LlamaCppBackend]:
    """A backend with the model in memory and one slot, so that each dialog pushes out the one before."""
    if anew:
        shutil.rmtree(folder / "kv", ignore_errors=True)
    states = StateFiles(folder / "kv", GIB)
    async with LlamaCppBackend(folder, folder / "models.yaml", n_slots=1, states=states) as backend:
        await backend.load(MODEL, Params(n_ctx=N_CTX))
        yield backend


if __name__ == "__main__":
    main()
