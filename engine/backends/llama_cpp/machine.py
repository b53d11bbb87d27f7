"""What is free on this machine now, asked without holding up the event loop, and whether llama.cpp can use a GPU."""

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from engine.fitting import Free

BACK_S = 3.0
"""A GPU's driver gives memory back some time after a process ended; longer than this it is not waited for."""
LOOK_AGAIN_S = 0.1
GPU_SHARES = 1.0, 0.75
"""Of the free memory of GPUs, tried in this order when their driver refuses what was forecast; then none."""
GPU_CODE = re.compile(r"ggml-(cuda|hip|musa|vulkan|metal|sycl)")


@dataclass(frozen=True, slots=True)
class Machine:
    """`free_memory` may block, `n_threads` are all that may compute."""

    free_memory: Callable[[], Free]
    n_threads: int

    async def free(self) -> Free:
        return await asyncio.to_thread(self.free_memory)

    def may_come_back(self, ended_at: float) -> bool:
        """Whether memory of a process that ended then, in monotonic seconds, may still be on its way."""
        return time.monotonic() - ended_at < BACK_S

    async def vram_back(self, before: int) -> None:
        """Return when more than `before` bytes are free on the GPUs together, or after BACK_S."""
        with suppress(TimeoutError):
            async with asyncio.timeout(BACK_S):
                while sum((await self.free()).vram) <= before:
                    await asyncio.sleep(LOOK_AGAIN_S)


def has_gpu_code() -> bool:
    """Whether llama-cpp-python was built for a GPU, by its libraries; it is not imported for that."""
    spec = find_spec("llama_cpp")
    if spec is None or spec.origin is None:
        return False
    return any(GPU_CODE.search(path.name) for path in Path(spec.origin).parent.glob("lib/*"))
