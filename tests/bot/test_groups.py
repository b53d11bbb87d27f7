"""Groups: who lets the bot in, what it hears there, and what is left when it goes."""

import asyncio

import pytest

from bot.features import entrance
from bot.sandbox import Chat, Person
from bot.sandbox.views import chat_json, user_json
from tests.bot.conftest import Home
from tests.bot.driving import eventually
from tests.fakes.model_server import Reply

CANARY = "zanzibarcanary"


async def team(home: Home, *others: Person, forum: bool = False, bot_is_admin: bool | None = None) -> Chat:
    """A group of the owner's with the bot in it; the bot has said hello."""
    chat = home.sandbox.group("Team", [home.owner, *others], forum=forum, bot_is_admin=bot_is_admin)
    await home.until_text(chat, "👋")
    return chat


async def with_model(home: Home, chat: Chat) -> None:
    await home.owner.say(chat, "/model llama3")
    await home.until_text(chat, "answers here now")


def asked(home: Home) -> list[str]:
    """What the model was asked, oldest first."""
    return [body["messages"][-1]["content"] for body in home.ollama.asked_for("/api/chat")]


async def stored(home: Home) -> list[str]:
    return [
        row["text"] for row in await home.engine.database.all("SELECT text FROM question_parts ORDER BY message_id")
    ]


async def test_a_group_of_an_admitted_person_works_and_its_members_are_guests(home: Home) -> None:
    boris = home.sandbox.person("Boris")
    chat = await team(home, boris)
    await with_model(home, chat)
    home.ollama.reply = Reply(text=["Good ", "evening."])
    await boris.say(chat, "@consilium_bot say something")
    await home.until_text(chat, "Good evening.")
    assert asked(home) == ["say something"]
    assert await home.engine.users.get(boris.id) is None, "a guest is not admitted elsewhere"
    own = await home.chat_of(boris)
    await home.until_text(own, "private bot")


async def test_a_group_of_a_stranger_gets_one_sentence_and_is_left(home: Home) -> None:
    boris = home.sandbox.person("Boris")
    chat = home.sandbox.group("Strangers", [boris, home.owner])
    await home.until_text(chat, "works only in groups")
    await home.sandbox.until(lambda: home.sandbox.chat(chat).bot_status == "left")
    assert len(home.sandbox.answers(chat)) == 1
    assert await home.engine.groups.get(chat.id) is None


async def test_start_by_an_admitted_person_lets_the_bot_work_where_it_already_is(home: Home) -> None:
    boris = home.sandbox.person("Boris")
    chat = home.sandbox.group("Old", [home.owner, boris], bot_is_admin=True)
    await home.until_text(chat, "👋")
    await home.engine.groups.remove(chat.id)  # as if the bot had been added while it was off

    await boris.start(chat)
    await home.until_text(chat, "somebody who has access has to write /start")
    await boris.say(chat, f"@consilium_bot {CANARY}")
    await home.sandbox.until(lambda: not home.sandbox.updates.pending)
    await home.owner.say(chat, "/start@consilium_bot")
    await home.sandbox.until(lambda: sum("👋" in message.text for message in home.sandbox.answers(chat)) == 2)

    group = await home.engine.groups.get(chat.id)
    assert group is not None and group.added_by == home.owner.id
    assert await stored(home) == []


async def test_what_is_not_for_the_bot_is_neither_answered_nor_stored(home: Home) -> None:
    boris = home.sandbox.person("Boris")
    chat = await team(home, boris, bot_is_admin=True)
    await with_model(home, chat)
    for text in (CANARY, f"/weather {CANARY}", f"/ask@other_bot {CANARY}", f"@consilium_botany {CANARY}"):
        await boris.say(chat, text)
    await boris.say(chat, f"/start@other_bot {CANARY}")
    await boris.say(chat, "/ask the first real question")
    await home.sandbox.until(lambda: asked(home))
    assert asked(home) == ["the first real question"]
    assert await stored(home) == ["the first real question"]


async def test_a_mention_a_reply_and_a_command_are_for_the_bot(home: Home) -> None:
    boris = home.sandbox.person("Boris")
    chat = await team(home, boris, bot_is_admin=True)
    await with_model(home, chat)
    home.ollama.reply = Reply(text=["An answer."])
    await boris.say(chat, "one @Consilium_Bot")
    answer = await home.until_text(chat, "An answer.")
    await boris.say(chat, "two", reply_to=answer)
    await home.sandbox.until(lambda: len(asked(home)) == 2)
    await home.sandbox.until(lambda: sum("An answer." in m.text for m in home.sandbox.answers(chat)) == 2)
    await boris.say(chat, "/ask@consilium_bot three")
    await home.sandbox.until(lambda: len(asked(home)) == 3)
    assert asked(home) == ["one", "two", "three"]


async def test_a_topic_that_the_bot_made_does_not_turn_every_word_into_a_reply(home: Home) -> None:
    boris = home.sandbox.person("Boris")
    chat = await team(home, boris, forum=True)
    await home.owner.say(chat, "/new Plans")
    topic = await home.sandbox.until(lambda: next(iter(home.sandbox.topics(chat)), None))
    await boris.say(chat, CANARY, thread=topic)
    await boris.say(chat, "@consilium_bot a real one", thread=topic)
    await home.until_text(chat, "Your question is kept", topic.id)
    assert await stored(home) == ["a real one"]


