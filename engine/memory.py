"""Free memory, in RAM and on each GPU, and whether a model would fit into it.

Counts a container's limit; knows no processes and no files.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Literal

import psutil

from engine.backends.base import ModelInfo
from engine.fitting import Free

Fit = Literal["loaded", "fits", "slow", "too big"]
HEADROOM = 1.15
"""What a server's model needs beyond its file, for the window and scratch space; ours are forecast exactly."""
RAM_SHARE = VRAM_SHARE = 0.97
"""The system, the driver and the screen want some of what is called free."""
VISIBLE = "CUDA_VISIBLE_DEVICES"
CGROUPS = Path("/sys/fs/cgroup")
OWN_CGROUP = Path("/proc/self/cgroup")


@dataclass(frozen=True, slots=True)
class Gpu:
    name: str
    free_bytes: int
    total_bytes: int


def free_memory() -> Free:
    """What a model may take now; asks a driver, so it is for a thread where every millisecond counts."""
    return Free(int(free_ram_bytes() * RAM_SHARE), tuple(int(gpu.free_bytes * VRAM_SHARE) for gpu in gpus()))


def free_for(models: Iterable[ModelInfo]) -> Free:
    """What a load may take: what is free, and what those of `models` give back that make room for it."""
    given_back = [info.gives_back for info in models if info.gives_back is not None]
    return reduce(Free.plus, given_back, free_memory())


def free_ram_bytes() -> int:
    """RAM that a model may take now: what the system has to spare, within the container's limit."""
    available = int(psutil.virtual_memory().available)
    limits = _cgroup_room() if sys.platform == "linux" else []
    return min([available, *limits])


def gpus() -> tuple[Gpu, ...]:
    """NVIDIA GPUs that CUDA may use, in its order, other processes' use included; none where there is no driver."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return ()
    try:
        devices = [pynvml.nvmlDeviceGetHandleByIndex(index) for index in range(pynvml.nvmlDeviceGetCount())]
        return tuple(_gpu(device) for device in _visible(devices))
    except pynvml.NVMLError:  # the driver fell over, or was updated under us
        return ()
    finally:
        pynvml.nvmlShutdown()


def how_fits(info: ModelInfo, free: Free) -> Fit:
    """Slow: it fits, but not all of it where it runs fast, or with a sacrifice."""
    if info.loaded:
        return "loaded"
    need, free = needed_bytes(info), free if info.uses_gpu else Free(free.ram)
    if need > free.total:
        return "slow" if info.least_bytes is not None and info.least_bytes <= free.total else "too big"
    return "slow" if 0 < sum(free.vram) < need else "fits"


def needed_bytes(info: ModelInfo) -> int:
    """What a load takes, as far as it is known; 0 where nothing is."""
    if info.forecast is not None:
        return info.forecast.all.total
    return int((info.size_bytes or 0) * HEADROOM)


def _visible(devices: list[object]) -> Iterator[object]:
    """Those that CUDA_VISIBLE_DEVICES names, by number or by the beginning of an id; a name of none ends the list."""
    import pynvml

    wanted = os.environ.get(VISIBLE)
    if wanted is None:
        yield from devices
        return
    for name in filter(None, map(str.strip, wanted.split(","))):
        by_number = devices[int(name) :][:1] if name.isdecimal() else []
        found = by_number or [device for device in devices if _text(pynvml.nvmlDeviceGetUUID(device)).startswith(name)]
        if not found:
            return
        yield found[0]


def _text(said: str | bytes) -> str:
    """Old versions of the binding answer in bytes."""
    return said if isinstance(said, str) else said.decode("utf-8", "replace")


def _gpu(device: object) -> Gpu:
    import pynvml

    memory = pynvml.nvmlDeviceGetMemoryInfo(device)
    return Gpu(_text(pynvml.nvmlDeviceGetName(device)), int(memory.free), int(memory.total))


def _cgroup_room() -> list[int]:
    """Room under each memory limit above this process (control groups v2, then v1)."""
    groups = [CGROUPS, CGROUPS / "memory"]
    try:
        own = OWN_CGROUP.read_text()
    except OSError:
        own = ""
    for line in own.splitlines():
        _, controllers, place = line.split(":", 2)
        if controllers in ("", "memory"):
            path = CGROUPS / controllers / place.lstrip("/")
            groups += [path, *(parent for parent in path.parents if parent.is_relative_to(CGROUPS))]
    return [room for group in groups if (room := _room(group)) is not None]


def _room(group: Path) -> int | None:
    for limit_name, used_name in (("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes")):
        try:
            limit, used = (group / limit_name).read_text().strip(), int((group / used_name).read_text())
        except (OSError, ValueError):
            continue
        if limit.isdigit() and int(limit) < 1 << 60:  # v1 writes a huge number for "no limit"
            return max(0, int(limit) - used + _cached(group))
    return None


def _cached(group: Path) -> int:
    """File pages that the group would give back."""
    try:
        fields = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        return int(fields.get("inactive_file", 0)) + int(fields.get("active_file", 0))
    except (OSError, ValueError):
        return 0
