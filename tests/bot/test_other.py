"""Unknown commands, and messages that are not text: one clear line each, nothing lost, nothing kept."""

from bot.sandbox import Message
from tests.bot.conftest import Home
from tests.bot.driving import asked_and_answered, group_with_bot, pressed, told, turned


async def test_an_unknown_command_gets_the_nearest_one(home: Home) -> None:
    chat = await home.ready_chat()
    await told(home, chat, "/dialog", "Did you mean /dialogs?")
    await told(home, chat, "/setings now", "Did you mean /settings?")
    await told(home, chat, "/Help", "Did you mean /help?")
    await told(home, chat, "/qqqqq", "There is no such command. All commands: /help")
    assert home.ollama.asked_for("/api/chat") == []


async def test_an_endless_argument_is_answered_too(home: Home) -> None:
    chat = await home.ready_chat()
    for command in ("dialogs", "delete", "lang", "export", "set", "set seed", "rename", "new"):
        await told(home, chat, f"/{command} {'x' * 4000}", "")


async def test_a_path_is_no_command(home: Home) -> None:
    chat = await home.ready_chat()
    await asked_and_answered(home, chat, "/etc/passwd what is it?")
    assert len(home.ollama.asked_for("/api/chat")) == 1


async def test_the_owners_commands_are_not_proposed_to_others(home: Home) -> None:
    boris = home.sandbox.person("Boris")
    await home.engine.users.admit(boris.id, "Boris")
    chat = await home.chat_of(boris)
    asked = await boris.say(chat, "/invit")
    said = await home.sandbox.answer(chat, "There is no such command", after=asked)
    assert "/invite" not in said.text
    await told(home, await home.chat_of(home.owner), "/invit", "Did you mean /invite?")


async def test_a_file_gets_one_clear_sentence(home: Home) -> None:
    chat = await home.ready_chat()
    for kind in ("document", "voice", "video"):
        sent = await home.owner.send_file(chat, kind, "thing.bin", b"x")
        said = await home.sandbox.answer(chat, "only text is read here", after=sent)
        assert said.reply_to == sent.id
        assert not said.buttons
    assert await home.engine.dialogs.question_counts(chat.id) == {}


async def test_an_album_gets_one_sentence(home: Home) -> None:
    chat = await home.ready_chat()
    await home.owner.send_album(chat, [(f"{number}.txt", b"x") for number in range(3)])
    await home.until_text(chat, "only text is read here")
    await told(home, chat, "/help", "What works here")
    assert len([message for message in home.sandbox.answers(chat) if "only text" in message.text]) == 1


async def test_the_words_under_a_file_can_be_asked_alone(home: Home) -> None:
    chat = await home.ready_chat()
    sent = await home.owner.send_document(chat, "a.txt", b"x", caption="What is a lake?")
    said = await home.sandbox.answer(chat, "words under it can be asked", after=sent)
    await turned(home, said, "💬 Ask with these words", "Asked with the words alone")
    await home.sandbox.answer(chat, "Good morning.", after=said)
    assert home.ollama.asked_for("/api/chat")[-1]["messages"][-1]["content"] == "What is a lake?"


async def test_nobody_asks_with_words_of_somebody_else(home: Home) -> None:
    boris = home.sandbox.person("Boris")
    team = await group_with_bot(home, boris)
    await told(home, team, "/model@consilium_bot llama3", "answers here now")
    sent = await home.owner.send_document(team, "a.txt", b"x", caption="@consilium_bot what is a lake?")
    said = await home.sandbox.answer(team, "words under it", after=sent)
    press = await pressed(home, said, "💬 Ask", by=boris)
    assert "not there any more" in ((await press.answered()).text or "")
    await turned(home, said, "💬 Ask", "Asked with the words alone")
    await home.sandbox.answer(team, "Good morning.", after=said)


async def test_in_a_group_files_and_commands_for_others_are_left_alone(home: Home) -> None:
    team = await group_with_bot(home, bot_is_admin=True)
    await told(home, team, "/all@consilium_bot on", "every message")
    before = last(home.sandbox.answers(team))
    await home.owner.send_document(team, "a.txt", b"x", caption="for you all")
    await home.owner.say(team, "/weather@other_bot")
    await home.owner.say(team, "/weather")
    shown = await told(home, team, "/help@consilium_bot", "What works here")
    assert [message.id for message in home.sandbox.answers(team) if message.id > before.id] == [shown.id]


def last(messages: list[Message]) -> Message:
    return max(messages, key=lambda message: message.id)
