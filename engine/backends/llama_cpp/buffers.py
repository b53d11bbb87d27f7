"""The sizes that llama.cpp writes into its log while it loads, summed up as RAM and GPU memory. It is not imported."""

import re
import sys

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
        weights = max(self._mapped_bytes, self._copied_bytes)
        work = self._sum("compute", False) + self._sum("output", False) + self._process_bytes
        return Need(weights, self._sum("KV", False) + self._sum("RS", False), work)

    @property
    def mapped_bytes(self) -> int:
        """Weights that stay in the file and are read from there; the system calls that memory free."""
        return max(0, self._mapped_bytes - self._copied_bytes)

    def vram(self) -> Need:
        work = self._sum("compute", True) + self._sum("output", True)
        return Need(self._sum("model", True), self._sum("KV", True) + self._sum("RS", True), work)

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

    def _sum(self, part: str, on_gpu: bool) -> int:
        return sum(size for (kind, device), size in self._sizes.items() if kind == part and is_gpu(device) == on_gpu)


def is_gpu(device: str) -> bool:
    """Whether a buffer by that name is in a GPU's own memory."""
    return not device.startswith(("CPU", "AMX")) and not device.endswith("_Host")


def own_bytes() -> int:
    """What this process holds itself, without what it shares with files."""
    memory = psutil.Process().memory_info()
    return int(memory.rss - memory.shared) if sys.platform == "linux" else int(memory.rss)
