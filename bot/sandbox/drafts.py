"""Drafts that are shown now: one a chat and topic, each for half a minute, never stored."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.sandbox.changes import Changes
from bot.sandbox.values import Draft

LIFE_S = 30.0
Place = tuple[int, int | None]
"""Chat and topic."""


class Drafts:
    def __init__(self, changes: Changes) -> None:
        self.shown: dict[Place, Draft] = {}
        self._changes = changes
        self._timers: dict[Place, asyncio.TimerHandle] = {}
        self._stopped: set[tuple[int, int]] = set()

    def show(self, draft: Draft) -> None:
        """Show a draft in place of the one before, unless the person has stopped it."""
        if (draft.chat_id, draft.draft_id) in self._stopped:
            return
        place = (draft.chat_id, draft.thread_id)
        self._stop_timer(place)
        self.shown[place] = draft
        self._timers[place] = asyncio.get_running_loop().call_later(LIFE_S, self.drop, *place)
        self._changes.tell("draft", draft.chat_id, draft)

    def stop(self, draft: Draft) -> None:
        """The person pressed the stop button: nothing more is shown under this draft's id."""
        if draft.keep_on_stop:
            self.show(replace(draft, can_stop=False))
        else:
            self.drop(draft.chat_id, draft.thread_id)
        self._stopped.add((draft.chat_id, draft.draft_id))

    def drop(self, chat_id: int, thread_id: int | None) -> None:
        self._stop_timer((chat_id, thread_id))
        draft = self.shown.pop((chat_id, thread_id), None)
        if draft is not None:
            self._changes.tell("draft_gone", chat_id, draft)

    def close(self) -> None:
        for place in tuple(self._timers):
            self._stop_timer(place)

    def _stop_timer(self, place: Place) -> None:
        if timer := self._timers.pop(place, None):
            timer.cancel()
