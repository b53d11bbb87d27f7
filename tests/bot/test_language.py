"""The language of a person: by their Telegram, changed by /lang, at once and everywhere."""

from bot.sandbox.methods.profile import commands_for
from tests.bot.conftest import Home
from tests.bot.driving import group_with_bot, pressed, told, turned


def menu_of(home: Home, user_id: int, chat_id: int, language: str) -> dict[str, str]:
    found = commands_for(home.sandbox.world, chat_id, user_id, language)
    return {item["command"]: item["description"] for item in found}


async def test_a_person_is_spoken_to_in_the_language_of_their_telegram(home: Home) -> None:
    boris = home.sandbox.person("Борис", language="ru")
    await home.engine.users.admit(boris.id, "Борис")
    chat = await home.chat_of(boris)
    await home.sandbox.answer(chat, "Здравствуйте!")


async def test_the_language_changes_at_once_and_stays(home: Home) -> None:
    chat = await home.chat_of(home.owner)
    screen = await told(home, chat, "/lang", "Which language")
    assert "✓ English" in [button.text for button in screen.buttons]
    screen = await turned(home, screen, "Русский", "На каком языке")
    assert "✓ Русский" in [button.text for button in screen.buttons]
    await home.stop()
    await home.start()
    await told(home, chat, "/help", "Что здесь можно")
    await told(home, chat, "/lang english", "We speak English now")
    await told(home, chat, "/lang ru", "Теперь говорим по-русски")


async def test_an_unknown_language_gets_one_line(home: Home) -> None:
    chat = await home.chat_of(home.owner)
    await told(home, chat, "/lang de", "There is no language “de” here. There are: ru, en. Example: /lang en")


async def test_the_menu_of_commands_is_in_both_languages_and_follows_the_choice(home: Home) -> None:
    boris = home.sandbox.person("Boris", language="en")
    await home.engine.users.admit(boris.id, "Boris")
    chat = await home.chat_of(boris)
    await home.sandbox.until(lambda: menu_of(home, boris.id, chat.id, "ru"))
    assert menu_of(home, boris.id, chat.id, "en")["new"] == "a new dialog"
    assert menu_of(home, boris.id, chat.id, "ru")["new"] == "новый диалог"
    assert "users" not in menu_of(home, boris.id, chat.id, "en")

    await boris.say(chat, "/lang ru")

    await home.sandbox.until(lambda: menu_of(home, boris.id, chat.id, "en")["new"] == "новый диалог")


async def test_the_owner_sees_the_owners_commands(home: Home) -> None:
    chat = await home.chat_of(home.owner)
    await home.sandbox.until(lambda: "users" in menu_of(home, home.owner.id, chat.id, "en"))


async def test_groups_have_a_menu_of_their_own(home: Home) -> None:
    team = await group_with_bot(home)
    await home.sandbox.until(lambda: "ask" in menu_of(home, home.owner.id, team.id, "ru"))
    assert "lang" not in menu_of(home, home.owner.id, team.id, "ru")


async def test_guests_of_a_group_have_no_language_of_their_own(home: Home) -> None:
    boris = home.sandbox.person("Boris")
    team = await group_with_bot(home, boris)
    asked = await boris.say(team, "/lang@consilium_bot ru")
    await home.sandbox.answer(team, "for people who are admitted themselves", after=asked)
    asked = await home.owner.say(team, "/lang@consilium_bot")
    screen = await home.sandbox.answer(team, "Which language", after=asked)
    press = await pressed(home, screen, "Русский", by=boris)
    assert "admitted themselves" in ((await press.answered()).text or "")
    assert await home.engine.users.get(boris.id) is None
