"""Where computed dialogs go that main memory has no room for: files, written and read in threads of their own.

Runs in the child, between the step loop, which never waits for a disk, and the files. Knows no llama.cpp.
"""

import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from engine.backends.llama_cpp.kept import Kept, Said, is_of
from engine.backends.llama_cpp.state_files import StateFiles
from engine.backends.llama_cpp.state_format import Origin


class Attic:
    """`model` and `made_by` as in Origin; at most `waiting_bytes` wait for the disk, what is more is let go.

    `said` tells the last answer of a dialog, which goes into its file.
    """

    def __init__(
        self,
        files: StateFiles,
        model: str,
        made_by: str,
        waiting_bytes: int,
        said: Callable[[str], Said | None],
    ) -> None:
        self._files = files
        self._model = model
        self._made_by = made_by
        self._waiting_bytes = waiting_bytes
        self._said = said
        self._waiting: dict[str, Kept] = {}
        self._until = math.inf
        self._writer = ThreadPoolExecutor(1)
        self._reader = ThreadPoolExecutor(1)

    def takes(self, size_bytes: int) -> bool:
        """Whether there is room for so much more to wait."""
        waiting = sum(len(kept.data) for kept in tuple(self._waiting.values()))
        return size_bytes <= self._files.budget_bytes and waiting + size_bytes <= self._waiting_bytes

    def put(self, dialog: str, kept: Kept) -> None:
        """Have it written; a later one for the same dialog takes its place."""
        if self.takes(len(kept.data)):
            kept = self._waiting[dialog] = replace(kept, said=self._said(dialog))
            self._writer.submit(self._write, dialog, kept)

    def has(self, dialog: str) -> bool:
        return dialog in self._waiting or self._files.has(self._model, dialog)

    def fetch(self, dialog: str, then: Callable[[Kept | None], None]) -> None:
        """Read it; `then` is called, perhaps in the reading thread, with None if there is nothing to be believed."""
        if kept := self._waiting.get(dialog):
            then(kept)
            return
        self._reader.submit(self._read, dialog, then)

    def forget(self, dialog: str, then: Callable[[], None]) -> None:
        """Write nothing of a dialog that waits to be written; `then` is called when none of it is under way."""
        for key in tuple(self._waiting):
            if is_of(key, dialog):
                self._waiting.pop(key, None)
        self._writer.submit(then)

    def settle(self, until: float) -> bool:
        """Wait until all is written; False at `until` (a time.monotonic()), when the rest is given up."""
        self._until = until
        while self._waiting and time.monotonic() < until:
            time.sleep(0.005)
        return time.monotonic() < until

    def _read(self, dialog: str, then: Callable[[Kept | None], None]) -> None:
        kept = None
        try:
            kept = self._files.read(self._origin(dialog))
        finally:
            then(kept)  # in any case: an answer waits for it

    def _write(self, dialog: str, kept: Kept) -> None:
        def goes_on() -> bool:
            return self._waiting.get(dialog) is kept and time.monotonic() < self._until

        if goes_on():
            self._files.write(self._origin(dialog), kept, goes_on)
        if self._waiting.get(dialog) is kept:
            self._waiting.pop(dialog, None)

    def _origin(self, dialog: str) -> Origin:
        return Origin(self._model, dialog, self._made_by)
