"""How near the memory forecast comes: from the header alone, against llama.cpp's rehearsal and against real loads.

Run by hand: `python tests/bench/bench_memory.py [--quick]`. The files are hollow (whole headers, zeros for weights), so
every number except the processes' own is that of a real model of that shape. Processor only. What is accepted and
refused under a real limit of memory is measured by bench_memory_limit.py.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from engine.backends.llama_cpp.buffers import own_bytes
from engine.backends.llama_cpp.child import Child
from engine.backends.llama_cpp.rehearsal import rehearsed
from engine.backends.llama_cpp.wire import ChatLine, Finished, Generate, Load, Loaded, Open
from engine.easing import takes_small_keys
from engine.errors import ModelCrashed
from engine.forecast import MIB, PROCESS_BYTES, WORD_BYTES, CacheType, Need, Setup, forecast
from engine.gguf import read_header
from engine.gguf_shape import ModelShape
from tests.hollow_gguf import Hollow, make_hollow

GOAL_RATIO, GOAL_BYTES = 0.05, 150 * MIB
SHAPES = {
    "dense": Hollow(n_embd=1024, n_layer=8, n_head=16, n_head_kv=16, n_ff=4096, n_vocab=32000),
    "grouped heads": Hollow(n_embd=2048, n_layer=8, n_head=32, n_head_kv=8, n_ff=8192, n_vocab=32000),
    "tied output": Hollow(n_embd=1024, n_layer=8, n_head=16, n_head_kv=4, n_ff=4096, n_vocab=32000, tied=True),
    "long heads": Hollow("qwen3", n_embd=1024, n_layer=8, n_head=16, n_head_kv=8, head=128, n_ff=3072),
    "150k words": Hollow("qwen3", n_embd=1024, n_layer=4, n_head=16, n_head_kv=8, head=128, n_vocab=151936),
    "experts": Hollow("qwen3moe", n_embd=1024, n_layer=4, n_head=16, n_head_kv=4, head=128, experts=32, n_ff=768),
    "sliding window": Hollow("gemma3", n_embd=1152, n_layer=12, n_head=4, n_head_kv=1, head=256, window=512, tied=True),
    "latent": Hollow("deepseek2", n_embd=1024, n_layer=6, n_head=16),
    "recurrent": Hollow("mamba", n_embd=1024, n_layer=12),
    "hybrid, convolution": Hollow("lfm2", n_embd=1024, n_layer=16, n_head=16, n_head_kv=8, n_ff=4096, tied=True),
    "hybrid, Mamba": Hollow("jamba", n_embd=1024, n_layer=8, n_head=16, n_head_kv=8, n_ff=3584),
    "hybrid, delta net": Hollow("qwen35", n_embd=1024, n_layer=8, n_head=8, n_head_kv=2, head=128, n_ff=3584),
}
LARGE = {
    "8B": Hollow(n_embd=4096, n_layer=32, n_head=32, n_head_kv=8, n_ff=14336, n_vocab=128256),
    "30B experts": Hollow(
        "qwen3moe", n_embd=2048, n_layer=48, n_head=32, n_head_kv=4, head=128, experts=128, n_ff=768, n_vocab=151936
    ),
}
"""Rehearsed only: they are larger than what this may take of a machine."""
TYPES: tuple[CacheType, ...] = ("f16", "q8_0")
REHEARSED = [
    *(Setup(n_ctx, cache_type=kind, slots=4) for n_ctx in (2048, 8192, 32768) for kind in TYPES),
    Setup(8192),
    Setup(32768, full_swa=False, slots=4),
]
LOADED_CTX = (512, 4096, 16384)
FILLED = Setup(2048, slots=4)


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
        return f"{sign} {self.label:42} {self.predicted / MIB:9.1f} {self.real / MIB:9.1f} {self.error:+8.2%}"


async def rehearse(folder: Path, name: str, hollow: Hollow) -> list[Line]:
    path = make_hollow(folder / "m.gguf", hollow)
    shape = read_header(path).shape
    return [line for setup in possible(shape, REHEARSED) if (line := await one_rehearsal(path, name, shape, setup))]


async def one_rehearsal(path: Path, name: str, shape: ModelShape, setup: Setup) -> Line | None:
    told = await rehearsed(str(path), setup)
    if told is None:
        return None
    found = forecast(shape, setup).ram
    process = PROCESS_BYTES + WORD_BYTES * shape.n_vocab
    return Line(label(name, setup), found.context + found.work - process, told.context + told.work, found.total)


async def load(folder: Path, name: str, hollow: Hollow) -> list[Line]:
    """Each window with each type of cache."""
    path = make_hollow(folder / "m.gguf", hollow)
    shape = read_header(path).shape
    lines = []
    wide = [Setup(n_ctx, cache_type=kind, slots=4) for n_ctx, kind in product(LOADED_CTX, TYPES)]
    for setup in possible(shape, [*wide, Setup(16384, full_swa=False, slots=4)]):
        async with in_a_child(path, setup) as (_, loaded):
            real = Need(*loaded.ram).total
        lines.append(Line(label(name, setup), forecast(shape, setup).ram.total, real, real))
    return lines


async def fill(folder: Path, name: str, hollow: Hollow) -> Line:
    """What the process really holds after a prompt that fills the window."""
    path = make_hollow(folder / "m.gguf", hollow)
    shape = read_header(path).shape
    async with in_a_child(path, FILLED) as (child, loaded):
        prompt = Generate(child.next_id(), (ChatLine("user", "x" * (FILLED.n_ctx - 64)),), 0.0, None, 4, 1, (), None)
        async with aclosing(child.replies(prompt, silence_s=300)) as replies:
            ends = [reply async for reply in replies]
        assert isinstance(ends[-1], Finished), ends[-1]
        held = own_bytes(child.pid)
    copied = held > Need(*loaded.ram).total - Need(*loaded.ram).work  # weights rearranged, not read from the file
    real = held if copied else held + Need(*loaded.ram).weights
    return Line(label(name, FILLED), forecast(shape, FILLED).ram.total, real, real)


@asynccontextmanager
async def in_a_child(path: Path, setup: Setup) -> AsyncIterator[tuple[Child, Loaded]]:
    """The model in a process of its own; the slower way where the fastest code cannot take it."""
    for repack in (True, False):
        child = await Child.start("bench", path.name, silence_s=120)
        try:
            await child.first_reply()
            await child.ask(Open(child.next_id(), str(path)))
            loaded = await child.ask(load_request(child.next_id(), path, setup, repack=repack))
            assert isinstance(loaded, Loaded), loaded
            yield child, loaded
            return
        except ModelCrashed:
            if not repack:
                raise
        finally:
            await child.end()


def load_request(request_id: int, path: Path, setup: Setup, *, repack: bool) -> Load:
    return Load(
        request_id,
        str(path),
        n_ctx=setup.n_ctx,
        n_gpu_layers=0,
        n_threads=2,
        embeds=False,
        repack=repack,
        n_slots=setup.slots,
        cache_type=setup.cache_type,
        full_swa=setup.full_swa,
    )


def possible(shape: ModelShape, setups: list[Setup]) -> list[Setup]:
    """Those that mean something to the model."""
    slides = any(layer.slides for layer in shape.layers)
    small = takes_small_keys(shape)
    return [setup for setup in setups if (setup.full_swa or slides) and (setup.cache_type == "f16" or small)]


def label(name: str, setup: Setup) -> str:
    parts = [name, f"{setup.n_ctx}", setup.cache_type]
    parts += [] if setup.slots == 4 else ["one slot"]
    parts += [] if setup.full_swa else ["short windows"]
    return " · ".join(parts)


def told(title: str, lines: list[Line]) -> Iterator[str]:
    yield f"\n{title:44} {'forecast':>9} {'real':>9} {'error':>8}   (MiB; share of the whole model)"
    yield from map(str, lines)
    low, high = min(lines, key=lambda line: line.error), max(lines, key=lambda line: line.error)
    yield f"  {len(lines)} cases, {low.error:+.2%} to {high.error:+.2%}"
    yield f"  beyond the goal (5 % or 150 MiB): {sum(not line.is_good for line in lines)}"


async def main(folder: Path, *, quick: bool) -> bool:
    rehearsals = [line for name, shape in (SHAPES | LARGE).items() for line in await rehearse(folder, name, shape)]
    print("\n".join(told("context and work, by rehearsal", rehearsals)), flush=True)
    if quick:
        return all(line.is_good for line in rehearsals)
    loads = [line for name, shape in SHAPES.items() for line in await load(folder, name, shape)]
    print("\n".join(told("whole model, as llama.cpp counts it loaded", loads)), flush=True)
    filled = [await fill(folder, name, shape) for name, shape in SHAPES.items()]
    print("\n".join(told("the process, after a prompt that fills it", filled)), flush=True)
    return all(line.is_good for line in (*rehearsals, *loads, *filled))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only rehearse")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        good = asyncio.run(main(Path(temporary), quick=arguments.quick))
    sys.exit(0 if good else 1)
