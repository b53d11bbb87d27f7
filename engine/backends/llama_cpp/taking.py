"""What loaded models take of what the system calls free, and what they would give back. Asks only for process sizes."""

import sys
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import reduce

import psutil

from engine.backends.llama_cpp.buffers import own_bytes
from engine.backends.llama_cpp.resident import Resident
from engine.fitting import Free
from engine.forecast import Need, Taken


def free_beside(free: Free, residents: Iterable[Resident]) -> Free:
    """Less what is promised to loaded models but not seen yet: weights in a file's cache, pages never touched."""
    return Free(max(0, free.ram - sum(map(hidden_bytes, residents))), free.vram)


def free_after(free: Free, residents: Collection[Resident], wanted: Collection[str]) -> Free:
    """And with what those give back that are idle, or `wanted` themselves: these have room, whatever is free."""
    leaving = [item for item in residents if item.users == 0 or item.file.name in wanted]
    free = reduce(Free.plus, filter(None, map(given_back, leaving)), free)
    free = free_beside(free, (item for item in residents if item not in leaving))
    held = sum(item.taken.ram.total for item in leaving if item.taken and item.file.name in wanted)
    return replace(free, ram=max(free.ram, held))


def given_back(resident: Resident) -> Taken | None:
    """What the system would call free again if the model were unloaded; weights in a file's cache it does already."""
    if resident.taken is None:
        return None
    return replace(resident.taken, ram=Need(resident.taken.ram.total - hidden_bytes(resident)))


def hidden_bytes(resident: Resident) -> int:
    """Of what the model was found to take, the part that the system does not count as used."""
    if sys.platform != "linux" or resident.taken is None or resident.child.is_gone:
        return 0
    return max(0, resident.taken.ram.total - seen_bytes(resident))


def seen_bytes(resident: Resident) -> int:
    """What its process holds now, as the system counts it."""
    try:
        return 0 if resident.child.is_gone else own_bytes(resident.child.pid)
    except psutil.NoSuchProcess:
        return 0
