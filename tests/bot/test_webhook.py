"""Webhook mode: Telegram calls the bot, and nobody else is heard."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.webhook import SECRET_HEADER
from tests.bot.conftest import Home, open_home
from tests.fakes.model_server import Reply


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}/hook"
    async with open_home(tmp_path, bot_webhook_url=url, bot_webhook_port=port) as home:
        await home.sandbox.until(lambda: home.sandbox.updates.webhook)
        yield home


def update(home: Home, text: str) -> dict[str, object]:
    owner = {"id": home.owner.id, "is_bot": False, "first_name": "Anna"}
    chat = {"id": home.owner.id, "type": "private", "first_name": "Anna"}
    return {"update_id": 1, "message": {"message_id": 9999, "date": 1, "chat": chat, "from": owner, "text": text}}


async def test_a_conversation_over_a_webhook(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.reply = reply = Reply(text=["Once upon ", "a time"], hold_after=1)
    await home.owner.say(chat, "Tell me a story")
    growing = await home.until_text(chat, "Once")
    await home.owner.press(growing, "⏹ Stop")
    stopped = await home.until_text(chat, "⏹ Stopped.")
    assert stopped.text.startswith("Once upon")
    reply.go.set()
    assert home.settings.bot_webhook_url is not None
    assert not any(call.method == "getUpdates" for call in home.sandbox.calls)


async def test_who_does_not_know_the_secret_is_refused_and_not_heard(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    chat = await home.chat_of(home.owner)
    await home.until_text(chat, "Hello!")
    webhook = home.sandbox.updates.webhook
    assert webhook is not None
    assert webhook.secret_token is not None
    assert len(webhook.secret_token) >= 32
    async with aiohttp.ClientSession() as http:
        for headers in ({}, {SECRET_HEADER: ""}, {SECRET_HEADER: "guess"}, {SECRET_HEADER: "тайна"}):
            async with http.post(webhook.url, json=update(home, "/model llama3"), headers=headers) as answer:
                assert answer.status == 403
        async with http.post(webhook.url.replace("/hook", "/"), json=update(home, "/model llama3")) as answer:
            assert answer.status == 404
        known = {SECRET_HEADER: webhook.secret_token}
        async with http.post(webhook.url, json=update(home, "/nothing"), headers=known) as answer:
            assert answer.status == 200
    assert ["answers here" in message.text for message in home.sandbox.answers(chat)] == [False, False]
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_secret_of_ones_own_is_used_and_not_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    changes = {"bot_webhook_url": f"http://127.0.0.1:{port}", "bot_webhook_port": port}
    async with open_home(tmp_path, **changes, bot_webhook_secret="zanzibar-secret") as home:
        webhook = await home.sandbox.until(lambda: home.sandbox.updates.webhook)
        assert webhook is not None
        assert webhook.secret_token == "zanzibar-secret"
        await home.ready_chat()
    assert "zanzibar" not in caplog.text


async def test_what_came_while_the_bot_was_away_is_delivered_after(home: Home) -> None:
    chat = await home.ready_chat()
    await home.stop()
    await home.owner.say(chat, "Anybody home?")
    await home.start()
    await home.until_text(chat, "Good morning.", timeout_s=20)
