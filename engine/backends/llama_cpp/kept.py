"""Computed dialogs that had to leave llama.cpp's memory, kept in main memory up to a budget. Knows no llama.cpp."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """What was computed for `log`, as llama.cpp saved it."""

    log: tuple[int, ...]
    data: bytes


class Shelf:
    """One entry a dialog; what was put here longest ago goes first when the budget is spent."""

    def __init__(self, budget_bytes: int) -> None:
        self._budget_bytes = budget_bytes
        self._used_bytes = 0
        self._entries: OrderedDict[str, Kept] = OrderedDict()

    def takes(self, size_bytes: int) -> bool:
        return 0 < size_bytes <= self._budget_bytes

    def put(self, dialog: str, kept: Kept) -> None:
        self.take(dialog)
        while self._used_bytes + len(kept.data) > self._budget_bytes:
            self.take(next(iter(self._entries)))
        self._entries[dialog] = kept
        self._used_bytes += len(kept.data)

    def shared(self, dialog: str, tokens: Sequence[int]) -> int:
        """How many tokens the entry of a dialog saves."""
        entry = self._entries.get(dialog)
        return common_length(entry.log, tokens) if entry else 0

    def take(self, dialog: str) -> Kept | None:
        """Remove and return an entry."""
        entry = self._entries.pop(dialog, None)
        if entry is not None:
            self._used_bytes -= len(entry.data)
        return entry


def common_length(one: Sequence[int], other: Sequence[int]) -> int:
    """Length of the beginning that both share."""
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length
