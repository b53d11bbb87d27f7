"""The step loop: one token for everyone who is being answered, and a piece of the prompts of those who still read.

Runs in the child, in the computing thread. Knows no frames but those it sends, and no files.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.backends.llama_cpp.answer import Answer
from engine.backends.llama_cpp.batch import ABORTED, DONE, NO_CELLS, Batch
from engine.backends.llama_cpp.listener import Listener
from engine.backends.llama_cpp.slots import Slot, Slots
from engine.backends.llama_cpp.wire import Failed, Queued, Reading, Reply

AGEING_TOKENS = 16
"""A prompt counts as so much shorter for each step that passed it over: short ones cannot keep it out for ever."""
ROOM_TO_SPEAK = 256
"""Cells that an answer must find free beyond its prompt, else it waits until another has ended."""


@dataclass(eq=False, slots=True)
class Turn:
    """An answer that has a slot. `share` and `place` are of the current step: its tokens, and where its logits are."""

    answer: Answer
    slot: Slot
    listener: Listener
    passed_over: int = 0
    share: int = 0
    place: int | None = None

    @property
    def remaining(self) -> int:
        """Tokens to compute before the next one can be picked; at least one."""
        return len(self.answer.tokens) - len(self.slot.log)

    @property
    def before_picture(self) -> int:
        """Tokens to compute before the next picture, or all that remain."""
        begin = len(self.slot.log)
        if self.answer.tokens[begin] < 0:
            return 0
        ends = (place for place in self.answer.pictures if place >= begin)
        return next(ends, len(self.answer.tokens)) - begin


class Steps:
    """`total` is the number of cells, `chunk` the number of prompt tokens of one step.

    `see` computes a picture by its first stand-in, its position and its sequence.
    """

    def __init__(
        self,
        context: Any,
        batch: Batch,
        slots: Slots,
        total: int,
        chunk: int,
        see: Callable[[int, int, int], tuple[int, int]],
        send: Callable[[Reply], None],
    ) -> None:
        self._context = context
        self._batch = batch
        self._slots = slots
        self._total = total
        self._chunk = chunk
        self._see = see
        self._send = send
        self._waiting: list[Answer] = []
        self._turns: list[Turn] = []
        self._places: dict[int, int] = {}

    @property
    def is_idle(self) -> bool:
        return not self._turns and not self._waiting

    def add(self, answer: Answer) -> None:
        self._waiting.append(answer)

    def stop(self, answer_id: int) -> None:
        """End an answer wherever it is; one that is over already is none of our business."""
        for turn in self._turns:
            if turn.answer.id == answer_id:
                return self._end(turn, turn.answer.finished("stopped"))
        for answer in self._waiting:
            if answer.id == answer_id:
                self._waiting.remove(answer)
                self._places.pop(answer_id, None)
                return self._send(answer.finished("stopped"))
        return None

    def step(self) -> None:
        """One computation for all, if there is anyone; then each is told what came of it."""
        self._let_in()
        if not self._turns:
            return
        if looking := next((turn for turn in self._turns if turn.before_picture == 0), None):
            self._look(looking)
        self._share_out()
        taking_part = [turn for turn in self._turns if turn.share]
        if not taking_part:
            return
        answer = self._compute(taking_part)
        if answer == DONE:
            self._go_on(taking_part)
        else:
            self._get_over(taking_part, answer)

    def _look(self, turn: Turn) -> None:
        """A picture is computed by itself, one in a step; the others go on right behind it."""
        log = turn.slot.log
        answer, length = self._see(turn.answer.tokens[len(log)], len(log), turn.slot.sequence)
        if answer == DONE:
            log.extend(turn.answer.tokens[len(log) : len(log) + length])
            self._tell_progress(turn)
        else:
            self._get_over([turn], answer)

    def _get_over(self, turns: list[Turn], answer: int) -> None:
        """What was begun is undone; it is tried again in the next step, or given up."""
        for turn in turns:
            self._slots.cut(turn.slot, len(turn.slot.log))
        if answer == NO_CELLS:
            self._make_room()
        elif answer != ABORTED:
            self._fail(turns, f"llama_decode answered {answer}")

    def _let_in(self) -> None:
        """Who came first begins first, as soon as there is a slot and room for the prompt."""
        while self._waiting and self._fits(self._waiting[0]):
            answer = self._waiting[0]
            slot = self._slots.give(answer.dialog, answer.tokens)
            if slot is None:
                break
            del self._waiting[0]
            self._places.pop(answer.id, None)
            answer.begin(len(slot.log))
            self._turns.append(Turn(answer, slot, Listener(answer.id, self._send)))
        for place, answer in enumerate(self._waiting, 1):
            if self._places.get(answer.id) != place:
                self._places[answer.id] = place
                self._send(Queued(answer.id, place))

    def _fits(self, newcomer: Answer) -> bool:
        if not self._turns:
            return True
        answers = [newcomer, *(turn.answer for turn in self._turns)]
        return sum(len(answer.tokens) + min(answer.may_say, ROOM_TO_SPEAK) for answer in answers) <= self._total

    def _share_out(self) -> None:
        """A token for each who speaks; the prompts share a chunk, the one that is done soonest first."""
        room = self._chunk
        for turn in sorted(self._turns, key=lambda turn: turn.remaining - AGEING_TOKENS * turn.passed_over):
            if turn.remaining == 1:
                turn.share = 1
                continue
            turn.share = min(turn.before_picture, room)
            room -= turn.share
            turn.passed_over += not turn.share

    def _compute(self, turns: list[Turn]) -> int:
        self._batch.clear()
        for turn in turns:
            turn.place = None
            tokens, start = turn.answer.tokens, len(turn.slot.log)
            end = start + turn.share
            for position in range(start, end):
                is_last = position == len(tokens) - 1
                place = self._batch.add(tokens[position], position, turn.slot.sequence, is_last)
                if is_last:
                    turn.place = place
        return self._batch.compute()

    def _go_on(self, turns: list[Turn]) -> None:
        for turn in self._turns:
            if not turn.share:
                self._tell_progress(turn)  # a sign of life
        for turn in turns:
            answer, log = turn.answer, turn.slot.log
            log.extend(answer.tokens[len(log) : len(log) + turn.share])
            if turn.place is None:
                self._tell_progress(turn)
                continue
            turn.listener.say(answer.take(answer.sampler.pick(self._context, turn.place)))
            if answer.reason is not None:
                self._end(turn, answer.finished(answer.reason))

    def _tell_progress(self, turn: Turn) -> None:
        self._send(Reading(turn.answer.id, len(turn.slot.log), len(turn.answer.tokens)))

    def _make_room(self) -> None:
        """Send away a dialog at rest; else whoever began last waits again, and is computed again from its tokens."""
        if self._slots.make_room():
            return
        if len(self._turns) == 1:
            self._fail(self._turns.copy(), "no cell is left in the window")
            return
        last = self._turns.pop()
        last.listener.flush()
        self._slots.rest(last.slot)
        self._waiting.insert(0, last.answer)

    def _fail(self, turns: list[Turn], detail: str) -> None:
        for turn in turns:
            self._slots.cut(turn.slot, 0)
            turn.answer.close()
            self._end(turn, Failed(turn.answer.id, "refused", detail))

    def _end(self, turn: Turn, last: Reply) -> None:
        turn.listener.flush()
        self._turns.remove(turn)
        self._slots.rest(turn.slot)
        self._send(last)
