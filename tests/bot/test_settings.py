"""Settings of a dialog, by menu and by words."""

from tests.bot.conftest import Home
from tests.bot.driving import asked_and_answered, group_with_bot, labels, pressed, told, turned


async def test_a_value_is_chosen_in_the_menu_and_reaches_the_model(home: Home) -> None:
    chat = await home.ready_chat()
    menu = await told(home, chat, "/settings", "Settings of")
    assert "temperature: default" in labels(menu)
    screen = await turned(home, menu, "temperature: default", "How freely")
    assert "✓ default" in labels(screen)
    assert "Any other value: /set temperature 0.7\nAllowed: 0…2" in screen.text

    screen = await turned(home, screen, "0.3", "temperature: 0.3")
    assert {"✓ 0.3", "default"} <= set(labels(screen))
    menu = await turned(home, screen, "‹ Back", "Settings of")
    assert "temperature: 0.3" in labels(menu)

    await asked_and_answered(home, chat, "Hello?")
    assert home.ollama.asked_for("/api/chat")[-1]["options"]["temperature"] == 0.3


async def test_default_takes_a_value_back(home: Home) -> None:
    chat = await home.ready_chat()
    await told(home, chat, "/set seed 42", "seed: 42, from the next answer on")
    screen = await told(home, chat, "/set seed", "⚙️ seed: 42")
    await turned(home, screen, "default", "⚙️ seed: default")
    await asked_and_answered(home, chat, "Hello?")
    assert "seed" not in home.ollama.asked_for("/api/chat")[-1]["options"]


async def test_words_set_what_the_menu_does_not_offer(home: Home) -> None:
    chat = await home.ready_chat()
    await told(home, chat, "/set Top-P=0,42", "top_p: 0.42, from the next answer on")
    await told(home, chat, "/set max_tokens 77", "max_tokens: 77")
    await told(home, chat, "/set repeat-penalty 1,1", "repeat_penalty: 1.1")
    await asked_and_answered(home, chat, "Hello?")
    options = home.ollama.asked_for("/api/chat")[-1]["options"]
    assert (options["top_p"], options["num_predict"], options["repeat_penalty"]) == (0.42, 77, 1.1)


async def test_a_wrong_value_gets_one_line_with_the_range_and_an_example(home: Home) -> None:
    chat = await home.ready_chat()
    said = await told(home, chat, "/set temperature 5", "temperature cannot be “5”")
    assert "allowed is 0…2. Example: /set temperature 0.7" in said.text
    assert "\n" not in said.text
    said = await told(home, chat, "/set temprature 1", "There is no setting “temprature”")
    assert "temperature" in said.text
    await told(home, chat, "/set mood", "There is no setting “mood”")
    assert "temperature: default" in labels(await told(home, chat, "/set", "Settings of"))


async def test_settings_belong_to_their_dialog_and_survive_a_restart(home: Home) -> None:
    chat = await home.ready_chat()
    await told(home, chat, "/set temperature 0.3", "temperature: 0.3")
    await home.stop()
    await home.start()
    await told(home, chat, "/set temperature", "temperature: 0.3")
    await told(home, chat, "/new Other", "A new dialog.")
    await told(home, chat, "/set temperature", "temperature: default")


async def test_footer_and_buttons_can_be_switched_off(home: Home) -> None:
    chat = await home.ready_chat()
    await told(home, chat, "/set footer off", "footer: off")
    screen = await told(home, chat, "/set buttons", "buttons: on")
    await turned(home, screen, "off", "buttons: off")
    asked = await home.owner.say(chat, "Hello?")
    answer = await home.sandbox.until(
        lambda: next((item for item in home.sandbox.answers(chat) if item.id > asked.id and not item.buttons), None)
    )
    await home.sandbox.until(lambda: getattr(home.sandbox.message(answer), "text", "") == "Good morning.")


async def test_a_system_prompt_is_set_shown_sent_and_cleared(home: Home) -> None:
    chat = await home.ready_chat()
    await told(home, chat, "/system", "has no system prompt")
    await told(home, chat, "/system You are\na teacher.", "The system prompt is set")
    await asked_and_answered(home, chat, "Hello?")
    assert home.ollama.asked_for("/api/chat")[-1]["messages"][0] == {"role": "system", "content": "You are\na teacher."}
    shown = await told(home, chat, "/system", "You are\na teacher.")
    await turned(home, shown, "🧹 Clear", "has no system prompt")
    await told(home, chat, "/system Be brief.", "is set")
    await told(home, chat, "/system -", "There is no system prompt any more")


async def test_a_long_system_prompt_is_kept_whole_and_shown_by_its_beginning(home: Home) -> None:
    chat = await home.ready_chat()
    prompt = "🦆" * 1900
    await told(home, chat, f"/system {prompt}", "is set")
    shown = await told(home, chat, "/system", "🦆")
    assert "…" in shown.text
    (dialog,) = await home.engine.dialogs.list(chat.id)
    assert dialog.settings.system == prompt


async def test_a_menu_of_a_deleted_dialog_says_so(home: Home) -> None:
    chat = await home.ready_chat()
    menu = await told(home, chat, "/settings", "Settings of")
    (dialog,) = await home.engine.dialogs.list(chat.id)
    await home.engine.dialogs.delete(dialog.id)
    press = await pressed(home, menu, "top_p")
    assert (await press.answered()).text == "This dialog does not exist any more."


async def test_outside_of_topics_only_what_is_ones_own_can_be_set(home: Home) -> None:
    chat = await home.chat_of(home.owner, topics=True)
    for command in ("/settings", "/set temperature 0.3"):
        menu = await told(home, chat, command, "Each dialog has settings of its own")
        assert labels(menu) == ["👤 Mine, in all dialogs", "‹ Back"]


async def test_in_a_group_everybody_sets_the_dialog_and_nobody_sees_habits(home: Home) -> None:
    boris = home.sandbox.person("Boris")
    team = await group_with_bot(home, boris)
    asked = await boris.say(team, "/settings@consilium_bot")
    menu = await home.sandbox.answer(team, "Settings of", after=asked)
    assert "👤 Mine, in all dialogs" not in labels(menu)
    screen = await turned(home, menu, "top_p", "likely words", by=boris)
    await turned(home, screen, "0.5", "top_p: 0.5", by=boris)
