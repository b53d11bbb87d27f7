"""What there is to show of an answer on its way, and how urgent that is. Knows nothing of messages or drafts."""

import math
import time
from enum import IntEnum

from bot.council_view import CouncilView
from bot.texts import Texts
from engine.events import CouncilEvent, Delta, Done, Event, PipelineStarted, StageDone, Started, Thought, Waiting

NEW_CHARACTERS = 40
"""A drawing is worth a call when this much is new."""
TICK_S = 5.0
"""The seconds in the status of a pipeline go on at least so often."""
SILENT_S = 120.0
"""After this long without a word the person is told that waiting or stopping are both possible."""


class News(IntEnum):
    """How much has come since the last drawing."""

    NONE = 0
    LITTLE = 1
    ENOUGH = 2
    FIRST_WORD = 3


class Growing:
    """The text of an answer so far, or, before its first word, a line about what is going on."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._status = self._shown_status = texts("answer-placeholder")
        self._thought_length = 0
        self._shown_length = 0
        self._heard_at = time.monotonic()
        self._silence_told = False
        self._council: CouncilView | None = None
        self._shown_version = 0
        self._shown_at = time.monotonic()
        self.text = ""

    def take(self, event: Event) -> bool:
        """Take an event in; True if it makes a drawing more urgent than before."""
        before = self.news()
        self._heard_at, self._silence_told = time.monotonic(), False
        self._add(event)
        return self.news() > before

    def now(self) -> str:
        """What to show; after a long silence with a line about it."""
        text = self.text.strip() or (self._council.text() if self._council else self._status)
        return f"{text}\n\n{self._texts('answer-silent', minutes=round(SILENT_S / 60))}" if self._is_silent() else text

    def changes_at(self) -> float | None:
        """When there will be something to show though nothing came (time.monotonic): the silence, if it was not told,
        or the seconds of a pipeline's status.
        """
        silent_at = None if self._silence_told else self._heard_at + SILENT_S
        if self._council is None or self.text.strip():
            return silent_at
        return min(silent_at or math.inf, self._shown_at + TICK_S)

    @property
    def stage(self) -> int:
        """The stage of a pipeline that runs; 0 in chat."""
        return self._council.running if self._council else 0

    def shown(self, up_to: int | None = None) -> None:
        """What there is now has been drawn, or only the text up to a place in it."""
        self._shown_status = self._status
        self._shown_version = self._council.version if self._council else 0
        self._shown_at = time.monotonic()
        self._silence_told = self._is_silent()
        self._shown_length = len(self.text.strip()) if up_to is None else up_to

    def nothing_shown(self) -> None:
        """The message still shows something old."""
        self._shown_status = ""

    def news(self) -> News:
        if not self.text.strip():
            is_new = self._council is not None and self._council.version != self._shown_version
            return News.ENOUGH if is_new or self._status != self._shown_status else News.NONE
        if not self._shown_length:
            return News.FIRST_WORD
        new = len(self.text) - self._shown_length
        return News.ENOUGH if new >= NEW_CHARACTERS else News.LITTLE if new > 0 else News.NONE

    def _is_silent(self) -> bool:
        return time.monotonic() - self._heard_at >= SILENT_S

    def _add(self, event: Event) -> None:
        match event:
            case Delta(text):
                self.text += text if self.text else text.lstrip()
            case Thought(text):
                self._thought_length += len(text)
                self._status = self._texts("answer-thinking", characters=self._thought_length)
            case Waiting(reason="load"):
                self._status = self._texts("answer-loading")
            case Waiting(place=place):
                self._status = self._texts("answer-queued", place=place or 1)
            case PipelineStarted():
                self._council = CouncilView(self._texts)
                self._council.take(event)
            case Started():
                self.text, self._shown_length = "", 0  # who is asked anew begins anew
            case Done():
                pass
            case StageDone() if self._council is None:
                pass
            case _:
                self._add_of_council(event)

    def _add_of_council(self, event: CouncilEvent) -> None:
        """An answer that nobody streams ends the run at once; its status stays until then."""
        if self._council is not None:
            self._council.take(event)
