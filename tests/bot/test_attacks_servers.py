"""Servers that answer in a way nobody has thought of, or are not there any more."""

import time
from pathlib import Path

import pytest

from bot.errors import sentence
from bot.texts import texts
from config.settings import ServerAddress
from engine.errors import ContextTooLong
from tests.bot.conftest import Home, open_home
from tests.bot.driving import asked_and_answered
from tests.fakes.model_server import FakeModel, Reply


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


async def test_models_whose_names_cannot_be_stored_are_left_out_and_the_rest_is_there(tmp_path: Path) -> None:
    nonsense = FakeModel("half \ud800")
    async with open_home(tmp_path, nonsense, FakeModel(""), FakeModel("llama3:latest")) as home:
        assert [model.name for model in home.engine.catalogue.models()] == ["llama3:latest"]
        chat = await home.chat_of(home.owner)
        await home.owner.say(chat, "/model llama3")
        await home.until_text(chat, "answers here now")
        await asked_and_answered(home, chat, "Hello?")


async def test_a_clock_that_is_set_back_makes_no_answer_faster_than_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = await home.ready_chat()
    home.ollama.reply = reply = Reply(hold_after=1)
    await home.owner.say(chat, "Hello?")
    await home.until_text(chat, "Good")
    an_hour_ago = time.time() - 3600
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: an_hour_ago)
        reply.go.set()
        answer = await home.until_text(chat, "llama3:latest ·")
    assert answer.text.endswith("· 0.0 s")
