"""What stories of menus have in common: press and wait for the same message to change, wait for the database."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.sandbox import Chat, Message, Person, Press
from bot.sandbox.acting import Acting
from bot.sandbox.views import message_json, user_json
from tests.bot.conftest import Home

Found = TypeVar("Found")


async def turned(home: Home, message: Message, label: str, part: str, by: Person | None = None) -> Message:
    """Press a button; the message as soon as it says something with `part` in it."""
    await pressed(home, message, label, by)
    await home.sandbox.until(lambda: part in getattr(home.sandbox.message(message), "text", ""))
    shown = home.sandbox.message(message)
    assert shown is not None
    return shown


async def pressed(home: Home, message: Message, label: str, by: Person | None = None) -> Press:
    """Press a button and wait until the bot has answered the press."""
    press = await (by or home.owner).press(message, label)
    await press.answered()
    return press


def labels(message: Message) -> list[str]:
    """What stands on the buttons of a message."""
    return [button.text for button in message.buttons]


async def told(home: Home, chat: Chat, text: str, part: str, thread: int | None = None) -> Message:
    """Say something; the next message of the bot that has `part` in it."""
    asked = await home.owner.say(chat, text, thread=thread)
    return await home.sandbox.answer(chat, part, thread=thread, after=asked)


async def wished(home: Home, chat: Chat, part: str) -> Message:
    """The message that wants a reply, as soon as the bot has noted that it does."""
    wish = await home.until_text(chat, part)
    sql = "SELECT 1 FROM asked_words WHERE chat_id = ? AND message_id = ?"
    await eventually(lambda: home.engine.database.all(sql, chat.id, wish.id))
    return wish


async def asked_and_answered(home: Home, chat: Chat, text: str, thread: int | None = None) -> Message:
    """Ask the model; its answer when it is finished, with the footer."""
    asked = await home.owner.say(chat, text, thread=thread)
    return await home.sandbox.answer(chat, " · ", thread=thread, after=asked)


async def group_with_bot(home: Home, *others: Person, forum: bool = False, bot_is_admin: bool | None = None) -> Chat:
    """A group into which the owner has let the bot."""
    await home.chat_of(home.owner)
    team = home.sandbox.group("Team", [home.owner, *others], forum=forum, bot_is_admin=bot_is_admin)
    await home.sandbox.answer(team, "Ask me here")
    return team


async def eventually(found: Callable[[], Awaitable[Found]], timeout_s: float = 10.0) -> Found:
    """Ask the database until it gives something true."""
    end = time.monotonic() + timeout_s
    while not (result := await found()) and time.monotonic() < end:
        await asyncio.sleep(0.02)
    assert result, "it did not come about in time"
    return result


async def forged(home: Home, person: Person, message: Message, data: str) -> Press:
    """A press of a button that the bot never showed: clients send what they like."""
    assert isinstance(person, Acting)
    world = home.sandbox.world
    query_id = str(world.count("callback_query", first=7_000_000_001))
    press = home.sandbox.api.queries.open(query_id, person.id, message.chat_id, message.id, data)
    home.sandbox.updates.push(
        "callback_query",
        {
            "id": query_id,
            "from": user_json(person.user),
            "message": message_json(world, message),
            "chat_instance": str(message.chat_id),
            "data": data,
        },
    )
    return press
