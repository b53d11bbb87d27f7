"""The outbox: every call to Telegram that is shown in a chat goes through here, one after another in each chat.

Durable calls (answers, menus, files) wait for their turn; views that grow (an answer being streamed) are drawn
when there is room, always with what is newest. Keeps Telegram's pace, obeys its 429, repeats what is safe to
repeat. Knows nothing of dialogs or answers.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol, TypeVar

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import (
    DeleteMessage,
    DeleteMessages,
    EditForumTopic,
    EditMessageReplyMarkup,
    EditMessageText,
    TelegramMethod,
)
from aiohttp import ClientConnectorError

from engine.tasks import Tasks

T = TypeVar("T")
log = logging.getLogger(__name__)

IDEMPOTENT = (EditMessageText, EditMessageReplyMarkup, DeleteMessage, DeleteMessages, EditForumTopic)
LONGEST_PAUSE_S = 30.0
SERVER_TRIES = 8
"""A call that Telegram answers with 5xx for two minutes may be one that it never will take."""
AFTER_PENALTY_S = 1.0
SLOW_AFTER_PENALTY_S = 60.0
KEPT_FOR_DURABLE = 1.0
"""Growing views leave this much of the budget to answers and menus."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Within what Telegram allows: a message a second in a chat, 20 in any minute in a group, 30 a second in all."""

    chat_per_s: float = 1.0
    chat_burst: float = 4.0
    group_per_s: float = 16 / 60
    group_burst: float = 4.0
    all_per_s: float = 28.0
    all_burst: float = 28.0


class View(Protocol):
    """Something that grows on the screen."""

    def due_at(self) -> float | None:
        """When it wants to be drawn next (time.monotonic); None while nothing is new."""
        ...

    def draw(self) -> TelegramMethod[Any] | None:
        """The call that shows it as it is now."""
        ...


class Bucket:
    """A token bucket: `burst` at once, then `per_s`."""

    def __init__(self, per_s: float, burst: float) -> None:
        self._per_s, self._burst = per_s, burst
        self._level, self._at = burst, time.monotonic()

    def wait_s(self, keep: float = 0.0) -> float:
        """How long until one can be taken with `keep` left over; 0 is now."""
        now = time.monotonic()
        self._level = min(self._burst, self._level + (now - self._at) * self._per_s)
        self._at = now
        return max(0.0, (1 + keep - self._level) / self._per_s)

    def take(self) -> None:
        self._level -= 1


@dataclass
class Lane:
    """One chat: its budget, its turn, its penalty, the newest edit of each message, and the views that grow in it."""

    bucket: Bucket
    is_group: bool
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    blocked_until: float = 0.0
    slow_until: float = 0.0
    edits: dict[int, EditMessageText] = field(default_factory=dict)
    views: list[View] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    drawing: bool = False


