"""How much memory a model file needs, roughly, and how much there is. Main memory only; knows no processes."""

import sys
from pathlib import Path

import psutil

from engine.gguf import GgufHeader

CACHE_BYTES = 2
"""The cache keeps f16 numbers."""
PAD_TOKENS = 256
PROCESS_BYTES = 96 << 20
"""Python, llama.cpp and its smaller buffers."""
SCRATCH_BYTES = 16 << 10
"""For each token of the window: attention scores of 32 heads for a batch of 128 prompt tokens."""

CGROUPS = Path("/sys/fs/cgroup")
OWN_CGROUP = Path("/proc/self/cgroup")


def needed_bytes(header: GgufHeader, n_ctx: int, gpu_layers: int | None = 0) -> int:
    """Weights, cache for `n_ctx` tokens, and what computing takes, less what `gpu_layers` (None: all) put elsewhere."""
    cells = -(-n_ctx // PAD_TOKENS) * PAD_TOKENS
    layers = header.n_layer + 1  # the output counts as one
    here = layers - (layers if gpu_layers is None or gpu_layers < 0 else min(gpu_layers, layers))
    weights_and_cache = header.size_bytes + header.kv_elements * CACHE_BYTES * cells
    return weights_and_cache * here // layers + SCRATCH_BYTES * cells + PROCESS_BYTES


def free_bytes() -> int:
    """What the system can still give us, a container's limit included."""
    available = psutil.virtual_memory().available
    limits = _cgroup_room() if sys.platform == "linux" else []
    return min([available, *limits])


def mapped_bytes(headers: list[GgufHeader]) -> int:
    """Weights of loaded models that the system still calls available: on Linux mapped files count as cache."""
    return sum(header.size_bytes for header in headers) if sys.platform == "linux" else 0


def _cgroup_room() -> list[int]:
    """Room under each memory limit above this process (control groups v2, then v1)."""
    groups = [CGROUPS / "memory"]
    try:
        own = OWN_CGROUP.read_text().strip().rpartition("::")[2].lstrip("/")
    except OSError:
        own = ""
    path = CGROUPS / own
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
