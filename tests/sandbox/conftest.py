"""A sandbox without a pace and the real aiogram bot that talks to it."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from bot.sandbox import NO_FLOOD, Chat, Person, Sandbox, open_sandbox
from tests.sandbox.client import connect


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with open_sandbox(flood=NO_FLOOD) as sandbox:
        yield sandbox


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    async with connect(sandbox) as bot:
        yield bot


@pytest.fixture
def anna(sandbox: Sandbox) -> Person:
    return sandbox.person("Anna", language="ru", username="anna")


@pytest.fixture
async def chat(sandbox: Sandbox, anna: Person) -> Chat:
    """Anna's chat with the bot, with topics, already started."""
    chat = sandbox.private_chat(anna, topics=True)
    await anna.start(chat)
    return sandbox.chat(chat)
