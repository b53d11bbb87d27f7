"""The sizes that llama.cpp writes into its log while it loads, summed up as RAM and GPU memory. It is not imported."""

import re
import sys
from functools import reduce

import psutil

from engine.forecast import MIB, Need

BUFFER = re.compile(r"(?P<device>\S+)\s+(?P<part>model|KV|RS|output|compute) buffer size =\s*(?P<mib>[\d.]+) MiB")
WHOLE_CACHE = re.compile(r"^\w+: size =\s*(?P<mib>[\d.]+) MiB \(\s*\d+ cells")
MAPPED = "_Mapped"


class Buffers:
    """`process_bytes` is what the process holds without a model; made before one is loaded."""

    def __init__(self, process_bytes: int) -> None:
        self._process_bytes = process_bytes
        self._sizes: dict[tuple[str, str], int] = {}
        self._mapped_bytes = self._copied_bytes = 0
        self.cache_bytes = 0
        """Of a rehearsal too, which reserves no cache."""

    def read(self, line: str) -> None:
        """Take a line of the log; most say nothing about sizes."""
        if match := BUFFER.search(line):
            self._add(match["device"], match["part"], round(float(match["mib"]) * MIB))
        elif match := WHOLE_CACHE.search(line):
            self.cache_bytes += round(float(match["mib"]) * MIB)

    def ram(self) -> Need:
        """Weights that were copied for faster code count once: their pages of the file are not needed any more."""
        own = Need(max(self._mapped_bytes, self._copied_bytes), 0, self._process_bytes)
        here = [_part(part, size_bytes) for (part, device), size_bytes in self._sizes.items() if not is_gpu(device)]
        return reduce(Need.plus, here, own)

    def gpus(self) -> tuple[Need, ...]:
        """By the number behind the device's name: CUDA1 is the second."""
        found: dict[int, Need] = {}
        for (part, device), size_bytes in self._sizes.items():
            if is_gpu(device):
                index = int(device[len(device.rstrip("0123456789")) :] or 0)
                found[index] = found.get(index, Need()).plus(_part(part, size_bytes))
        return tuple(found.get(index, Need()) for index in range(max(found, default=-1) + 1))

    def _add(self, device: str, part: str, size_bytes: int) -> None:
        if part == "model" and not is_gpu(device):
            if device.endswith(MAPPED):
                self._mapped_bytes += size_bytes
            else:
                self._copied_bytes += size_bytes
            return
        # The compute buffer may be reserved anew in another size; a second cache is one more.
        before = 0 if part == "compute" else self._sizes.get((part, device), 0)
        self._sizes[part, device] = before + size_bytes


def _part(part: str, size_bytes: int) -> Need:
    match part:
        case "model":
            return Need(weights=size_bytes)
        case "KV" | "RS":
            return Need(context=size_bytes)
        case _:
            return Need(work=size_bytes)


def is_gpu(device: str) -> bool:
    """Whether a buffer by that name is in a GPU's own memory."""
    return not device.startswith(("CPU", "AMX")) and not device.endswith("_Host")


def resident_bytes() -> int:
    """What this process holds, its code included."""
    return int(psutil.Process().memory_info().rss)


def own_bytes(pid: int) -> int:
    """What a process holds itself, without what it shares with files."""
    memory = psutil.Process(pid).memory_info()
    return int(memory.rss - memory.shared) if sys.platform == "linux" else int(memory.rss)
