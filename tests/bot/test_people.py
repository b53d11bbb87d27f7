"""The owner's screens: people, invites, removal; and that they are the owner's alone."""

import asyncio
from pathlib import Path

import pytest

from bot.sandbox import Chat, Message, Person
from tests.bot.conftest import Home
from tests.fakes.model_server import Reply

CANARY = "zanzibarcanary"


async def admitted(home: Home, name: str) -> tuple[Person, Chat]:
    person = home.sandbox.person(name)
    await home.engine.users.admit(person.id, name)
    return person, await home.chat_of(person)


async def pressed(home: Home, chat: Chat, message: Message, label: str, part: str) -> Message:
    """The message after its button was pressed and something else stands in it."""
    await home.owner.press(message, label)
    return await home.until_text(chat, part)


def files_with(folder: Path, word: str) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]


async def test_the_list_shows_counts_and_never_words(home: Home) -> None:
    boris, chat = await admitted(home, "Boris")
    await boris.say(chat, f"a question about {CANARY}")
    await home.until_text(chat, "Your question is kept")
    mine = await home.chat_of(home.owner)
    await home.owner.say(mine, "/users")
    people = await home.until_text(mine, "2 of 10 places are taken")
    assert "🙂 Boris · 1 dialog · 1 question · 1 KB" in people.text
    card = await pressed(home, mine, people, "Boris", f"Id: {boris.id}")
    assert CANARY not in people.text + card.text


async def test_every_screen_has_a_way_back_to_the_menu(home: Home) -> None:
    mine = await home.chat_of(home.owner)
    await home.owner.say(mine, "/admin")
    menu = await home.until_text(mine, "The bot now")
    screens = (("People", "places are taken"), ("Servers", "2 servers"), ("Models", "One model"))
    for label, part in (*screens, ("Memory", "Free RAM"), ("Invites", "No open invites")):
        screen = await pressed(home, mine, menu, label, part)
        menu = await pressed(home, mine, screen, "Back", "The bot now")


async def test_a_removal_asks_once_then_stops_and_forgets_everything(home: Home) -> None:
    boris, chat = await admitted(home, "Boris")
    await boris.say(chat, "/model llama3")
    await home.until_text(chat, "answers here now")
    home.ollama.reply = Reply(text=[f"{CANARY} is an island. ", "It is ", "large."], hold_after=2)
    await boris.say(chat, f"What is {CANARY}?")
    await home.sandbox.until(lambda: home.engine.runs.of(1) is not None and home.engine.runs.of(1).said)  # type: ignore[union-attr]
    mine = await home.chat_of(home.owner)
    await home.owner.say(mine, "/users")
    people = await home.until_text(mine, "places are taken")
    card = await pressed(home, mine, people, "Boris", f"Id: {boris.id}")
    really = await pressed(home, mine, card, "Remove", "cannot be undone")
    assert "1 dialog" in really.text
    assert await home.engine.users.get(boris.id) is not None

    await pressed(home, mine, really, "Remove with all data", "1 of 10 places are taken")

    await asyncio.wait_for(home.ollama.hung_up.wait(), 20)
    await home.until_text(chat, "Your access to this bot has ended")
    assert await home.engine.users.get(boris.id) is None
    assert files_with(home.settings.data_dir, CANARY) == []
    await boris.say(chat, "hello?")
    await home.until_text(chat, "This is a private bot")


async def test_changing_ones_mind_removes_nobody(home: Home) -> None:
    boris, _ = await admitted(home, "Boris")
    mine = await home.chat_of(home.owner)
    await home.owner.say(mine, "/users")
    people = await home.until_text(mine, "places are taken")
    card = await pressed(home, mine, people, "Boris", f"Id: {boris.id}")
    really = await pressed(home, mine, card, "Remove", "cannot be undone")
    await pressed(home, mine, really, "Back", f"Id: {boris.id}")
    assert await home.engine.users.get(boris.id) is not None


async def test_a_refused_person_can_be_admitted_later(home: Home) -> None:
    vera = home.sandbox.person("Vera")
    await home.engine.users.ask(vera.id, "Vera")
    await home.engine.users.refuse(vera.id)
    mine = await home.chat_of(home.owner)
    await home.owner.say(mine, "/users")
    people = await home.until_text(mine, "places are taken")
    card = await pressed(home, mine, people, "Vera", f"Id: {vera.id}")
    await pressed(home, mine, card, "Admit", "Vera is in")


async def test_many_people_come_by_pages(home: Home) -> None:
    for number in range(20):
        await home.engine.users.ask(1000 + number, f"Person {number:02} " + "x" * 120)
    mine = await home.chat_of(home.owner)
    await home.owner.say(mine, "/users")
    people = await home.until_text(mine, "Person 00")
    people = await pressed(home, mine, people, "›", "Person 08")
    people = await pressed(home, mine, people, "›", "Anna")
    await pressed(home, mine, people, "‹", "Person 08")


async def test_an_invite_is_for_one_person_and_a_day_unless_said_otherwise(home: Home) -> None:
    mine = await home.chat_of(home.owner)
    await home.owner.say(mine, "/invite")
    await home.until_text(mine, "For one person, good for 24 hours. 9 places are left.")
    await home.owner.say(mine, "/invite 3 48")
    made = await home.until_text(mine, "For 3 people, good for 48 hours")
    boris = home.sandbox.person("Boris")
    chat = home.sandbox.private_chat(boris)
    await boris.start(chat, made.text.partition("?start=")[2].split()[0])
    await home.until_text(chat, "You are in")
    invites = await pressed(home, mine, made, "All invites", "2 open invites")
    assert "2 people, 48 h left" in invites.text
    await pressed(home, mine, invites, "Make all void", "No open invites")


@pytest.mark.parametrize("args", ["many", "0", "101", "1 0", "1 721", "1 2 3", "-1", "²", "1.5"])
async def test_a_wrong_invite_gets_one_line_with_an_example(home: Home, args: str) -> None:
    mine = await home.chat_of(home.owner)
    await home.owner.say(mine, f"/invite {args}")
    refusal = await home.until_text(mine, f"“{args}” cannot be")
    assert "Example: /invite 3 48" in refusal.text
    assert await home.engine.users.open_invites() == []


@pytest.mark.parametrize("command", ["/admin", "/users", "/invite", "/servers", "/memory"])
async def test_others_get_one_sentence_for_the_owners_commands(home: Home, command: str) -> None:
    boris, chat = await admitted(home, "Boris")
    await boris.say(chat, command)
    await home.until_text(chat, "This is for the owner of the bot")
    assert await home.engine.users.open_invites() == []
