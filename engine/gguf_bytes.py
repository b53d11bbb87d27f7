"""The front of a file as a stream of values, within limits; it does not know what the values mean."""

import struct
from itertools import repeat
from pathlib import Path
from typing import BinaryIO

from engine.errors import BadModelFile
from engine.faults import FileFault

MAX_STRING_BYTES = 4 << 20
MAX_SKIPPED_STRINGS = 4_000_000
"""In all lists together; the largest vocabularies have 262,144 tokens and about twice as many merges."""
READ_BYTES = 1 << 20


def bad_file(path: Path, detail: str, fault: FileFault = "header", what: str = "") -> BadModelFile:
    """The error for this file; whoever knows the model's name there adds it."""
    return BadModelFile(server="", file=path.name, detail=detail, fault=fault, what=what)


class HeaderBytes:
    """The file as a stream of values; holds one window of it."""

    def __init__(self, path: Path, file: BinaryIO, size_bytes: int) -> None:
        self._path = path
        self._file = file
        self._left = size_bytes
        self._window = b""
        self._at = 0
        self._skipped_texts = 0
        self.position = 0

    def take(self, n_bytes: int) -> bytes:
        self._need(n_bytes)
        start, self._at = self._at, self._at + n_bytes
        self.position += n_bytes
        return self._window[start : self._at]

    def scalar(self, form: str) -> int | float | bool:
        """One number or truth value; `form` is that of struct."""
        value: int | float | bool = struct.unpack(form, self.take(struct.calcsize(form)))[0]
        return value

    def number(self, form: str) -> int:
        return int(self.scalar(form))

    def text(self) -> str:
        length = self.number("<Q")
        if length > MAX_STRING_BYTES:
            raise bad_file(self._path, f"has a text of {length} bytes")
        return self.take(length).decode("utf-8", "replace")

    def skip(self, n_bytes: int) -> None:
        in_window = min(n_bytes, len(self._window) - self._at)
        self._at += in_window
        self.position += in_window
        beyond = n_bytes - in_window
        if beyond > self._left:
            raise self._ended()
        if beyond:
            self._file.seek(beyond, 1)
            self._left -= beyond
            self.position += beyond

    def skip_texts(self, count: int) -> None:
        """Step over `count` texts; the loop runs once a token of the vocabulary, so it is written to be fast."""
        self._skipped_texts += count
        if self._skipped_texts > MAX_SKIPPED_STRINGS:
            raise bad_file(self._path, f"has a list of {count} texts")
        length_at = struct.Struct("<Q").unpack_from
        started_at, at, window = self._at, self._at, self._window
        for _ in repeat(None, count):
            if at + 8 > len(window):
                at, started_at, window = self._refill(started_at, at, 8)
            at += 8 + length_at(window, at)[0]
            if at > len(window):
                beyond = at - len(window)
                self.position += len(window) - started_at
                self._at = started_at = at = len(window)
                self.skip(beyond)
        self.position += at - started_at
        self._at = at

    def _refill(self, started_at: int, at: int, n_bytes: int) -> tuple[int, int, bytes]:
        self.position += at - started_at
        self._at = at
        self._need(n_bytes)
        return self._at, self._at, self._window

    def _need(self, n_bytes: int) -> None:
        missing = n_bytes - (len(self._window) - self._at)
        if missing <= 0:
            return
        if missing > self._left:
            raise self._ended()
        more = self._file.read(min(max(missing, READ_BYTES), self._left))
        if len(more) < missing:
            raise self._ended()
        self._left -= len(more)
        self._window = self._window[self._at :] + more
        self._at = 0

    def _ended(self) -> BadModelFile:
        return bad_file(self._path, "ends in the middle of its header", "cut_short")
