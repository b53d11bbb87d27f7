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
            if self._current is not None or len(self._waiting) > 1:
                self._send(Queued(job.id, len(self._waiting)))
            self._changed.notify()

    def finish(self, last: Reply) -> None:
        """The job that was taken is over, with this reply; whoever comes now waits for nobody."""
        with self._changed:
            self._current = None
            self._send(last)

    def take(self) -> Job:
        """The next job, when there is one."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting)
            self._current = self._waiting.popleft()
            self._abort.down()
            self._tell_places()
            return self._current

    def stop(self, job_id: int) -> None:
        """End the job wherever it is; one that is over already is none of our business."""
        with self._changed:
            if self._current is not None and self._current.id == job_id:
                self._abort.up()
                return
            for job in self._waiting:
                if job.id == job_id:
                    self._waiting.remove(job)
                    self._send(Finished(job_id, "stopped", 0, 0, 0, 0.0, 0.0))
                    self._tell_places()
                    return

    def _tell_places(self) -> None:
        for place, job in enumerate(self._waiting, 1):
            self._send(Queued(job.id, place))
