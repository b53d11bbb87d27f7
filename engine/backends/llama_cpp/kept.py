"""Computed dialogs that had to leave llama.cpp's memory, kept in main memory up to a budget. Knows no llama.cpp."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

STAGE_MARK = "/"
"""A dialog's stages compute each on their own, under "<dialog>/<stage>"."""


@dataclass(frozen=True, slots=True)
class Said:
    """A prompt, its tokens, `n_prompt` of them, and those of what was said to it, shown or not."""

    prompt: str
    tokens: tuple[int, ...]
    n_prompt: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What was computed for `log`, as llama.cpp saved it; `first` is the first position that it still holds.

    `said` is the dialog's last answer, `on_file` tells that a file holds all this too.
    """

    log: tuple[int, ...]
    data: memoryview
    first: int = 0
    said: Said | None = None
    on_file: bool = False


class Further(Protocol):
    """Where an entry may go from here."""

    def takes(self, size_bytes: int) -> bool: ...

    def put(self, dialog: str, kept: Kept) -> None: ...


class Shelf:
    """One entry a dialog; what was put here longest ago goes first when the budget is spent.

    What goes is handed on to `further`, unless the person changed meanwhile what was said (`outdate`).
    """

    def __init__(self, budget_bytes: int, further: Further | None = None) -> None:
        self._budget_bytes = budget_bytes
        self._further = further
        self._used_bytes = 0
        self._entries: OrderedDict[str, Kept] = OrderedDict()
        self._outdated: set[str] = set()

    def takes(self, size_bytes: int) -> bool:
        """Whether so much would be kept, here or further on."""
        is_further = self._further is not None and self._further.takes(size_bytes)
        return size_bytes > 0 and (size_bytes <= self._budget_bytes or is_further)

    def put(self, dialog: str, kept: Kept) -> None:
        """Keep it; one that is larger than the budget goes on at once."""
        self.take(dialog)
        if len(kept.data) > self._budget_bytes:
            self.send_on(dialog, kept)
            return
        while self._used_bytes + len(kept.data) > self._budget_bytes:
            oldest = next(iter(self._entries))
            self.send_on(oldest, self._taken(oldest))
        self._entries[dialog] = kept
        self._used_bytes += len(kept.data)

    def lend(self, dialog: str, kept: Kept) -> None:
        """Put what is about to be taken again, whatever its size."""
        self.take(dialog)
        self._entries[dialog] = kept
        self._used_bytes += len(kept.data)

    def get(self, dialog: str) -> Kept | None:
        return self._entries.get(dialog)

    def take(self, dialog: str) -> Kept | None:
        """Remove and return an entry."""
        return self._taken(dialog) if dialog in self._entries else None

    def send_on(self, key: str, kept: Kept) -> None:
        """Hand it on at once, unless it is there already or may not go."""
        is_outdated = any(is_of(key, dialog) for dialog in self._outdated)
        if self._further is not None and not kept.on_file and not is_outdated:
            self._further.put(key, kept)

    def clear_out(self, goes_on: Callable[[], bool]) -> None:
        """Hand all entries on, the latest first, as long as `goes_on`."""
        while self._entries and goes_on():
            dialog = next(reversed(self._entries))
            self.send_on(dialog, self._taken(dialog))

    def forget(self, dialog: str) -> None:
        """Let a dialog go with all its stages."""
        for key in [key for key in self._entries if is_of(key, dialog)]:
            self._taken(key)

    def outdate(self, dialog: str) -> None:
        """Hand nothing on of what is computed of a dialog now."""
        self._outdated.add(dialog)

    def is_new(self, key: str) -> None:
        """What is computed from now on is as the dialog is."""
        self._outdated -= {dialog for dialog in self._outdated if is_of(key, dialog)}

    def _taken(self, dialog: str) -> Kept:
        entry = self._entries.pop(dialog)
        self._used_bytes -= len(entry.data)
        return entry


def is_of(key: str, dialog: str) -> bool:
    """Whether `key` names a dialog or one of its stages."""
    return key == dialog or key.startswith(dialog + STAGE_MARK)


def common_length(one: Sequence[int], other: Sequence[int]) -> int:
    """Length of the beginning that both share."""
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length
