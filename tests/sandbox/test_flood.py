"""The pace: buckets by themselves with a clock of our own, and 429 as the bot meets it."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter

from bot.sandbox import Flood, open_sandbox
from bot.sandbox.flood import FloodGate
from tests.sandbox.client import connect

PRIVATE, GROUP = 1, -1


def ask(gate: FloodGate, chat_id: int, now: float, *, is_draft: bool = False, cost: int = 1) -> str | None:
    refusal = gate.ask(chat_id, is_group=chat_id < 0, is_draft=is_draft, cost=cost, now=now)
    return refusal.reason if refusal else None


def test_a_short_burst_passes_and_a_steady_second_keeps_passing() -> None:
    gate = FloodGate(Flood(), 0)
    assert [ask(gate, PRIVATE, 0.0) for _ in range(5)] == [None] * 5
    assert [ask(gate, PRIVATE, float(second)) for second in range(1, 100)] == [None] * 99


def test_a_call_during_the_penalty_makes_it_longer() -> None:
    gate = FloodGate(Flood(chat_burst=1), 0)
    ask(gate, PRIVATE, 0.0)
    first = gate.ask(PRIVATE, is_group=False, is_draft=False, cost=1, now=0.1)
    second = gate.ask(PRIVATE, is_group=False, is_draft=False, cost=1, now=0.2)
    assert first is not None
    assert second is not None
    assert second.retry_after_s > first.retry_after_s
    assert ask(gate, PRIVATE, 5.5) == "called during a penalty"
    assert ask(gate, PRIVATE, 30.0) is None


def test_twenty_a_minute_in_a_group_and_no_more() -> None:
    gate = FloodGate(Flood(), 0)
    assert [ask(gate, GROUP, 2.0 * number) for number in range(20)] == [None] * 20
    assert ask(gate, GROUP, 41.0) == "too often in one group"
    assert ask(gate, GROUP, 61.0) is None


def test_thirty_a_second_overall() -> None:
    gate = FloodGate(Flood(), 0)
    assert [ask(gate, chat_id, 0.0) for chat_id in range(1, 31)] == [None] * 30
    assert ask(gate, 99, 0.0) == "too often overall"
    assert ask(gate, 100, 1.0) == "called during a penalty for all chats"


def test_chats_and_drafts_have_paces_of_their_own() -> None:
    gate = FloodGate(Flood(chat_burst=1, draft_burst=1), 0)
    assert ask(gate, 1, 0.0) is None
    assert ask(gate, 2, 0.0) is None
    assert ask(gate, 1, 0.0, is_draft=True) is None
    assert ask(gate, 1, 0.0, is_draft=True) == "too often in one chat"


def test_an_album_costs_as_many_as_it_has() -> None:
    gate = FloodGate(Flood(), 0)
    assert ask(gate, PRIVATE, 0.0, cost=10) is None
    assert ask(gate, PRIVATE, 5.0) == "too often in one chat"


async def test_too_fast_a_bot_gets_429_and_is_remembered() -> None:
    async with open_sandbox(flood=Flood(chat_burst=2, chat_interval_s=100)) as sandbox, connect(sandbox) as bot:
        anna = sandbox.person("Anna")
        chat = sandbox.private_chat(anna)
        await anna.start(chat)
        sent = await bot.send_message(chat.id, "one")
        await sent.edit_text("two")
        with pytest.raises(TelegramRetryAfter) as refusal:
            await bot.delete_message(chat.id, sent.message_id)
        assert refusal.value.retry_after == 5
        assert [(violation.method, violation.chat_id) for violation in sandbox.violations] == [
            ("deleteMessage", chat.id)
        ]
        assert sandbox.answers(chat)[-1].text == "two"


async def test_a_button_can_always_be_answered() -> None:
    async with open_sandbox(flood=Flood(chat_burst=1, chat_interval_s=100)) as sandbox, connect(sandbox) as bot:
        anna = sandbox.person("Anna")
        chat = sandbox.private_chat(anna)
        await anna.start(chat)
        await bot.send_message(
            chat.id,
            "one",
            reply_markup={"inline_keyboard": [[{"text": "go", "callback_data": "x"}]]},  # type: ignore[arg-type]
        )
        for _ in range(3):
            press = await anna.press(sandbox.answers(chat)[-1], "go")
            await bot.answer_callback_query(press.id, "ok")
            assert (await press.answered()).text == "ok"
        assert sandbox.violations == []


async def test_an_ordered_429_is_not_the_bots_fault(sandbox, bot: Bot, chat) -> None:
    sandbox.faults.too_many(7, chat_id=chat.id)
    with pytest.raises(TelegramRetryAfter) as refusal:
        await bot.send_message(chat.id, "one")
    assert refusal.value.retry_after == 7
    assert sandbox.violations == []
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(chat.id, "one")
    assert [violation.reason for violation in sandbox.violations] == ["called during a penalty"]
