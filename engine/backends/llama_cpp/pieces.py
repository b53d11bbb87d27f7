"""From token bytes to text that may be shown: whole characters only, stop strings held back. Knows no tokens."""

import codecs
from collections.abc import Sequence


class Pieces:
    """Feed bytes as tokens bring them, take out text; `stopped` once a stop string has come."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._is_within_letter = False
        self._stops = tuple(filter(None, stops))
        self._held = ""
        self.stopped = False

    def feed(self, data: bytes) -> str:
        """Text that is certain now; "" while a character or a stop string may still be in the making."""
        text = self._decoded(data)
        if not self._stops:
            return text
        return self._without_stops(self._held + text)

    def rest(self) -> str:
        """What was held back when the answer ends; half a character is dropped."""
        rest, self._held = self._held, ""
        return "" if self.stopped else rest

    def _decoded(self, data: bytes) -> str:
        """Whole letters, as most tokens are, without the decoder: it is slow."""
        if not self._is_within_letter:
            try:
                return data.decode()
            except UnicodeDecodeError:
                pass
        text = self._decoder.decode(data)
        self._is_within_letter = bool(self._decoder.getstate()[0])
        return text

    def _without_stops(self, text: str) -> str:
        found = [place for stop in self._stops if (place := text.find(stop)) >= 0]
        if found:
            self.stopped, self._held = True, ""
            return text[: min(found)]
        held = max(_overlap(text, stop) for stop in self._stops)
        self._held = text[len(text) - held :]
        return text[: len(text) - held]


def _overlap(text: str, stop: str) -> int:
    """Length of the longest end of `text` that `stop` begins with."""
    return next((size for size in range(min(len(stop) - 1, len(text)), 0, -1) if text.endswith(stop[:size])), 0)
