"""Who computes in which sequence: a slot a dialog, given to another when it is the one that rests longest.

Runs in the child. The log of tokens is the truth: whatever llama.cpp lost is cut from the log and computed again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

from engine.backends.llama_cpp.cells import Cells, Span
from engine.backends.llama_cpp.kept import Kept, Shelf, common_length, is_of


@dataclass(eq=False, slots=True)
class Slot:
    """A sequence of llama.cpp and the tokens that are computed in it; `forgotten`: nothing of it may stay."""

    sequence: int
    log: list[int] = field(default_factory=list)
    dialog: str | None = None
    busy: bool = False
    forgotten: bool = False
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
        if dialog is not None:
            self._shelf.take(dialog)  # older than what is computed here from now on
            self._shelf.is_new(dialog)
        return slot

    def rest(self, slot: Slot) -> None:
        """Nobody computes in it any more; what is computed stays for the dialog's next turn."""
        slot.busy, slot.rested_since = False, next(self._clock)
        if slot.forgotten:
            self._clear(slot)

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
        self._clear(slot)
        return True

    def holds(self, dialog: str) -> bool:
        """Whether something of a dialog is in main memory."""
        return self._shelf.get(dialog) is not None or any(slot.log and slot.dialog == dialog for slot in self._slots)

    def forget(self, dialog: str) -> None:
        """Let go of all that is computed of a dialog and its stages; what is still being computed, at its end."""
        self._shelf.forget(dialog)
        for slot in self._slots:
            if slot.dialog is not None and is_of(slot.dialog, dialog):
                slot.dialog, slot.forgotten = None, True
                if not slot.busy:
                    self._clear(slot)

    def put_away(self, goes_on: Callable[[], bool]) -> None:
        """Send all dialogs away, those used last first, as long as `goes_on`."""
        for slot in sorted(self._slots, key=lambda slot: (not slot.busy, -slot.rested_since)):
            if not goes_on():
                return
            if slot.dialog is not None and (kept := self._saved(slot)):
                self._shelf.send_on(slot.dialog, kept)
            self._clear(slot)
        self._shelf.clear_out(goes_on)

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
        """Take the longest beginning that can be had: the slot's own, a kept one, or that of another dialog."""
        own = self._useful(slot.log, self._cells.span(slot.sequence), tokens)
        kept = self._shelf.get(slot.dialog) if slot.dialog is not None else None
        from_kept = self._useful(kept.log, Span(kept.first, len(kept.log) - 1), tokens) if kept else 0
        copied, other = self._best_other(slot, tokens)
        if kept is not None and from_kept > max(own, copied):
            self._bring_back(slot, kept)
        elif other is not None and copied > own:
            slot.log = list(tokens[: self._cells.copy(other.sequence, slot.sequence, copied)])
        self.cut(slot, common_length(slot.log, tokens))

    def _useful(self, log: Sequence[int], span: Span, tokens: Sequence[int]) -> int:
        """How many tokens need not be computed where `log` is computed and `span` of it still there."""
        length = common_length(log, tokens)
        return length if self._cells.reaches(span, length) else 0

    def _best_other(self, slot: Slot, tokens: Sequence[int]) -> tuple[int, Slot | None]:
        best: tuple[int, Slot | None] = (0, None)
        for other in self._slots:
            length = common_length(other.log, tokens)
            if other is not slot and length > best[0] and self._cells.can_copy(other.sequence, length):
                best = (length, other)
        return best

    def _bring_back(self, slot: Slot, kept: Kept) -> None:
        self.cut(slot, 0)
        while self._used() + len(kept.log) > self._cells.total:
            if not self.make_room():
                return
        if self._cells.bring_back(slot.sequence, kept.data):
            slot.log = list(kept.log)

    def _used(self) -> int:
        return sum(len(slot.log) for slot in self._slots)

    def _keep(self, slot: Slot) -> None:
        """Put what a dialog may come back for on the shelf."""
        if slot.dialog is not None and (kept := self._saved(slot)):
            self._shelf.put(slot.dialog, kept)

    def _saved(self, slot: Slot) -> Kept | None:
        """A copy of what is computed, as far as there will be room for it."""
        if not slot.log or not self._shelf.takes(self._cells.size_bytes(slot.sequence)):
            return None
        data = self._cells.saved(slot.sequence)
        return Kept(tuple(slot.log), data, self._cells.span_saved(slot.sequence).first) if data else None

    def _clear(self, slot: Slot) -> None:
        self.cut(slot, 0)
        slot.dialog, slot.forgotten = None, False
