"""The page's socket without a browser: what it tells, what it accepts, and from whom."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.sandbox import Chat, Person, Sandbox

Socket = aiohttp.ClientWebSocketResponse


@asynccontextmanager
async def joined(sandbox: Sandbox, person: Person) -> AsyncIterator[tuple[Socket, dict[str, Any]]]:
    """A person's socket and the picture it begins with."""
    url = f"{sandbox.page_url}page/live?person={person.id}"
    async with aiohttp.ClientSession() as http, http.ws_connect(url) as socket:
        yield socket, await socket.receive_json()


async def reply(socket: Socket, number: int, act: str, told: list[Any] | None = None, **fields: Any) -> dict[str, Any]:
    """Ask and wait for the reply; events that come before it are added to `told`."""
    await socket.send_json({"n": number, "do": act, **fields})
    while (event := await socket.receive_json()).get("re") != number:
        if told is not None:
            told.append(event)
    result: dict[str, Any] = event
    return result


async def test_a_message_sent_twice_under_one_key_is_one_message(sandbox: Sandbox, anna: Person, chat: Chat) -> None:
    fields = {"chat": chat.id, "text": "hello", "thread": "new", "key": "k1"}
    async with joined(sandbox, anna) as (socket, _):
        first = await reply(socket, 1, "say", **fields)
    async with joined(sandbox, anna) as (socket, _):
        second = await reply(socket, 1, "say", **fields)
    assert (first["id"], first["thread"]) == (second["id"], second["thread"])
    assert [message.text for message in sandbox.transcript(chat) if not message.service] == ["/start", "hello"]
    assert len(sandbox.topics(chat)) == 1


async def test_a_long_text_is_cut_like_a_client_cuts_it(sandbox: Sandbox, anna: Person, chat: Chat) -> None:
    async with joined(sandbox, anna) as (socket, _):
        await reply(socket, 1, "say", chat=chat.id, text="word " * 2000)
    lengths = [len(message.text) for message in sandbox.transcript(chat)[1:]]
    assert len(lengths) == 3
    assert max(lengths) <= 4096


async def test_nobody_gets_into_a_chat_of_others(sandbox: Sandbox, anna: Person, chat: Chat) -> None:
    boris = sandbox.person("Boris")
    async with joined(sandbox, boris) as (socket, state):
        assert [item["id"] for item in state["chats"]] == [boris.id]
        for act, fields in (("say", {"text": "x"}), ("history", {}), ("delete", {"id": 1}), ("stop", {})):
            assert (await reply(socket, 1, act, chat=chat.id, **fields))["ok"] is False
        await anna.say(chat, "between us")
        await boris.say(sandbox.private_chat(boris), "my own")
        told: list[Any] = []
        await reply(socket, 2, "read", told, chat=boris.id, thread=0, id=1)
        assert "my own" in str(told)
        assert "between us" not in str(told)
    assert [message.text for message in sandbox.transcript(chat)] == ["/start", "between us"]


async def test_nonsense_on_the_socket_harms_nothing(sandbox: Sandbox, anna: Person, chat: Chat) -> None:
    async with joined(sandbox, anna) as (socket, _):
        for nonsense in ("{", "[]", "1", '{"do": "fly"}', '{"do": ["say"]}'):
            await socket.send_str(nonsense)
        assert (await reply(socket, 1, "press", chat=chat.id, id=1, data="x"))["ok"] is False
        assert (await reply(socket, 2, "say", chat=chat.id, text="still here"))["ok"]
