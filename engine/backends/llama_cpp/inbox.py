"""Where the thread that reads the pipe leaves frames for the one that computes, between two of its steps."""

import threading
from dataclasses import dataclass

from engine.backends.llama_cpp.abort import AbortFlag
from engine.backends.llama_cpp.kept import Kept
from engine.backends.llama_cpp.wire import Embed, Forget, Generate, Load, Open, Settle, Share, Stop


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a file kept of the dialog that is to be answered was read; None: nothing of use."""

    job: Generate
    kept: Kept | None


Job = Open | Load | Generate | Embed | Forget | Settle | Share | Fetched


class Inbox:
    """`abort` is raised as soon as something is to be stopped, and lowered when that is taken note of."""

    def __init__(self, abort: AbortFlag) -> None:
        self._abort = abort
        self._frames: list[Job | Stop] = []
        self._changed = threading.Condition()

    def put(self, frame: Job | Stop) -> None:
        with self._changed:
            self._frames.append(frame)
            if isinstance(frame, Stop):
                self._abort.up()
            self._changed.notify()

    def take(self, wait: bool) -> list[Job | Stop]:
        """All that came, in its order; `wait` until there is something."""
        if not wait and not self._frames:
            return []
        with self._changed:
            if wait:
                self._changed.wait_for(lambda: self._frames)
            frames, self._frames = self._frames, []
            self._abort.down()
            return frames
