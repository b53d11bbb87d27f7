"""The pace Telegram allows, and the 429 for whoever is faster.

Chats are numbers here; the clock comes from outside, so that rules can be checked without waiting.
Drafts have a bucket of their own; answers to buttons and reading methods are never asked about.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

UNLIMITED = 1_000_000


@dataclass(frozen=True, slots=True)
class Flood:
    """How strict the server is. The numbers are Telegram's documented ones; bursts are a careful guess."""

    chat_interval_s: float = 1.0
    chat_burst: int = 5
    group_per_minute: int = 20
    overall_per_s: int = 30
    draft_interval_s: float = 0.5
    draft_burst: int = 5
    penalty_s: float = 5.0
    penalty_growth_s: float = 5.0
    """Added by every call that comes before the penalty is over."""


NO_FLOOD = Flood(chat_interval_s=0, group_per_minute=UNLIMITED, overall_per_s=UNLIMITED, draft_interval_s=0)
"""For tests that are about something else."""


@dataclass(slots=True)
class Bucket:
    """Tokens that come back at a steady pace."""

    capacity: float
    interval_s: float
    tokens: float
    at: float

    def take(self, count: int, now: float) -> bool:
        """Take tokens; True if there were any. A call dearer than the bucket needs only a full bucket."""
        if self.interval_s > 0:
            self.tokens = min(self.capacity, self.tokens + (now - self.at) / self.interval_s)
            self.at = now
            if self.tokens < min(count, self.capacity):
                return False
            self.tokens -= count
        return True


@dataclass(slots=True)
class ChatPace:
    bucket: Bucket
    drafts: Bucket
    last_minute: deque[float] = field(default_factory=deque)
    penalty_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Refusal:
    retry_after_s: int
    reason: str


class FloodGate:
    """Counts calls per chat and overall."""

    def __init__(self, flood: Flood, now: float) -> None:
        self.flood = flood
        self._chats: dict[int, ChatPace] = {}
        self._overall = Bucket(flood.overall_per_s, 1 / flood.overall_per_s, flood.overall_per_s, now)
        self._overall_penalty_until = 0.0

    def ask(self, chat_id: int, *, is_group: bool, is_draft: bool, cost: int, now: float) -> Refusal | None:
        """Let a call through, or say for how long to be quiet."""
        pace = self._pace(chat_id, now)
        if now < pace.penalty_until:
            pace.penalty_until += self.flood.penalty_growth_s
            return _refusal(pace.penalty_until - now, "called during a penalty")
        if now < self._overall_penalty_until:
            self._overall_penalty_until += self.flood.penalty_growth_s
            return _refusal(self._overall_penalty_until - now, "called during a penalty for all chats")
        if not (pace.drafts if is_draft else pace.bucket).take(cost, now):
            return self._punish(pace, now, "too often in one chat")
        if is_group and not self._fits_minute(pace, cost, now):
            return self._punish(pace, now, "too often in one group")
        if not self._overall.take(cost, now):
            self._overall_penalty_until = now + self.flood.penalty_s
            return _refusal(self.flood.penalty_s, "too often overall")
        return None

    def punish(self, chat_id: int, seconds: float, now: float) -> None:
        """Begin a penalty that nobody earned: for tests of 429."""
        self._pace(chat_id, now).penalty_until = now + seconds

    def _punish(self, pace: ChatPace, now: float, reason: str) -> Refusal:
        pace.penalty_until = now + self.flood.penalty_s
        return _refusal(self.flood.penalty_s, reason)

    def _fits_minute(self, pace: ChatPace, cost: int, now: float) -> bool:
        while pace.last_minute and pace.last_minute[0] <= now - 60:
            pace.last_minute.popleft()
        if len(pace.last_minute) + cost > self.flood.group_per_minute:
            return False
        pace.last_minute.extend([now] * cost)
        return True

    def _pace(self, chat_id: int, now: float) -> ChatPace:
        pace = self._chats.get(chat_id)
        if pace is None:
            flood = self.flood
            pace = ChatPace(
                Bucket(flood.chat_burst, flood.chat_interval_s, flood.chat_burst, now),
                Bucket(flood.draft_burst, flood.draft_interval_s, flood.draft_burst, now),
            )
            self._chats[chat_id] = pace
        return pace


def _refusal(seconds: float, reason: str) -> Refusal:
    return Refusal(max(1, math.ceil(seconds)), reason)
