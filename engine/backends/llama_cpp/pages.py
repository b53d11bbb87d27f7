"""Memory for large copies: pages of their own, which go back to the system as soon as they are let go."""

import mmap
import sys
from contextlib import suppress


def pages(size_bytes: int) -> memoryview:
    """Zeros to be written over, at least one byte.

    In large pages where the system has them: the first touch of small ones costs more than the copy itself.
    """
    if sys.platform == "win32":
        return memoryview(mmap.mmap(-1, size_bytes))
    memory = mmap.mmap(-1, size_bytes, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if sys.platform == "linux":
        with suppress(OSError):  # a kernel built without them
            memory.madvise(mmap.MADV_HUGEPAGE)
    return memoryview(memory)
