"""Trouble on order: what the bot sees and what has happened behind it."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramServerError

from bot.sandbox import Chat, Sandbox


async def test_a_connection_cut_before_leaves_nothing_behind(bot: Bot, sandbox: Sandbox, chat: Chat) -> None:
    sandbox.faults.drop_before("sendMessage")
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(chat.id, "one")
    assert sandbox.answers(chat) == []
    await bot.send_message(chat.id, "two")
    assert [message.text for message in sandbox.answers(chat)] == ["two"]


async def test_a_connection_cut_after_leaves_the_message(bot: Bot, sandbox: Sandbox, chat: Chat) -> None:
    sandbox.faults.drop_after("sendMessage")
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(chat.id, "one")
    assert [message.text for message in sandbox.answers(chat)] == ["one"]
    assert sandbox.calls[-1].description == "connection dropped"


async def test_a_server_error_runs_nothing(bot: Bot, sandbox: Sandbox, chat: Chat) -> None:
    sandbox.faults.answer(502, times=2)
    for _ in range(2):
        with pytest.raises(TelegramServerError):
            await bot.send_message(chat.id, "one")
    assert sandbox.answers(chat) == []


async def test_a_delayed_call_still_runs(bot: Bot, sandbox: Sandbox, chat: Chat) -> None:
    sandbox.faults.delay(0.01, "sendMessage")
    await bot.send_message(chat.id, "one")
    assert len(sandbox.answers(chat)) == 1


async def test_a_server_that_is_away_answers_nobody_until_it_is_back(bot: Bot, sandbox: Sandbox, chat: Chat) -> None:
    sandbox.faults.away = True
    for call in (bot.get_me(), bot.get_updates(), bot.send_message(chat.id, "x")):
        with pytest.raises(TelegramNetworkError):
            await call
    sandbox.faults.clear()
    assert (await bot.get_me()).is_bot
