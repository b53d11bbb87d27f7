"""How the text of one answer travels to the bot: not token by token, for each frame wakes another process.

Runs in the child; knows no tokens.
"""

import math
import time
from collections.abc import Callable

from engine.backends.llama_cpp.wire import Reply, Text

TOGETHER_S = 0.1
"""Text that comes within this time of the frame before travels in one frame: no screen shows more of them."""


class Listener:
    """Passes text on to the bot: the first at once, then what comes in a short time together in one frame."""

    def __init__(self, answer_id: int, send: Callable[[Reply], None]) -> None:
        self._id = answer_id
        self._send = send
        self._text: list[str] = []
        self._sent_at = -math.inf

    def say(self, text: str) -> None:
        if text:
            self._text.append(text)
        if time.monotonic() - self._sent_at >= TOGETHER_S:
            self.flush()

    def flush(self) -> None:
        if not self._text:
            return
        self._send(Text(self._id, "".join(self._text)))
        self._text.clear()
        self._sent_at = time.monotonic()
