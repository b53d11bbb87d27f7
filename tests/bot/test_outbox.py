"""The outbox against Telegram's pace: nothing too early, nothing twice, nothing out of order."""

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError, TelegramServerError
from aiogram.methods import EditMessageText, SendChatAction, SendMessage

import bot.outbox
from bot.outbox import Budget, Outbox, open_outbox
from bot.sandbox import NO_FLOOD, Chat, Flood, Message, Sandbox, open_sandbox
from tests.bot.conftest import UNHURRIED
from tests.sandbox.client import connect

FLOOD = Flood(chat_interval_s=0.2, chat_burst=5, overall_per_s=30)
QUICK = Budget(chat_per_s=5.0, chat_burst=3.0, group_per_s=1.0, group_burst=4.0, all_per_s=25.0, all_burst=20.0)
"""Five times Telegram's pace, for a server that allows just that; two calls of slack for a machine that stutters."""


@dataclass
class Post:
    """A sandbox, its bot's outbox, and Anna's chat."""

    sandbox: Sandbox
    outbox: Outbox
    chat: Chat

    async def send(self, text: str, chat: Chat | None = None) -> Message:
        chat_id = (chat or self.chat).id
        sent = await self.outbox.call(chat_id, SendMessage(chat_id=chat_id, text=text))
        return self.sandbox.world.messages[chat_id][sent.message_id]

    def edit(self, message: Message, text: str) -> EditMessageText:
        return EditMessageText(chat_id=message.chat_id, message_id=message.id, text=text)

    def texts(self, chat: Chat | None = None) -> list[str]:
        return [message.text for message in self.sandbox.answers(chat or self.chat)]

    async def another_chat(self, name: str) -> Chat:
        person = self.sandbox.person(name)
        await person.start(chat := self.sandbox.private_chat(person))
        return self.sandbox.chat(chat)


@dataclass
class Counting:
    """A view: a message that shows the newest number."""

    post: Post
    message: Message
    number: int = 0
    shown: int = 0
    new_since: float = 0.0

    def grow(self) -> None:
        if self.number == self.shown:
            self.new_since = time.monotonic()
        self.number += 1
        self.post.outbox.poke(self.message.chat_id)

    def due_at(self) -> float | None:
        return self.new_since if self.number > self.shown else None

    def draw(self) -> EditMessageText:
        self.shown = self.number
        return self.post.edit(self.message, f"number {self.number}")

    def on_screen(self) -> str:
        message = self.post.sandbox.message(self.message)
        assert message is not None
        return message.text


@asynccontextmanager
async def open_post(flood: Flood, budget: Budget) -> AsyncIterator[Post]:
    async with (
        open_sandbox(flood=flood) as sandbox,
        connect(sandbox) as telegram,
        open_outbox(telegram, budget) as outbox,
    ):
        anna = sandbox.person("Anna")
        await anna.start(chat := sandbox.private_chat(anna))
        yield Post(sandbox, outbox, sandbox.chat(chat))


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """Nobody minds the pace."""
    async with open_post(NO_FLOOD, UNHURRIED) as post:
        yield post


async def test_calls_and_views_of_many_chats_compete_and_none_comes_too_early() -> None:
    async with open_post(FLOOD, QUICK) as post:
        people = [await post.another_chat(name) for name in ("Boris", "Vera")]
        team = post.sandbox.group("Team", [post.sandbox.people()[0]])
        chats = [post.chat, *people, team]
        views = [
            Counting(post, await post.send("view", chat)) for chat in chats for _ in range(2 if chat.id > 0 else 1)
        ]
        for view in views:
            post.outbox.attach(view.message.chat_id, view)

        async def grow() -> None:
            while True:
                for view in views:
                    view.grow()
                await asyncio.sleep(0.02)

        growing = asyncio.create_task(grow())
        counts = {chat.id: 8 if chat.id > 0 else 2 for chat in chats}
        await asyncio.gather(*(post.send(f"menu {n}", chat) for n in range(8) for chat in chats if n < counts[chat.id]))
        await post.sandbox.until(lambda: all(view.on_screen() != "view" for view in views))
        growing.cancel()
        await asyncio.wait([growing])

        assert post.sandbox.violations == []
        for chat in chats:
            assert [text for text in post.texts(chat) if "menu" in text] == [
                f"menu {n}" for n in range(counts[chat.id])
            ]


