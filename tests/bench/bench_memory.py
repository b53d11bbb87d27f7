"""How near the memory forecast comes: from the header alone, against llama.cpp's rehearsal and against real loads.

Run by hand: `python tests/bench/bench_memory.py`. The files are hollow (whole headers, zeros for weights), so every
number except the processes' own is that of a real model of that shape. Processor only.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.backends.llama_cpp.rehearsal import rehearsed
from engine.fitting import Free
from engine.forecast import MIB, PROCESS_BYTES, WORD_BYTES, Setup, forecast
from engine.gguf import read_header
from engine.gguf_shape import ModelShape
from engine.messages import Params
from tests.hollow_gguf import Hollow, make_hollow

GOAL_RATIO, GOAL_BYTES = 0.05, 150 * MIB
PLENTY = 1 << 40
SHAPES = {
    "dense": Hollow(n_embd=1024, n_layer=8, n_head=16, n_head_kv=16, n_ff=4096, n_vocab=32000),
    "gqa": Hollow(n_embd=2048, n_layer=8, n_head=32, n_head_kv=8, n_ff=8192, n_vocab=32000),
    "tied": Hollow(n_embd=1024, n_layer=8, n_head=16, n_head_kv=4, n_ff=4096, n_vocab=32000, tied=True),
    "long heads": Hollow("qwen3", n_embd=1024, n_layer=8, n_head=16, n_head_kv=8, head=128, n_ff=3072),
    "150k words": Hollow("qwen3", n_embd=1024, n_layer=4, n_head=16, n_head_kv=8, head=128, n_vocab=151936),
    "experts": Hollow("qwen3moe", n_embd=1024, n_layer=4, n_head=16, n_head_kv=4, head=128, experts=32, n_ff=768),
    "sliding": Hollow("gemma3", n_embd=1152, n_layer=12, n_head=4, n_head_kv=1, head=256, window=512, tied=True),
    "latent": Hollow("deepseek2", n_embd=1024, n_layer=6, n_head=16),
    "recurrent": Hollow("mamba", n_embd=1024, n_layer=12),
}
LARGE = {
    "8B": Hollow(n_embd=4096, n_layer=32, n_head=32, n_head_kv=8, n_ff=14336, n_vocab=128256),
    "30B experts": Hollow(
        "qwen3moe", n_embd=2048, n_layer=48, n_head=32, n_head_kv=4, head=128, experts=128, n_ff=768, n_vocab=151936
    ),
}
"""Rehearsed only: they are larger than what this may take of a machine."""
SETUPS = [
    *(Setup(n_ctx, cache_type=kind) for n_ctx in (2048, 8192, 32768) for kind in ("f16", "q8_0")),  # type: ignore[arg-type]
    Setup(8192, slots=4),
    Setup(32768, full_swa=False),
]
LOADED_CTX = (512, 4096, 16384)


@dataclass(frozen=True, slots=True)
class Line:
    """Bytes; `whole` is the whole model, of which the error is a share."""

    label: str
    predicted: int
    real: int
    whole: int

    @property
    def error(self) -> float:
        return (self.predicted - self.real) / self.whole

    @property
    def is_good(self) -> bool:
        return abs(self.predicted - self.real) <= max(GOAL_BYTES, GOAL_RATIO * self.whole)

    def __str__(self) -> str:
        sign = " " if self.is_good else "!"
        return f"{sign} {self.label:34} {self.predicted / MIB:9.1f} {self.real / MIB:9.1f} {self.error:+8.2%}"


async def rehearse(folder: Path, name: str, hollow: Hollow) -> list[Line]:
    path = make_hollow(folder / "m.gguf", hollow)
    shape = read_header(path).shape
    return [line for setup in SETUPS if (line := await one_rehearsal(path, name, shape, setup))]


async def one_rehearsal(path: Path, name: str, shape: ModelShape, setup: Setup) -> Line | None:
    told = await rehearsed(str(path), setup)
    if told is None:
        return None
    found = forecast(shape, setup).ram
    process = PROCESS_BYTES + WORD_BYTES * shape.n_vocab
    how = f"{name} {setup.n_ctx} {setup.cache_type}"
    how += "" if setup.slots == 1 else f" {setup.slots} slots"
    how += "" if setup.full_swa else " short windows"
    return Line(how, found.context + found.work - process, told.context + told.work, found.total)


async def load(folder: Path, name: str, hollow: Hollow) -> list[Line]:
    make_hollow(folder / "m.gguf", hollow)
    lines = []
    async with LlamaCppBackend(folder, folder / "models.yaml", free_memory=lambda: Free(PLENTY)) as backend:
        for n_ctx in LOADED_CTX:
            await backend.load("m.gguf", Params(n_ctx=n_ctx))
            info = (await backend.list())[0]
            assert info.forecast is not None
            assert info.measured is not None
            real = info.measured.all.total
            lines.append(Line(f"{name} {n_ctx}", info.forecast.all.total, real, real))
    return lines


def told(title: str, lines: list[Line]) -> Iterator[str]:
    yield f"\n{title:36} {'forecast':>9} {'real':>9} {'error':>8}   (MiB; share of the whole model)"
    yield from map(str, lines)
    worst = max(abs(line.error) for line in lines)
    yield f"  worst {worst:.2%}; beyond the goal (5 % or 150 MiB): {sum(not line.is_good for line in lines)}"


async def main(folder: Path, *, with_loads: bool) -> bool:
    rehearsals = [line for name, shape in (SHAPES | LARGE).items() for line in await rehearse(folder, name, shape)]
    print("\n".join(told("context and work, by rehearsal", rehearsals)))
    loads = [line for name, shape in SHAPES.items() for line in await load(folder, name, shape)] if with_loads else []
    if loads:
        print("\n".join(told("whole model, loaded", loads)))
    return all(line.is_good for line in (*rehearsals, *loads))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-loads", action="store_true", help="only rehearse")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        good = asyncio.run(main(Path(temporary), with_loads=not arguments.no_loads))
    sys.exit(0 if good else 1)
