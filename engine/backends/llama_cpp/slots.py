"""Who computes in which sequence: a slot a dialog, given to another when it is the one that rests longest.

Runs in the child. The log of tokens is the truth: whatever llama.cpp lost is cut from the log and computed again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from engine.backends.llama_cpp.cells import Cells
from engine.backends.llama_cpp.kept import Kept, Shelf, common_length


@dataclass(eq=False, slots=True)
class Slot:
    """A sequence of llama.cpp and the tokens that are computed in it."""

    sequence: int
    log: list[int] = field(default_factory=list)
    dialog: str | None = None
    busy: bool = False
    rested_since: int = 0


class Slots:
    """`shelf` keeps the dialogs that leave."""

    def __init__(self, cells: Cells, n_slots: int, shelf: Shelf) -> None:
        self._cells = cells
        self._shelf = shelf
        self._slots = [Slot(sequence) for sequence in range(n_slots)]
        self._clock = count(1)

    def give(self, dialog: str | None, tokens: Sequence[int]) -> Slot | None:
        """A slot that holds as much of the beginning of `tokens` as is computed anywhere; None if all are busy."""
        slot = self._chosen(dialog, tokens)
        if slot is None:
            return None
        if slot.dialog != dialog:
            self._keep(slot)
        slot.dialog, slot.busy = dialog, True
        self._fill(slot, tokens[:-1])  # the last token must be computed again: its logits are gone
        return slot

    def rest(self, slot: Slot) -> None:
        """Nobody computes in it any more; what is computed stays for the dialog's next turn."""
        slot.busy, slot.rested_since = False, next(self._clock)

    def cut(self, slot: Slot, length: int) -> None:
        """Forget what is computed behind `length`, or all if the memory cannot forget a part."""
        del slot.log[self._cells.cut(slot.sequence, length) :]

    def make_room(self) -> bool:
        """Send away the dialog that rests longest; False when none rests."""
        resting = [slot for slot in self._slots if slot.log and not slot.busy]
        if not resting:
            return False
        slot = min(resting, key=lambda slot: slot.rested_since)
        self._keep(slot)
        self.cut(slot, 0)
        slot.dialog = None
        return True

    def _chosen(self, dialog: str | None, tokens: Sequence[int]) -> Slot | None:
        """The dialog's own, else one that nobody comes back to, else an empty one, else that of who rests longest.

        What rests costs: every step looks at all cells in use, whoever's they are.
        """
        free = [slot for slot in self._slots if not slot.busy]
        own = [slot for slot in free if slot.log and dialog is not None and slot.dialog == dialog]
        if own:
            return max(own, key=lambda slot: common_length(slot.log, tokens))
        return min(free, key=lambda s: (s.dialog is not None, not s.log, s.rested_since), default=None)

    def _fill(self, slot: Slot, tokens: Sequence[int]) -> None:
        """Take the longest beginning there is: the slot's own, a kept one, or that of another dialog."""
        own = common_length(slot.log, tokens)
        kept = self._shelf.shared(slot.dialog, tokens) if slot.dialog is not None else 0
        other = max(self._slots, key=lambda other: common_length(other.log, tokens))
        copied = common_length(other.log, tokens)
        if kept > max(own, copied):
            self._bring_back(slot)
        elif copied > own:
            slot.log = list(tokens[: self._cells.copy(other.sequence, slot.sequence, copied)])
        self.cut(slot, common_length(slot.log, tokens))

    def _bring_back(self, slot: Slot) -> None:
        assert slot.dialog is not None
        kept = self._shelf.take(slot.dialog)
        assert kept is not None
        slot.log = []
        self.cut(slot, 0)
        while self._used() + len(kept.log) > self._cells.total:
            if not self.make_room():
                return
        if self._cells.bring_back(slot.sequence, kept.data):
            slot.log = list(kept.log)

    def _used(self) -> int:
        return sum(len(slot.log) for slot in self._slots)

    def _keep(self, slot: Slot) -> None:
        """Save what a dialog may come back for, as far as the budget goes."""
        if slot.dialog is None or not slot.log or not self._shelf.takes(self._cells.size_bytes(slot.sequence)):
            return
        if data := self._cells.saved(slot.sequence):
            self._shelf.put(slot.dialog, Kept(tuple(slot.log), data))