async def test_a_burst_beyond_the_budget_waits_and_keeps_its_order() -> None:
    async with open_post(FLOOD, QUICK) as post:
        await asyncio.gather(*(post.send(str(number)) for number in range(9)))
        assert post.texts() == [str(number) for number in range(9)]
        assert post.sandbox.violations == []


async def test_after_a_429_the_chat_is_left_alone_until_the_penalty_is_over(post: Post) -> None:
    other = await post.another_chat("Boris")
    post.sandbox.faults.too_many(1, chat_id=post.chat.id)
    late = asyncio.create_task(post.send("late"))
    (refused,) = await post.sandbox.until(lambda: [call for call in post.sandbox.calls if call.code == 429])

    await post.send("elsewhere", other)
    assert not late.done(), "a penalty of one chat is none of another"
    await late

    assert post.sandbox.calls[-1].at - refused.at >= 2.0, "retry_after and a second more"
    assert post.texts() == ["late"]
    assert post.sandbox.violations == []


async def test_a_view_that_waited_behind_a_429_does_not_slip_into_the_penalty(post: Post) -> None:
    view = Counting(post, await post.send("view"))
    post.outbox.attach(post.chat.id, view)
    post.sandbox.faults.delay(0.1, "sendMessage")
    post.sandbox.faults.too_many(1, method="sendMessage")
    late = asyncio.create_task(post.send("late"))
    await asyncio.sleep(0.02)
    view.grow()
    await late
    await post.sandbox.until(lambda: view.on_screen() == "number 1")
    assert post.sandbox.violations == []


async def test_the_pace_of_views_doubles_after_a_429_and_slows_with_their_number(post: Post) -> None:
    team = post.sandbox.group("Team", [post.sandbox.people()[0]])
    message = await post.send("view")
    assert (post.outbox.pace_s(post.chat.id), post.outbox.pace_s(team.id)) == (1.5, 4.0)
    for count in (1, 2, 3):
        post.outbox.attach(post.chat.id, Counting(post, message))
        assert post.outbox.pace_s(post.chat.id) == max(1.5, 1.2 * count)
    post.sandbox.faults.too_many(1, method="editMessageText")
    await post.outbox.call(post.chat.id, post.edit(message, "edited"))
    assert post.outbox.pace_s(post.chat.id) == pytest.approx(2 * 3.6)
    assert post.outbox.pace_s(team.id) == 4.0


async def test_a_send_of_which_nobody_knows_whether_it_arrived_is_not_repeated(post: Post) -> None:
    post.sandbox.faults.drop_after("sendMessage")
    with pytest.raises(TelegramNetworkError):
        await post.send("once")
    assert post.texts() == ["once"]


