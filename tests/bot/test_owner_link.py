"""The link on the console that makes whoever opens it first the owner."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.console import greet
from tests.bot.conftest import Home, open_home


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    """A bot that nobody owns."""
    async with open_home(tmp_path, owned=False, bot_owner_id=None) as home:
        yield home


async def code_on_console(home: Home, capsys: pytest.CaptureFixture[str]) -> str | None:
    capsys.readouterr()
    await greet(home.parts)
    said = capsys.readouterr().out
    assert "https://t.me/consilium_bot" in said
    found = re.search(r"https://t\.me/consilium_bot\?start=(\S+)", said)
    return found[1] if found else None


async def test_the_first_who_opens_the_link_owns_the_bot_and_the_second_does_not(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await code_on_console(home, capsys)
    assert code is not None
    chat = home.sandbox.private_chat(home.owner)
    await home.owner.start(chat, code)
    await home.sandbox.answer(chat)
    owner = await home.engine.users.owner()
    assert owner is not None
    assert owner.id == home.owner.id

    boris = home.sandbox.person("Boris")
    theirs = home.sandbox.private_chat(boris)
    await boris.start(theirs, code)
    await home.sandbox.answer(theirs, "used up")
    assert await home.engine.users.get(boris.id) is None


async def test_once_there_is_an_owner_the_console_offers_no_link(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    await home.engine.users.make_owner(home.owner.id, "Anna")
    assert await code_on_console(home, capsys) is None


async def test_a_new_start_makes_the_link_of_before_void(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    old = await code_on_console(home, capsys)
    new = await code_on_console(home, capsys)
    assert old is not None
    assert old != new
    chat = home.sandbox.private_chat(home.owner)
    await home.owner.start(chat, old)
    await home.sandbox.answer(chat, "used up")
    assert await home.engine.users.owner() is None
