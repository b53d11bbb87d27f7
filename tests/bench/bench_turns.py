"""Loads when runs over three models that have no room side by side queue up: ours against one after another.

Twelve runs at once, all in the same order of models (three loads are the least there can be), or two in each of the
six orders (seven: the shortest row of models that has every order in it). Run it: python -m tests.bench.bench_turns
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import permutations
from pathlib import Path

from engine.backends.llama_cpp.parent import LlamaCppBackend
from tests.engine.test_llama_cpp_turns import MODELS, ask, opened

RUNS = 12
LEAST = {"same order": 3, "every order": 7}
Asking = Callable[[LlamaCppBackend, str], Awaitable[str]]


async def measure(orders: Sequence[Sequence[str]], asking: Asking) -> tuple[int, float]:
    """Loads, and the longest that one request waited for its answer, in seconds."""
    longest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder), places=1.5) as (backend, room):

            async def run(order: Sequence[str]) -> None:
                nonlocal longest
                for model in order:
                    began = time.monotonic()
                    await asking(backend, model)
                    longest = max(longest, time.monotonic() - began)

            await asyncio.gather(*(run(order) for order in orders))
            return len(room.loads), longest


async def first_come(orders: Sequence[Sequence[str]]) -> tuple[int, float]:
    """Every request in the order of its coming."""
    turn = asyncio.Lock()

    async def asking(backend: LlamaCppBackend, model: str) -> str:
        async with turn:
            return await ask(backend, model)

    return await measure(orders, asking)


async def main() -> None:
    shuffled = [order for order in permutations(MODELS) for _ in range(RUNS // 6)]
    print(
        f"{'12 runs over 3 models':24} {'least':>6} {'ours':>6} {'ratio':>6} {'longest wait s':>15} {'first come':>11}"
    )
    for name, orders in (("same order", [MODELS] * RUNS), ("every order", shuffled)):
        loads, longest = await measure(orders, ask)
        naive, _ = await first_come(orders)
        print(f"{name:24} {LEAST[name]:6} {loads:6} {loads / LEAST[name]:6.2f} {longest:15.1f} {naive:11}")


if __name__ == "__main__":
    asyncio.run(main())
