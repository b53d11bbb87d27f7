"""The door, as strangers, invited people and the owner meet it."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.features.entrance import owner_link
from bot.sandbox import Chat, Message, Person
from tests.bot.conftest import Home, open_home

PRIVATE = "This is a private bot"


@pytest.fixture
async def ownerless(tmp_path: Path) -> AsyncIterator[Home]:
    """A bot that nobody owns yet."""
    async with open_home(tmp_path, bot_owner_id=None, owned=False) as home:
        yield home


async def knock(home: Home, person: Person) -> tuple[Chat, Message]:
    """A stranger's chat, and the message with the button."""
    chat = await home.chat_of(person)
    return chat, await home.until_text(chat, PRIVATE)


async def ask(home: Home, person: Person) -> Chat:
    chat, door = await knock(home, person)
    await (await person.press(door, "Ask for access")).answered()
    return chat


async def test_a_stranger_sees_a_private_bot_and_one_button(home: Home) -> None:
    boris = home.sandbox.person("Boris")
    chat, door = await knock(home, boris)
    assert [button.text for button in door.buttons] == ["🙋 Ask for access"]
    await boris.say(chat, "zanzibarcanary")
    await home.sandbox.until(lambda: len(home.sandbox.answers(chat)) == 2)
    assert await home.engine.users.get(boris.id) is None
    assert await home.engine.dialogs.list(chat.id) == []
    assert not any(b"zanzibarcanary" in file.read_bytes() for file in home.settings.data_dir.rglob("*.db*"))


async def test_the_owner_admits_and_the_asker_hears_of_it(home: Home) -> None:
    mine = await home.chat_of(home.owner)
    boris = home.sandbox.person("Boris", username="boris", language="ru")
    chat = await home.chat_of(boris)
    door = await home.until_text(chat, "Это личный бот")
    await boris.press(door, "Попросить")
    request = await home.until_text(mine, "Boris asks for access")
    assert "@boris" in request.text and str(boris.id) in request.text and "9 places" in request.text

    await home.owner.press(request, "Admit")

    await home.until_text(chat, "Доступ открыт")
    await home.until_text(mine, "Boris is in. 8 places are left.")
    await boris.say(chat, "Что такое GGUF?")
    await home.until_text(chat, "Вопрос сохранён")


async def test_a_refused_person_is_told_so_and_asks_nobody_again(home: Home) -> None:
    mine = await home.chat_of(home.owner)
    boris = home.sandbox.person("Boris")
    chat = await ask(home, boris)
    await home.owner.press(await home.until_text(mine, "Boris asks"), "Refuse")
    refusal = await home.until_text(chat, "has not let you in")
    again = await boris.say(chat, "please")
    answer = await home.sandbox.answer(chat, "has not let you in", after=again)
    assert answer.id != refusal.id and not answer.buttons


async def test_asking_a_second_time_says_that_one_has_asked(home: Home) -> None:
    mine = await home.chat_of(home.owner)
    boris = home.sandbox.person("Boris")
    chat, door = await knock(home, boris)
    second = await boris.start(chat)
    other_door = await home.sandbox.answer(chat, PRIVATE, after=second)
    await (await boris.press(door, "Ask")).answered()
    notice = await (await boris.press(other_door, "Ask")).answered()
    assert "asked already" in (notice.text or "")
    await boris.say(chat, "hello?")
    await home.until_text(chat, "asked already")
    assert sum("Boris asks" in message.text for message in home.sandbox.answers(mine)) == 1


async def test_a_request_waits_for_an_owner_who_has_blocked_the_bot(home: Home) -> None:
    mine = await home.chat_of(home.owner)
    await home.owner.block()
    boris = home.sandbox.person("Boris")
    chat = await ask(home, boris)
    await home.until_text(chat, "with the owner")
    await home.owner.unblock()
    await home.owner.say(mine, "/users")
    await home.until_text(mine, "Boris · asks for access")


async def test_an_asker_who_blocked_the_bot_is_admitted_all_the_same(home: Home) -> None:
    mine = await home.chat_of(home.owner)
    boris = home.sandbox.person("Boris")
    await ask(home, boris)
    await boris.block()
    await home.owner.press(await home.until_text(mine, "Boris asks"), "Admit")
    await home.until_text(mine, "Boris is in")


async def test_when_places_run_out_the_owner_is_told_and_the_request_is_kept(tmp_path: Path) -> None:
    async with open_home(tmp_path, bot_max_users=1) as home:
        mine = await home.chat_of(home.owner)
        boris = home.sandbox.person("Boris")
        await ask(home, boris)
        request = await home.until_text(mine, "No place is left")
        notice = await (await home.owner.press(request, "Admit")).answered()
        assert notice.show_alert and "BOT_MAX_USERS" in (notice.text or "")
        user = await home.engine.users.get(boris.id)
        assert user is not None and user.role == "asking"


async def test_an_invite_opens_the_door(home: Home) -> None:
    code = await home.engine.users.invite(1, time.time() + 60)
    boris = home.sandbox.person("Boris")
    chat = home.sandbox.private_chat(boris)
    await boris.start(chat, code)
    await home.until_text(chat, "You are in")
    await home.until_text(chat, "Hello!")
    vera = home.sandbox.person("Vera")
    other = home.sandbox.private_chat(vera)
    await vera.start(other, code)
    spent = await home.until_text(other, "used up or expired")
    assert spent.buttons


async def test_an_invite_without_a_place_becomes_a_request(tmp_path: Path) -> None:
    async with open_home(tmp_path, bot_max_users=1) as home:
        mine = await home.chat_of(home.owner)
        code = await home.engine.users.invite(1, None)
        boris = home.sandbox.person("Boris")
        chat = home.sandbox.private_chat(boris)
        await boris.start(chat, code)
        await home.until_text(chat, "All places are taken")
        await home.until_text(mine, "Boris came with an invite")


async def test_the_console_link_makes_an_owner_once(ownerless: Home) -> None:
    home = ownerless
    link = await owner_link(home.parts)
    assert link is not None and link.startswith("https://t.me/consilium_bot?start=")
    code = link.partition("start=")[2]
    chat = home.sandbox.private_chat(home.owner)
    await home.owner.start(chat, code)
    await home.until_text(chat, "This bot is yours now")
    boris = home.sandbox.person("Boris")
    other = home.sandbox.private_chat(boris)
    await boris.start(other, code)
    await home.until_text(other, "used up or expired")
    assert await owner_link(home.parts) is None


async def test_the_owner_of_the_settings_is_let_in_at_first_contact(tmp_path: Path) -> None:
    async with open_home(tmp_path, owned=False) as home:
        assert await owner_link(home.parts) is None
        chat = await home.chat_of(home.owner)
        await home.owner.say(chat, "/admin")
        await home.until_text(chat, "The bot now")


async def test_a_changed_name_is_kept_up_to_date(home: Home) -> None:
    boris = home.sandbox.person("Boris")
    await home.engine.users.admit(boris.id, "somebody else")
    await home.until_text(await home.chat_of(boris), "Hello!")
    user = await home.engine.users.get(boris.id)
    assert user is not None
    assert (user.name, user.client_language) == ("Boris", "en")