async def test_an_edit_is_repeated_until_it_arrives(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    message = await post.send("before")
    post.sandbox.faults.drop_after("editMessageText")
    await post.outbox.call(post.chat.id, post.edit(message, "after"))
    assert post.texts() == ["after"]
    edits = [call.code for call in post.sandbox.calls if call.method == "editMessageText"]
    assert edits == [0, 400], "the second one changed nothing, which counts as done"
    assert "telegram is away" in caplog.text


async def test_an_edit_that_a_newer_one_has_overtaken_is_not_made(post: Post) -> None:
    message, other = await post.send("a"), await post.send("b")
    post.sandbox.calls.clear()
    edits = [post.edit(message, str(number)) for number in range(6)] + [post.edit(other, "c")]
    await asyncio.gather(*(post.outbox.call(post.chat.id, edit) for edit in edits))
    made = [call.params["text"] for call in post.sandbox.calls if call.method == "editMessageText"]
    assert made[-2:] == ["5", "c"]
    assert len(made) <= 3, "one that was on its way already may arrive"
    assert post.texts() == ["5", "c"]


async def test_what_was_never_sent_is_sent_when_telegram_is_back(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    token = "7200000001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    async with open_outbox_at(f"http://127.0.0.1:{port}", token) as outbox:
        waiting = asyncio.create_task(outbox.call(500_000_001, SendMessage(chat_id=500_000_001, text="at last")))
        while "telegram is away" not in caplog.text:
            await asyncio.sleep(0.01)
        async with open_sandbox(flood=NO_FLOOD, port=port, token=token) as sandbox:
            anna = sandbox.person("Anna")
            await anna.start(chat := sandbox.private_chat(anna))
            await asyncio.wait_for(waiting, 20)
            assert [message.text for message in sandbox.answers(chat)] == ["at last"]


async def test_a_call_that_telegram_never_takes_is_given_up(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.outbox, "SERVER_TRIES", 2)
    message = await post.send("before")
    post.sandbox.faults.answer(502, "editMessageText", times=9)
    with pytest.raises(TelegramServerError):
        await post.outbox.call(post.chat.id, post.edit(message, "after"))


async def test_refusals_are_raised_and_an_attempt_only_tells_of_them(post: Post) -> None:
    message = await post.send("before")
    nothing = EditMessageText(chat_id=post.chat.id, message_id=message.id + 99, text="after")
    with pytest.raises(TelegramBadRequest):
        await post.outbox.call(post.chat.id, nothing)
    assert not await post.outbox.attempt(post.chat.id, nothing)
    assert await post.outbox.attempt(post.chat.id, post.edit(message, "after"))
    await post.outbox.tell(SendChatAction(chat_id=post.chat.id, action="dance"))
    assert post.texts() == ["after"]


async def test_a_view_shows_the_newest_and_nothing_after_its_last_word(post: Post) -> None:
    view = Counting(post, await post.send("view"))
    post.outbox.attach(post.chat.id, view)
    post.sandbox.faults.delay(0.1, "editMessageText")
    for _ in range(5):
        view.grow()
    await post.sandbox.until(lambda: view.on_screen() == "number 5")

    post.sandbox.faults.delay(0.1, "editMessageText")
    view.grow()
    await asyncio.sleep(0.02)
    view.grow()
    post.outbox.detach(post.chat.id, view)
    await post.outbox.call(post.chat.id, post.edit(view.message, "the last word"))
    await post.send("something else")

    assert view.on_screen() == "the last word"
    assert view.shown < view.number


async def test_a_view_that_is_over_gives_up_its_turn(post: Post) -> None:
    view = Counting(post, await post.send("view"))
    post.outbox.attach(post.chat.id, view)
    post.sandbox.faults.delay(0.2, "sendMessage")
    menu = asyncio.create_task(post.send("menu"))
    await asyncio.sleep(0.02)
    view.grow()
    await asyncio.sleep(0.02)
    post.outbox.detach(post.chat.id, view)
    await menu
    await post.send("another")
    assert view.shown == 0


async def test_a_view_that_fails_is_drawn_again_and_never_replaced_by_a_new_message(post: Post) -> None:
    view = Counting(post, await post.send("view"))
    post.outbox.attach(post.chat.id, view)
    post.sandbox.faults.answer(502, "editMessageText")
    view.grow()
    await post.sandbox.until(lambda: any(call.code == 502 for call in post.sandbox.calls))
    view.grow()
    await post.sandbox.until(lambda: view.on_screen() == "number 2")
    assert len(post.texts()) == 1


async def test_views_leave_room_for_menus() -> None:
    """A view that always has news never takes the last call of the budget."""
    slow = Budget(chat_per_s=0.01, chat_burst=3.0)
    async with open_post(NO_FLOOD, slow) as post:
        view = Counting(post, await post.send("view"))
        post.outbox.attach(post.chat.id, view)
        view.grow()
        await post.sandbox.until(lambda: view.on_screen() == "number 1")
        view.grow()
        await asyncio.sleep(0.1)
        await asyncio.wait_for(post.send("menu"), 5)
        assert view.on_screen() == "number 1"


async def test_closing_the_outbox_ends_what_still_waits() -> None:
    async with open_post(NO_FLOOD, Budget(chat_per_s=0.001, chat_burst=1.0)) as post:
        await post.send("first")
        waiting = post.outbox.start(post.send("never"))
    assert waiting.cancelled()


@asynccontextmanager
async def open_outbox_at(api_url: str, token: str) -> AsyncIterator[Outbox]:
    """An outbox whose Telegram is not there yet."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api_url))
    async with Bot(token, session=session) as telegram, open_outbox(telegram, UNHURRIED) as outbox:
        yield outbox
