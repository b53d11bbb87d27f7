"""What is computed and said of all dialogs, wherever it lies: in slots, on the shelf, in files.

Runs in the child, in the computing thread. Knows no frames and makes no answers.
"""

import time
from collections.abc import Callable
from pathlib import Path

from engine.backends.llama_cpp.attic import Attic
from engine.backends.llama_cpp.kept import Kept, Shelf
from engine.backends.llama_cpp.model import Model
from engine.backends.llama_cpp.slots import Slots
from engine.backends.llama_cpp.state_files import StateFiles
from engine.backends.llama_cpp.wire import Load


class Past:
    """Of one loaded model that chats."""

    def __init__(self, model: Model, job: Load) -> None:
        self._spoken = model.spoken
        self._attic: Attic | None = None
        if job.states:
            files = StateFiles(Path(job.states), job.states_bytes)
            self._attic = Attic(files, job.model, model.made_by(), job.waiting_bytes, self._spoken.last)
        self._shelf = Shelf(job.kept_bytes, self._attic)
        self.slots = Slots(model.cells, job.n_slots, self._shelf)

    def is_in_files(self, dialog: str) -> bool:
        """Whether a file knows more of a dialog than main memory."""
        return self._attic is not None and not self.slots.holds(dialog) and self._attic.has(dialog)

    def fetch(self, dialog: str, then: Callable[[Kept | None], None]) -> None:
        """Read its file; `then` may be called in another thread."""
        assert self._attic is not None
        self._attic.fetch(dialog, then)

    def welcome(self, dialog: str, kept: Kept) -> None:
        """It was read; the dialog's next answer takes it up."""
        if self.slots.holds(dialog):
            return
        self._shelf.lend(dialog, kept)
        if kept.said is not None and self._spoken.last(dialog) is None:
            self._spoken.remember(dialog, kept.said)

    def forget(self, dialog: str, wholly: bool, then: Callable[[], None]) -> None:
        """Let go of a dialog and its stages, or, if not `wholly`, have nothing of them written that is computed now.

        Files are the caller's to remove: `then` is called when none is being written any more.
        """
        if wholly:
            self.slots.forget(dialog)
            self._spoken.forget(dialog)
        else:
            self._shelf.outdate(dialog)
        if self._attic is None:
            then()
        else:
            self._attic.forget(dialog, then)

    def put_away(self, within_s: float) -> None:
        """Write what is computed to files, that used last first, for at most so long."""
        if self._attic is None:
            return
        until, attic = time.monotonic() + within_s, self._attic
        self.slots.put_away(goes_on=lambda: attic.settle(until))
        attic.settle(until)
