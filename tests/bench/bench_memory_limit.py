"""Loads under a real limit of memory, around the border: what is accepted must live, what would fit with room to spare
must not be refused.

Run by hand as root on Linux: `python tests/bench/bench_memory_limit.py`. The process puts itself into a control group
(v1 or v2) and moves the group's limit, so the kernel kills what takes more than there is. Each model gets a part of
what it was forecast to take; if it is loaded, a prompt fills its window. The models are thin and deep, so that their
memory is large and their computing short. Without control groups nothing is measured.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).parents[2]))

from engine.backends.base import ChatRequest
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.backends.llama_cpp.resident import N_SLOTS
from engine.easing import easings
from engine.errors import ModelCrashed, NoMemory, SilentModel
from engine.forecast import MIB, Need, Setup, forecast
from engine.gguf import read_header
from engine.memory import RAM_SHARE
from engine.messages import Message, Params
from tests.bench.bench_memory import in_a_child
from tests.hollow_gguf import Hollow, make_hollow

GROUPS = Path("/sys/fs/cgroup")
NAME = f"consilium-bench-{os.getpid()}"
N_CTX = 2048
SPARE = 1.1
"""What would have fitted with this much to spare must not be refused."""
PARTS = (0.8, 0.95, 1.0, 1.1)
SHAPES = {
    "dense": Hollow(n_layer=48, n_head=4, n_head_kv=4, head=128, n_ff=512),
    "grouped heads": Hollow(n_embd=1024, n_layer=48, n_head=8, n_head_kv=4, n_ff=512),
    "long heads": Hollow("qwen3", n_layer=32, n_head=4, n_head_kv=4, head=256, n_ff=512),
    "experts": Hollow("qwen3moe", n_layer=32, n_head=4, n_head_kv=4, head=128, experts=16, n_ff=512),
    "sliding window": Hollow("gemma3", n_layer=36, n_head=4, n_head_kv=4, head=128, window=512, tied=True, n_ff=512),
    "latent": Hollow("deepseek2", n_layer=48, n_head=4, n_ff=512),
    "recurrent": Hollow("mamba", n_embd=1024, n_layer=48, n_vocab=32000),
    "hybrid": Hollow("lfm2", n_embd=1024, n_layer=48, n_head=8, n_head_kv=8, n_ff=1024),
}
Outcome = Literal["as asked", "with less", "refused", "died"]


@dataclass(frozen=True, slots=True)
class Trial:
    """Bytes that were free, and that a load as asked and one with the least really take."""

    name: str
    part: float
    free: int
    outcome: Outcome
    asked: int
    least: int

    @property
    def verdict(self) -> str:
        if self.outcome == "died":
            return "ACCEPTED AND DIED"
        if self.outcome == "refused" and self.least * SPARE <= self.free:
            return "WRONGLY REFUSED"
        if self.outcome == "with less" and self.asked * SPARE <= self.free:
            return "NEEDLESS SACRIFICE"
        return ""

    def __str__(self) -> str:
        sizes = " ".join(f"{size / MIB:8.1f}" for size in (self.free, self.asked, self.least))
        return f"{self.name:16} {self.part:5.0%} {sizes}  {self.outcome:10} {self.verdict}"


class Group:
    """A control group that this process and its children live in."""

    def __init__(self) -> None:
        is_old = (GROUPS / "memory").is_dir()
        self.path = (GROUPS / "memory" if is_old else GROUPS) / NAME
        self._limit = self.path / ("memory.limit_in_bytes" if is_old else "memory.max")
        self._usage = self.path / ("memory.usage_in_bytes" if is_old else "memory.current")
        self._nothing = "-1" if is_old else "max"

    def join(self) -> None:
        self.path.mkdir()
        (self.path / "cgroup.procs").write_text(str(os.getpid()))

    @contextmanager
    def leaving(self, free_bytes: int) -> Iterator[None]:
        """Have so much free within the group, and all again at the end."""
        self._limit.write_text(str(self._used() + free_bytes))
        try:
            yield
        finally:
            self._limit.write_text(self._nothing)

    def _used(self) -> int:
        """Without what the system would give back."""
        stat = dict(line.split() for line in (self.path / "memory.stat").read_text().splitlines())
        return int(self._usage.read_text()) - int(stat["inactive_file"]) - int(stat["active_file"])


async def trial(folder: Path, group: Group, name: str, part: float) -> Trial:
    path = make_hollow(folder / "m.gguf", SHAPES[name])
    shape = read_header(path).shape
    asked = Setup(N_CTX, slots=N_SLOTS)
    *_, least = (asked, *easings(shape, asked))
    free = int(forecast(shape, asked).ram.total * part)
    with group.leaving(int(free / RAM_SHARE)):
        outcome = await outcome_of(folder)
    return Trial(name, part, free, outcome, await really(path, asked), await really(path, least))


async def outcome_of(folder: Path) -> Outcome:
    """Load the model and fill its window."""
    async with LlamaCppBackend(folder, folder / "models.yaml") as backend:
        params = Params(n_ctx=N_CTX, max_tokens=4)
        try:
            await backend.load("m.gguf", params)
            setup = (await backend.list())[0].forecast
            prompt = (Message("user", "x" * (N_CTX - 64)),)
            async with aclosing(backend.stream(ChatRequest("m.gguf", prompt, params))) as stream:
                async for _ in stream:
                    pass
        except NoMemory as error:
            return "died" if error.was_tried else "refused"
        except (ModelCrashed, SilentModel):
            return "died"
    assert setup is not None
    return "as asked" if setup.setup == Setup(N_CTX, slots=N_SLOTS) else "with less"


async def really(path: Path, setup: Setup) -> int:
    async with in_a_child(path, setup) as (_, loaded):
        return Need(*loaded.ram).total


async def main(names: list[str]) -> bool:
    group = Group()
    try:
        group.join()
    except OSError as error:
        print(f"no control group can be made here ({error}); nothing is measured")
        return True
    print(f"{'':16} {'part':>5} {'free':>8} {'asked':>8} {'least':>8}   (MiB; free is that part of the forecast)")
    trials = []
    with tempfile.TemporaryDirectory() as temporary:
        for name in names:
            for part in PARTS:
                trials.append(await trial(Path(temporary), group, name, part))
                print(trials[-1], flush=True)
    wrong = [found for found in trials if found.verdict]
    print(f"{len(trials)} loads, {sum(found.outcome == 'refused' for found in trials)} refused, {len(wrong)} wrong")
    return not wrong


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two shapes")
    arguments = parser.parse_args()
    sys.exit(0 if asyncio.run(main(list(SHAPES)[: 2 if arguments.quick else None])) else 1)
