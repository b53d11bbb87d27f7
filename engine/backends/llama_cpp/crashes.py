"""Why the process of a model died, by its exit code and its last words. Knows no pipes."""

import signal
from collections.abc import Iterable

from engine.errors import BackendError, ModelCrashed, NoMemory
from engine.faults import CrashCause

MEMORY_WORDS = ("out of memory", "failed to allocate", "unable to allocate", "cannot allocate", "bad_alloc")
"""How llama.cpp, ggml and CUDA say it; on a GPU they abort the process right behind it."""
TELLING_LINES = 8
"""Further back the words may be of something that was got over."""
KILLED, PAGE_ERROR = (-9,), (-7, -10, 0xC0000006)
"""SIGKILL; and SIGBUS on Linux, on macOS, and what Windows calls it: a page of a mapped file could not be read."""

BAD_INSTRUCTIONS = {-signal.SIGSEGV, -signal.SIGILL, -signal.SIGABRT, 0xC0000005, 0xC000001D}
"""Exit codes of a build whose fastest code this machine cannot run, or that has none for a model with its weights
rearranged for it, as DeepSeek's on AMX (the latter two are Windows' words)."""


def crash(
    server: str, model: str, exit_code: int | None, last_lines: Iterable[str], *, is_loading: bool
) -> BackendError:
    """The error for a process that died by itself."""
    lines = list(last_lines)
    cause = _cause(exit_code, is_loading)
    if cause in ("loading", "unknown") and speaks_of_memory(" ".join(lines[-TELLING_LINES:])):
        return NoMemory(server, model)
    return ModelCrashed(server, model, exit_code=exit_code, detail="\n".join(lines), cause=cause)


def speaks_of_memory(text: str) -> bool:
    """Whether these words of llama.cpp mean that memory ran out."""
    lowered = text.lower()
    return any(words in lowered for words in MEMORY_WORDS)


def _cause(exit_code: int | None, is_loading: bool) -> CrashCause:
    if exit_code in KILLED:
        return "killed"
    if exit_code in PAGE_ERROR:
        return "file"
    return "loading" if is_loading else "unknown"
