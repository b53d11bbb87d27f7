"""Servers that answer in a way nobody has thought of, or are not there any more."""

import pytest

from bot.errors import sentence
from bot.texts import texts
from config.settings import ServerAddress
from engine.errors import ContextTooLong
from tests.bot.conftest import Home
from tests.bot.driving import asked_and_answered
from tests.fakes.model_server import Reply


@pytest.mark.parametrize("body", ["<html>Bad Gateway</html>", ["no", "object"], None])
async def test_a_refusal_that_is_no_object_is_a_sentence_without_a_code(home: Home, body: object) -> None:
    chat = await home.ready_chat()
    home.ollama.replies.append(Reply(status=502, body=body))
    asked = await home.owner.say(chat, "Hello?")
    answer = await home.sandbox.answer(chat, "⚠️", after=asked)
    assert "Code" not in answer.text
    await home.owner.press(answer, "Again")
    await home.until_text(chat, "Good morning.")


async def test_a_dialog_whose_server_left_the_settings_asks_for_another_model(home: Home) -> None:
    chat = await home.ready_chat()
    await asked_and_answered(home, chat, "Hello?")
    await home.stop()
    renamed = (ServerAddress(name="nas", url=home.ollama.url),)
    home.settings = home.settings.model_copy(update={"ollama_base_url": renamed})
    await home.start()

    asked = await home.owner.say(chat, "Still there?")
    answer = await home.sandbox.answer(chat, "is not there any more", after=asked)
    await home.owner.press(answer, "Another model")
    await home.owner.press(await home.until_text(chat, "Which model"), "nas")
    await home.until_text(chat, "Good morning.")


@pytest.mark.parametrize(("tokens", "larger"), [(300, "512"), (4000, "8192"), (20_000, "32768")])
def test_a_question_too_long_is_told_which_window_would_hold_it(tokens: int, larger: str) -> None:
    for language in ("en", "ru"):
        text = sentence(ContextTooLong("ollama", "llama3", prompt_tokens=tokens, n_ctx=192), texts(language))
        assert text.endswith(f"/set n_ctx {larger}")
