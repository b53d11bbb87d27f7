"""Requests of one child in their order: one is worked on, the others wait and are told their place.

Two threads meet here: the one that reads the pipe puts and stops, the one that computes takes.
"""

import threading
from collections import deque
from collections.abc import Callable

from engine.backends.llama_cpp.sequence import AbortFlag
from engine.backends.llama_cpp.wire import Embed, Finished, Generate, Load, Open, Queued, Reply

Job = Open | Load | Generate | Embed


class Jobs:
    """`send` tells the bot; `abort` is raised to stop what is being computed."""

    def __init__(self, send: Callable[[Reply], None], abort: AbortFlag) -> None:
        self._send = send
        self._abort = abort
        self._waiting: deque[Job] = deque()
        self._current: Job | None = None
        self._changed = threading.Condition()

    def put(self, job: Job) -> None:
        with self._changed:
            self._waiting.append(job)
            self._tell_places(since=len(self._waiting) - 1)
            self._changed.notify()

    def finish(self, last: Reply) -> None:
        """The job that was taken is over, with this reply; whoever comes now waits for nobody."""
        with self._changed:
            self._current = None
            self._send(last)
            self._tell_places()

    def take(self) -> Job:
        """The next job, when there is one."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting)
            self._current = self._waiting.popleft()
            self._abort.down()
            return self._current

    def stop(self, job_id: int) -> None:
        """End the job wherever it is; one that is over already is none of our business."""
        with self._changed:
            if self._current is not None and self._current.id == job_id:
                self._abort.up()
                return
            for index, job in enumerate(self._waiting):
                if job.id == job_id:
                    del self._waiting[index]
                    self._send(Finished(job_id, "stopped", 0, 0, 0, 0.0, 0.0))
                    self._tell_places(since=index)
                    return

    def _tell_places(self, since: int = 0) -> None:
        """Tell those from `since` on how many are before them; whoever is about to be taken waits for nobody."""
        taken = 0 if self._current is None else 1
        for index, job in enumerate(self._waiting):
            if index >= since and index + taken > 0:
                self._send(Queued(job.id, index + taken))
