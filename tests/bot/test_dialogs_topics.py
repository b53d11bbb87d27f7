"""Dialogs as topics, in private chats and in groups."""

from bot.sandbox import Chat, Press, Topic
from tests.bot.conftest import Home
from tests.bot.driving import eventually, group_with_bot, pressed, told, turned


async def test_a_new_dialog_is_a_topic_that_says_hello(home: Home) -> None:
    chat = await home.chat_of(home.owner, topics=True)
    await home.owner.say(chat, "/new Trip to the lake")
    topic = await home.sandbox.until(lambda: home.sandbox.topics(chat))
    assert topic[-1].name == "Trip to the lake"
    await home.sandbox.answer(chat, "A new dialog.", thread=topic[-1])
    await home.until_text(chat, "The topic “Trip to the lake” is there")
    (dialog,) = await home.engine.dialogs.list(chat.id)
    assert dialog.place.thread_id == topic[-1].id
    assert dialog.title_by == "person"


async def test_a_topic_without_a_name_is_named_after_its_first_question(home: Home) -> None:
    chat = await home.chat_of(home.owner, topics=True)
    await home.owner.say(chat, "/new")
    (topic,) = await home.sandbox.until(lambda: home.sandbox.topics(chat))
    hello = await home.sandbox.answer(chat, "A new dialog.", thread=topic)
    await home.owner.press(hello, "llama3")
    await home.sandbox.answer(chat, "answers here now", thread=topic)
    await home.owner.say(chat, "What is a lake?", thread=topic)
    await home.sandbox.until(lambda: home.sandbox.topics(chat)[0].name == "What is a lake?")


async def test_a_name_of_the_persons_own_stays(home: Home) -> None:
    chat = await home.chat_of(home.owner, topics=True)
    topic = await home.owner.open_topic(chat, "My lake")
    await home.owner.say(chat, "/model llama3", thread=topic)
    await home.sandbox.answer(chat, "answers here now", thread=topic)
    await home.owner.say(chat, "What is a sea?", thread=topic)
    await home.until_text(chat, "Good morning.")
    (dialog,) = await home.engine.dialogs.list(chat.id)
    assert (dialog.title, dialog.title_by) == ("My lake", "person")
    assert home.sandbox.topics(chat)[0].name == "My lake"


async def test_renaming_a_topic_renames_its_dialog_and_the_other_way_round(home: Home) -> None:
    chat = await home.chat_of(home.owner, topics=True)
    topic = await named_topic(home, chat, "Lake")
    await home.owner.rename_topic(topic, "Sea")
    await eventually(lambda: home.engine.dialogs.list(chat.id, "Sea"))
    await home.owner.say(chat, "/dialogs", thread=topic)
    await home.sandbox.answer(chat, "● Sea", thread=topic)
    await home.owner.say(chat, "/rename Ocean", thread=topic)
    await home.sandbox.until(lambda: home.sandbox.topics(chat)[0].name == "Ocean")


async def test_opening_a_dialog_makes_it_speak_up_in_its_topic(home: Home) -> None:
    chat = await home.chat_of(home.owner, topics=True)
    topic = await named_topic(home, chat, "Lake")
    press = await press_open(home, chat)
    assert "in its topic" in ((await press.answered()).text or "")
    await home.sandbox.answer(chat, "Here is “Lake”", thread=topic)


async def test_a_dialog_whose_topic_was_deleted_opens_in_a_new_one(home: Home) -> None:
    chat = await home.chat_of(home.owner, topics=True)
    topic = await named_topic(home, chat, "Lake")
    await home.owner.say(chat, "/model llama3", thread=topic)
    await home.sandbox.answer(chat, "answers here now", thread=topic)
    await home.owner.delete_topic(topic)

    await press_open(home, chat)

    (fresh,) = await home.sandbox.until(lambda: home.sandbox.topics(chat))
    assert fresh.name == "Lake"
    await home.sandbox.answer(chat, "Here is “Lake”: llama3:latest", thread=fresh)
    await home.owner.say(chat, "Still there?", thread=fresh)
    await home.sandbox.answer(chat, "Good morning.", thread=fresh)


async def test_outside_of_topics_there_is_no_dialog_to_change(home: Home) -> None:
    chat = await home.chat_of(home.owner, topics=True)
    for command in ("/rename Lake", "/clear", "/delete", "/system Be brief.", "/export md"):
        asked = await home.owner.say(chat, command)
        await home.sandbox.answer(chat, "This is not inside a dialog", after=asked)
    assert await home.engine.dialogs.list(chat.id) == []


async def test_in_a_forum_a_new_dialog_is_a_topic_of_the_group(home: Home) -> None:
    team = await group_with_bot(home, forum=True)
    await home.owner.say(team, "/new@consilium_bot Plans")
    (topic,) = await home.sandbox.until(lambda: home.sandbox.topics(team))
    await home.sandbox.answer(team, "A new dialog.", thread=topic)
    await home.owner.say(team, "/dialogs@consilium_bot")
    shown = await home.sandbox.answer(team, "1 dialog")
    await home.owner.press(shown, "1")
    card = await home.sandbox.answer(team, "№")
    (link,) = [button.url for button in card.buttons if button.url]
    assert link == f"https://t.me/c/{-team.id - 1_000_000_000_000}/{topic.id}"


async def test_without_the_right_to_make_topics_the_bot_says_so(home: Home) -> None:
    team = await group_with_bot(home, forum=True, bot_is_admin=False)
    await home.owner.say(team, "/new@consilium_bot Plans")
    await home.sandbox.answer(team, "I may not make topics here")
    assert await home.engine.dialogs.list(team.id) == []


async def named_topic(home: Home, chat: Chat, name: str) -> Topic:
    """A topic that the person has named, with its dialog."""
    topic = await home.owner.open_topic(chat, name)
    await eventually(lambda: home.engine.dialogs.list(chat.id, name))
    return topic


async def press_open(home: Home, chat: Chat) -> Press:
    """Open the only dialog from the list, outside of any topic."""
    shown = await told(home, chat, "/dialogs", "1 dialog")
    card = await turned(home, shown, "1", "№")
    return await pressed(home, card, "▶️ Open")
