"""Updates of one chat begin in their order; a slow one does not hold the others for long."""

import asyncio
from types import SimpleNamespace
from typing import Any

from aiogram.types import Update

from bot.order import InOrder


async def test_updates_of_a_chat_begin_one_after_another_and_of_others_at_once() -> None:
    order, said, may_end = InOrder(), [], asyncio.Event()

    async def handler(event: Any, data: dict[str, Any]) -> None:
        said.append(f"{data['name']} begins")
        if data["name"] == "first":
            await may_end.wait()
        said.append(f"{data['name']} ends")

    async def update(name: str, chat_id: int) -> None:
        context = SimpleNamespace(chat_id=chat_id)
        await order(handler, Update(update_id=1), {"event_context": context, "name": name})

    async with asyncio.TaskGroup() as group:
        group.create_task(update("first", 1))
        group.create_task(update("second", 1))
        group.create_task(update("elsewhere", 2))
        await asyncio.sleep(0.01)
        assert said == ["first begins", "elsewhere begins", "elsewhere ends"]
        may_end.set()
    assert said[-2:] == ["second begins", "second ends"]


async def test_a_handler_that_hangs_holds_the_next_ones_only_a_moment() -> None:
    order, ended, may_end = InOrder(), [], asyncio.Event()

    async def handler(event: Any, data: dict[str, Any]) -> None:
        if data["name"] == "slow":
            await may_end.wait()
        ended.append(data["name"])

    async def update(name: str) -> None:
        context = SimpleNamespace(chat_id=1)
        await order(handler, Update(update_id=1), {"event_context": context, "name": name})

    slow = asyncio.create_task(update("slow"))
    await asyncio.sleep(0)
    await update("stop")
    assert ended == ["stop"]
    may_end.set()
    await slow
    assert ended == ["stop", "slow"]
