"""The child process of one model: frames in on stdin, frames out on stdout, gone when stdin ends.

Started by engine.backends.llama_cpp.child as `python -m engine.backends.llama_cpp.worker`. One thread reads the
pipe, counts and stops; the main thread computes. What they do with a request is in work.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable

from engine.backends.llama_cpp.wire import Failed, Frame, Ready, Unpacker, pack

READ_BYTES = 1 << 16


def main() -> None:
    """Take the pipes before anything can print into them, then work until the bot closes its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal reaches us too; the bot ends us in its order
    threading.excepthook = _end_with_thread
    pipes = Pipes()
    try:
        import llama_cpp
    except (ImportError, OSError, RuntimeError) as error:
        pipes.send(Failed(0, "not_installed", str(error)))
        return
    from engine.backends.llama_cpp.work import Work

    work = Work(pipes.send)
    threading.Thread(target=pipes.read_into, args=(work.receive,), daemon=True).start()
    pipes.send(Ready(0, gpu=bool(llama_cpp.llama_supports_gpu_offload())))
    work.forever()


class Pipes:
    """The two ends of the channel; file descriptors 0 and 1 are free for whatever prints."""

    def __init__(self) -> None:
        self._in, self._out = os.dup(0), os.dup(1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        self._lock = threading.Lock()

    def send(self, frame: Frame) -> None:
        """Write one frame whole; when nobody reads any more there is nothing left to live for."""
        data = memoryview(pack(frame))
        with self._lock:
            try:
                while data:
                    data = data[os.write(self._out, data) :]
            except OSError:
                os._exit(0)

    def read_into(self, receive: Callable[[Frame], None]) -> None:
        unpacker = Unpacker()
        while data := os.read(self._in, READ_BYTES):
            for frame in unpacker.feed(data):
                receive(frame)
        os._exit(0)  # the bot is gone; not even a decode in the other thread is waited for


def _end_with_thread(thread: threading.ExceptHookArgs) -> None:
    """A child that can no longer hear the bot must not go on."""
    sys.__excepthook__(thread.exc_type, thread.exc_value or thread.exc_type(), thread.exc_traceback)
    os._exit(1)


if __name__ == "__main__":
    main()
