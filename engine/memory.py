"""Free memory, and whether a model would fit into it: a first look by size alone."""

from contextlib import suppress
from pathlib import Path
from typing import Literal

import psutil

from engine.backends.base import ModelInfo

Fit = Literal["loaded", "fits", "slow", "too big"]
CGROUP = Path("/sys/fs/cgroup")
HEADROOM = 1.15
"""A model needs its file and about this share of it more, for the window and scratch space."""


def free_ram_bytes() -> int:
    """RAM that a model may take now: what the system has to spare, within the container's limit."""
    free = int(psutil.virtual_memory().available)
    with suppress(OSError, ValueError):  # no cgroup, or "max"
        limit = int((CGROUP / "memory.max").read_text())
        used = int((CGROUP / "memory.current").read_text())
        free = min(free, max(0, limit - used))
    return free


def free_vram_bytes() -> int:
    """Memory free on all NVIDIA GPUs together; 0 where there is no driver."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return 0
    try:
        devices = [pynvml.nvmlDeviceGetHandleByIndex(index) for index in range(pynvml.nvmlDeviceGetCount())]
        return sum(int(pynvml.nvmlDeviceGetMemoryInfo(device).free) for device in devices)
    finally:
        pynvml.nvmlShutdown()


def how_fits(info: ModelInfo, free_ram: int, free_vram: int) -> Fit:
    """Sizes in bytes. Slow: it fits, but not all of it where it runs fast."""
    if info.loaded or info.size_bytes is None:
        return "loaded" if info.loaded else "fits"
    need = int(info.size_bytes * HEADROOM)
    if need > free_ram + free_vram:
        return "too big"
    return "slow" if 0 < free_vram < need else "fits"