class Outbox:
    """Open it with open_outbox; its tasks end with it."""

    def __init__(self, bot: Bot, budget: Budget, tasks: Tasks) -> None:
        self._bot = bot
        self._budget = budget
        self._tasks = tasks
        self._lanes: dict[int, Lane] = {}
        self._all = Bucket(budget.all_per_s, budget.all_burst)

    async def call(self, chat_id: int, method: TelegramMethod[T], *, repeat: bool = False) -> T:
        """Make a durable call in its turn; `repeat` says that doing it twice would do no harm.

        Network trouble: what is idempotent, was not sent at all, or may be repeated, is tried again until it
        works; where Telegram itself fails, SERVER_TRIES times. Raises the other errors of aiogram. An edit that
        changes nothing counts as done; so does one that a newer edit of its message has overtaken while it waited.
        """
        with newest(self._lane(chat_id), method):
            return await self._insist(chat_id, method, repeat=repeat or isinstance(method, IDEMPOTENT))

    async def _insist(self, chat_id: int, method: TelegramMethod[T], *, repeat: bool) -> T:
        pause_s, server_failures = 1.0, 0
        while True:
            try:
                return await self._in_turn(self._lane(chat_id), method)
            except TelegramRetryAfter:
                continue
            except (TelegramNetworkError, TelegramServerError) as error:
                server_failures += isinstance(error, TelegramServerError)
                was_not_sent = isinstance(error.__cause__, ClientConnectorError)
                if not (repeat or was_not_sent) or server_failures >= SERVER_TRIES:
                    raise
                log.warning("telegram is away (%s), trying again in %.0f s", error.message, pause_s)
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def now(self, method: TelegramMethod[T]) -> T:
        """A call outside the budget of chats: answers to button presses, getFile, commands."""
        return await self._bot(method)

    async def fetch(self, file_id: str, to: BinaryIO) -> None:
        """Write a file that somebody sent; outside the budget of chats."""
        await self._bot.download(file_id, destination=to)

    async def tell(self, method: TelegramMethod[Any]) -> None:
        """A call whose failure matters to nobody: a toast on a button, a typing sign."""
        try:
            await self._bot(method)
        except AiogramError as error:
            log.debug("%s was not shown: %s", type(method).__name__, error)

    async def attempt(self, chat_id: int, method: TelegramMethod[Any]) -> bool:
        """A durable call that may be refused without harm; tells whether it was done."""
        try:
            await self.call(chat_id, method)
        except AiogramError as error:
            log.debug("%s was refused: %s", type(method).__name__, error)
            return False
        return True

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin work that goes on when its starter is cancelled; the outbox waits for it at its end."""
        return self._tasks.start(work)

    def pace_s(self, chat_id: int) -> float:
        """The time between two drawings of a view in this chat, by the number of views and past penalties."""
        lane = self._lane(chat_id)
        count = max(1, len(lane.views))
        pace_s = max(4.0, 3.5 * count) if lane.is_group else max(1.5, 1.2 * count)
        return pace_s * (2 if time.monotonic() < lane.slow_until else 1)

    def attach(self, chat_id: int, view: View) -> None:
        """Begin to draw a view whenever it is due and there is room."""
        lane = self._lane(chat_id)
        lane.views.append(view)
        if not lane.drawing:
            lane.drawing = True
            self.start(self._draw(lane))

    def poke(self, chat_id: int) -> None:
        """Tell that a view of this chat has something new."""
        self._lane(chat_id).news.set()

    def detach(self, chat_id: int, view: View) -> None:
        lane = self._lane(chat_id)
        if view in lane.views:
            lane.views.remove(view)
            lane.news.set()

    async def _draw(self, lane: Lane) -> None:
        """Draw the views of a chat, the longest due first, until none is left."""
        try:
            while lane.views:
                due = [(at, index) for index, view in enumerate(lane.views) if (at := view.due_at()) is not None]
                wait_s = max(min(due)[0] - time.monotonic(), self._wait_s(lane, KEPT_FOR_DURABLE)) if due else None
                if wait_s is None or wait_s > 0:
                    await heard(lane.news, wait_s)
                    continue
                view = lane.views[min(due)[1]]
                async with lane.turn:
                    if self._wait_s(lane, KEPT_FOR_DURABLE) > 0:
                        continue  # a durable call was first, and took the room or met a penalty
                    if view in lane.views and (method := view.draw()) is not None:
                        await self._show(lane, method)
        finally:
            lane.drawing = False

    async def _show(self, lane: Lane, method: TelegramMethod[Any]) -> None:
        """One drawing of a view; when it fails, the next one will do."""
        lane.bucket.take()
        self._all.take()
        try:
            await self._bot(method)
        except TelegramRetryAfter as error:
            self._punish(lane, error)
        except AiogramError as error:
            log.debug("a view was not drawn: %s", error)

    async def _in_turn(self, lane: Lane, method: TelegramMethod[T]) -> T:
        async with lane.turn:
            while (wait_s := self._wait_s(lane)) > 0:
                await asyncio.sleep(wait_s)
            if is_overtaken(lane, method):
                return True  # type: ignore[return-value]  # as for an edit that changes nothing
            lane.bucket.take()
            self._all.take()
            try:
                return await self._bot(method)
            except TelegramRetryAfter as error:
                self._punish(lane, error)
                raise
            except TelegramBadRequest as error:
                if "message is not modified" in error.message:
                    return True  # type: ignore[return-value]  # what editMessageText itself may return
                raise

    def _wait_s(self, lane: Lane, keep: float = 0.0) -> float:
        penalty_s = lane.blocked_until - time.monotonic()
        return max(0.0, penalty_s, lane.bucket.wait_s(keep), self._all.wait_s(keep))

    def _punish(self, lane: Lane, error: TelegramRetryAfter) -> None:
        now = time.monotonic()
        lane.blocked_until = now + error.retry_after + AFTER_PENALTY_S
        lane.slow_until = lane.blocked_until + SLOW_AFTER_PENALTY_S
        log.warning("telegram asks for a pause of %d s in one chat", error.retry_after)

    def _lane(self, chat_id: int) -> Lane:
        lane = self._lanes.get(chat_id)
        if lane is None:
            budget, is_group = self._budget, chat_id < 0
            bucket = (
                Bucket(budget.group_per_s, budget.group_burst)
                if is_group
                else Bucket(budget.chat_per_s, budget.chat_burst)
            )
            lane = self._lanes[chat_id] = Lane(bucket, is_group)
        return lane


@contextmanager
def newest(lane: Lane, method: TelegramMethod[Any]) -> Iterator[None]:
    """Meanwhile an edit is known as the newest of its message, until another comes."""
    if not isinstance(method, EditMessageText) or method.message_id is None:
        yield
        return
    lane.edits[method.message_id] = method
    try:
        yield
    finally:
        if lane.edits.get(method.message_id) is method:
            del lane.edits[method.message_id]


def is_overtaken(lane: Lane, method: TelegramMethod[Any]) -> bool:
    """A newer edit of the same message waits behind this one."""
    if not isinstance(method, EditMessageText) or method.message_id is None:
        return False
    return lane.edits.get(method.message_id, method) is not method


@asynccontextmanager
async def open_outbox(bot: Bot, budget: Budget | None = None) -> AsyncIterator[Outbox]:
    """An outbox; leaving it ends what still waits (answers stay due in the database)."""
    async with Tasks() as tasks:
        yield Outbox(bot, budget or Budget(), tasks)


async def heard(news: asyncio.Event, wait_s: float | None) -> None:
    """Wait for news, at most `wait_s` seconds."""
    try:
        async with asyncio.timeout(wait_s):
            await news.wait()
    except TimeoutError:
        return
    news.clear()