async def test_members_share_the_dialogs_of_the_group(home: Home) -> None:
    boris = home.sandbox.person("Boris")
    chat = await team(home, boris)
    await with_model(home, chat)
    await home.owner.say(chat, "/ask first")
    await home.sandbox.until(lambda: sum("Good morning" in m.text for m in home.sandbox.answers(chat)) == 1)
    await boris.say(chat, "/ask second")
    await home.sandbox.until(lambda: sum("Good morning" in m.text for m in home.sandbox.answers(chat)) == 2)
    said = [message["content"] for message in home.ollama.asked_for("/api/chat")[-1]["messages"]]
    assert [text for text in said if text in ("first", "second")] == ["first", "second"]


async def test_admins_turn_hearing_everything_on_and_off(home: Home) -> None:
    boris, vera = home.sandbox.person("Boris"), home.sandbox.person("Vera")
    chat = home.sandbox.group("Team", [boris, home.owner, vera], with_bot=False)
    home.sandbox.set_bot_status(chat, home.owner, "administrator")
    hello = await home.until_text(chat, "mention @consilium_bot")
    await with_model(home, chat)

    await vera.say(chat, "/all on")
    await home.until_text(chat, "Only admins")
    notice = await (await vera.press(hello, "Answer every message")).answered()
    assert notice.show_alert and "Only admins" in (notice.text or "")

    await boris.press(hello, "Answer every message")  # the group's creator
    await home.until_text(chat, "I answer every message")
    await vera.say(chat, "plain words")
    await home.sandbox.until(lambda: asked(home) == ["plain words"])

    await home.owner.say(chat, "/all off")  # who added the bot
    await home.sandbox.until(lambda: sum("mention @" in m.text for m in home.sandbox.answers(chat)) == 1)
    await vera.say(chat, CANARY)
    await vera.say(chat, "/all maybe")
    await home.until_text(chat, "“maybe” cannot be")
    assert CANARY not in await stored(home)


async def test_the_group_is_told_when_telegram_will_not_show_everything(home: Home) -> None:
    chat = await team(home)
    await home.owner.say(chat, "/all on")
    await home.until_text(chat, "only when I am an admin")


async def test_owners_commands_stay_in_the_private_chat(home: Home) -> None:
    chat = await team(home)
    for number, command in enumerate(("/users", "/invite", "/admin", "/servers", "/memory"), start=1):
        await home.owner.say(chat, f"{command}@consilium_bot")

        def refused(count: int = number) -> bool:
            return sum("in a private chat with me" in m.text for m in home.sandbox.answers(chat)) == count

        await home.sandbox.until(refused)
    assert await home.engine.users.open_invites() == []


async def test_a_bot_that_is_taken_out_stops_and_forgets_the_group(home: Home) -> None:
    boris = home.sandbox.person("Boris")
    chat = await team(home, boris)
    await with_model(home, chat)
    home.ollama.reply = Reply(text=[f"{CANARY} ", "is ", "long"], hold_after=2)
    await boris.say(chat, f"/ask {CANARY}")
    await home.sandbox.until(lambda: asked(home))
    home.sandbox.set_bot_status(chat, boris, "kicked")
    await asyncio.wait_for(home.ollama.hung_up.wait(), 20)
    await gone(home, chat.id)

    async def is_forgotten() -> bool:
        """The rows go first, then the log of the database is emptied."""
        files = [path for path in home.settings.data_dir.rglob("*") if path.is_file()]
        return not any(CANARY.encode() in path.read_bytes() for path in files)

    await eventually(is_forgotten)


async def test_removing_whoever_added_the_bot_ends_the_group(home: Home) -> None:
    boris = home.sandbox.person("Boris")
    await home.engine.users.admit(boris.id, "Boris")
    chat = home.sandbox.group("Boris's", [boris, home.owner])
    await home.until_text(chat, "👋")
    mine = await home.chat_of(home.owner)
    await home.owner.say(mine, "/users")
    await home.owner.press(await home.until_text(mine, "places are taken"), "Boris")
    await home.owner.press(await home.until_text(mine, "Added the bot to: Boris's"), "Remove…")
    await home.owner.press(await home.until_text(mine, "leave the groups"), "Remove with all data")
    await home.until_text(chat, "so I leave")
    await home.sandbox.until(lambda: home.sandbox.chat(chat).bot_status == "left")
    assert await home.engine.groups.get(chat.id) is None


async def test_a_group_that_becomes_a_supergroup_goes_on(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Telegram first says that somebody, here a stranger, added the bot to the new chat, and then that it moved."""
    monkeypatch.setattr(entrance, "MIGRATION_S", 0.5)
    boris = home.sandbox.person("Boris")
    old = await team(home, boris)
    await with_model(home, old)
    new = home.sandbox.group("Team", [boris, home.owner], supergroup=True)
    home.sandbox.updates.push(
        "message",
        {
            "message_id": 4000,
            "date": home.sandbox.world.now(),
            "chat": chat_json(home.sandbox.world, old),
            "from": user_json(boris.user),
            "migrate_to_chat_id": new.id,
        },
    )
    await gone(home, old.id)
    await boris.say(new, "/ask still there?")
    await home.until_text(new, "Good morning")
    await asyncio.sleep(0.6)
    assert home.sandbox.chat(new).bot_status == "member"


async def gone(home: Home, chat_id: int) -> None:
    """Wait until the bot knows no group of this id."""
    async with asyncio.timeout(20):
        while await home.engine.groups.get(chat_id) is not None:
            await asyncio.sleep(0.02)
