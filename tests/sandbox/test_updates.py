"""How updates reach the bot: polling, its conflicts, webhooks."""

import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sandbox import Chat, Person, Sandbox
from tests.sandbox.client import connect


class Hook:
    """A webhook that keeps what it gets and can be told to fail first."""

    def __init__(self) -> None:
        self.failures = 0
        self.seen: list[tuple[str | None, str]] = []

    async def receive(self, request: web.Request) -> web.Response:
        if self.failures:
            self.failures -= 1
            return web.Response(status=500)
        body = await request.json()
        self.seen.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), body["message"]["text"]))
        return web.Response()


@pytest.fixture
async def hook():
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.receive)
    async with TestServer(app) as server:
        hook.url = str(server.make_url("/hook"))
        yield hook


async def test_an_update_comes_again_until_it_is_confirmed(bot: Bot, chat: Chat) -> None:
    (first,) = await bot.get_updates()
    (again,) = await bot.get_updates()
    assert first.update_id == again.update_id
    assert await bot.get_updates(offset=first.update_id + 1) == []
    assert await bot.get_updates() == []


async def test_a_long_poll_ends_when_something_happens(bot: Bot, sandbox: Sandbox, anna: Person, chat: Chat) -> None:
    (first,) = await bot.get_updates()
    poll = asyncio.create_task(bot.get_updates(offset=first.update_id + 1, timeout=20))
    await sandbox.until(lambda: sandbox.updates.is_polled)
    await anna.say(chat, "hello")
    (second,) = await poll
    assert second.message is not None
    assert second.message.text == "hello"
    assert second.update_id == first.update_id + 1


async def test_the_last_updates_can_be_asked_for_by_a_negative_offset(bot: Bot, anna: Person, chat: Chat) -> None:
    for text in ("one", "two"):
        await anna.say(chat, text)
    (last,) = await bot.get_updates(offset=-1)
    assert last.message is not None
    assert last.message.text == "two"
    assert len(await bot.get_updates()) == 1


async def test_a_second_poller_ends_the_first(sandbox: Sandbox, bot: Bot, anna: Person) -> None:
    async with connect(sandbox) as second_bot:
        first = asyncio.create_task(bot.get_updates(timeout=20))
        await sandbox.until(lambda: sandbox.updates.is_polled)
        second = asyncio.create_task(second_bot.get_updates(timeout=20))
        with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
            await first
        await anna.start(sandbox.private_chat(anna))
        assert len(await second) == 1


async def test_only_wanted_kinds_arrive(bot: Bot, sandbox: Sandbox, anna: Person, chat: Chat) -> None:
    asked = await anna.say(chat, "one")
    await bot.get_updates(offset=-1, allowed_updates=["message"])
    await anna.edit(asked, "two")
    await anna.react(asked, "👍")
    assert [update.event_type for update in await bot.get_updates()] == ["message"]
    await bot.get_updates(allowed_updates=["edited_message", "message_reaction"])
    await anna.edit(asked, "three")
    await anna.react(asked, "🔥")
    kinds = [update.event_type for update in await bot.get_updates()]
    assert kinds == ["message", "edited_message", "message_reaction"]


async def test_a_webhook_gets_updates_with_its_secret(bot: Bot, sandbox: Sandbox, anna: Person, hook: Hook) -> None:
    await bot.set_webhook(hook.url, secret_token="s-1")
    chat = sandbox.private_chat(anna)
    await anna.say(chat, "one")
    await anna.say(chat, "two")
    await sandbox.until(lambda: len(hook.seen) == 2)
    assert hook.seen == [("s-1", "one"), ("s-1", "two")]


async def test_a_failing_webhook_is_tried_again_and_reported(
    bot: Bot, sandbox: Sandbox, anna: Person, hook: Hook
) -> None:
    hook.failures = 1
    await bot.set_webhook(hook.url)
    await anna.say(sandbox.private_chat(anna), "one")
    await sandbox.until(lambda: hook.seen)
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
    assert hook.seen == [(None, "one")]


async def test_polling_and_a_webhook_exclude_each_other(bot: Bot, anna: Person, chat: Chat) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook()
    assert len(await bot.get_updates()) == 1


async def test_setting_a_webhook_ends_a_waiting_poll(sandbox: Sandbox, bot: Bot) -> None:
    async with connect(sandbox) as second_bot:
        poll = asyncio.create_task(bot.get_updates(timeout=20))
        await sandbox.until(lambda: sandbox.updates.is_polled)
        await second_bot.set_webhook("http://127.0.0.1:9/hook")
        with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
            await poll


async def test_a_webhook_needs_an_address_and_a_plain_secret(bot: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="bad webhook"):
        await bot.set_webhook("ftp://x")
    with pytest.raises(TelegramBadRequest, match="secret token"):
        await bot.set_webhook("https://x.org", secret_token="with space")
