"""/history: the runs of a chat, searched and opened."""

from tests.bot.conftest import Home
from tests.bot.driving import asked_and_answered, group_with_bot, told, turned
from tests.bot.test_isolation import forged
from tests.fakes.model_server import Reply


async def test_runs_are_listed_opened_and_led_back_from(home: Home) -> None:
    home.ollama.replies.extend([Reply(["Flour and water."]), Reply(["Sugar."])])
    chat = await home.ready_chat()
    await told(home, chat, "/history", "Nothing has been answered here yet")
    await asked_and_answered(home, chat, "How do I bake bread?")
    await asked_and_answered(home, chat, "And cake?")
    listed = await told(home, chat, "/history", "1. And cake?")
    assert "2. How do I bake bread?\nllama3:latest · " in listed.text
    card = await turned(home, listed, "2", "Flour and water.")
    assert "❓ How do I bake bread?" in card.text
    await home.owner.press(card, "📄")
    file = await home.sandbox.answer(chat, after=card)
    assert file.media is not None
    await turned(home, card, "💬 Dialog", "2 questions")
    again = await told(home, chat, "/history", "1. And cake?")
    await turned(home, again, "1", "Sugar.")
    await turned(home, again, "‹ Back", "1. And cake?")


async def test_words_are_found_in_questions_and_answers_page_by_page(home: Home) -> None:
    chat = await home.ready_chat()
    for number in range(10):
        await asked_and_answered(home, chat, f"penguin number {number}")
    await asked_and_answered(home, chat, "something else")
    listed = await told(home, chat, "/history penguin", "Found for “penguin”")
    assert listed.text.count("penguin number") == 8
    second = await turned(home, listed, "›", "9. penguin")
    assert second.text.count("penguin number") == 2
    await turned(home, second, "‹", "1. penguin")
    await told(home, chat, "/history walrus", "Nothing found for “walrus”")
    await told(home, chat, "/history " + "very long words indeed " * 3, "Nothing found for")
    await told(home, chat, "/history a|b:c", "Nothing found for “a b:c”")


async def test_a_run_that_was_deleted_is_gone_from_the_list_and_its_button_says_so(home: Home) -> None:
    chat = await home.ready_chat()
    answer = await asked_and_answered(home, chat, "A secret?")
    listed = await told(home, chat, "/history", "1. A secret?")
    await home.owner.press(answer, "⋯")
    await home.sandbox.until(lambda: "🗑" in str(home.sandbox.message(answer)))
    await home.owner.press(answer, "🗑")
    await home.sandbox.until(lambda: home.sandbox.message(answer) is None)
    press = await home.owner.press(listed, "1")
    assert "not there any more" in str((await press.answered()).text)
    await told(home, chat, "/history secret", "Nothing found")


async def test_a_group_has_its_own_history_and_nobody_reaches_anothers(home: Home) -> None:
    chat = await home.ready_chat()
    await asked_and_answered(home, chat, "My private question")
    mine = await told(home, chat, "/history", "1. My private question")
    boris = home.sandbox.person("Boris", language="en")
    await home.engine.users.admit(boris.id, "Boris")
    team = await group_with_bot(home, boris)
    asked = await boris.say(team, "/history private")
    nothing = await home.sandbox.answer(team, "Nothing found", after=asked)
    data = next(button.data for button in mine.buttons if button.text == "1")
    assert data is not None
    press = await forged(home, boris, nothing, data)
    assert "not there any more" in str((await press.answered()).text)
