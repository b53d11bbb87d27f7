"""Servers and models, listed as they are now."""

from pathlib import Path

import pytest

from bot.features.servers import shown_url
from config.settings import ServerAddress
from tests.bot.conftest import Home, open_home
from tests.fakes.model_server import FakeModel
from tests.tiny_gguf import make_gguf


async def test_a_model_is_listed_with_what_is_known_of_it(tmp_path: Path) -> None:
    model = FakeModel("qwen3-vl:4b", size_bytes=3 * 1024**3, context_tokens=32768, sees=True, thinks=True)
    async with open_home(tmp_path, model) as home:
        boris = home.sandbox.person("Boris")
        await home.engine.users.admit(boris.id, "Boris")
        chat = await home.chat_of(boris)
        await boris.say(chat, "/models")
        shown = await home.until_text(chat, "One model")
        assert "🔵 qwen3-vl:4b 👁🧠\n3.0 GB · window 32k · 8B · Q4_K_M · ollama" in shown.text
        assert [button.text for button in shown.buttons] == ["↻ Look again"], "the owner's menu is not for members"


async def test_a_new_model_is_there_after_another_look(home: Home) -> None:
    mine = await home.chat_of(home.owner)
    await home.owner.say(mine, "/models")
    shown = await home.until_text(mine, "One model")
    home.ollama.models["gemma3:1b"] = FakeModel("gemma3:1b", loaded=False)
    await home.owner.press(shown, "Look again")
    assert "gemma3:1b" in (await home.until_text(mine, "2 models")).text


async def test_a_model_file_that_was_put_into_the_folder_is_there_after_another_look(home: Home) -> None:
    pytest.importorskip("llama_cpp")
    mine = await home.chat_of(home.owner)
    await home.owner.say(mine, "/models")
    shown = await home.until_text(mine, "One model")
    home.settings.models_dir.mkdir(exist_ok=True)
    make_gguf(home.settings.models_dir / "new-one.gguf")
    await home.owner.press(shown, "Look again")
    assert "new-one" in (await home.until_text(mine, "2 models")).text


async def test_many_models_come_by_pages_within_telegrams_length(tmp_path: Path) -> None:
    models = [FakeModel(f"model-{number:02}-{'x' * 90}", loaded=False) for number in range(25)]
    async with open_home(tmp_path, *models) as home:
        mine = await home.chat_of(home.owner)
        await home.owner.say(mine, "/models")
        shown = await home.until_text(mine, "model-00")
        assert "model-10" not in shown.text
        await home.owner.press(shown, "›")
        await home.until_text(mine, "model-10")


async def test_a_server_tells_its_models_or_its_trouble_and_no_password(tmp_path: Path) -> None:
    away = (ServerAddress(name="attic", url="http://anna:secret@127.0.0.1:9/v1"),)
    async with open_home(tmp_path, lmstudio_base_url=away) as home:
        mine = await home.chat_of(home.owner)
        await home.owner.say(mine, "/servers")
        shown = await home.until_text(mine, "attic")
        assert "🔴 attic · LM Studio\nhttp://127.0.0.1:9/v1\ndoes not answer" in shown.text
        assert "🟢 ollama · Ollama" in shown.text
        assert "answers, one model" in shown.text
        assert "secret" not in shown.text
        await home.owner.press(shown, "Look again")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://host:11434", "http://host:11434"),
        ("https://user:pa@ss@host/v1?key=abc#x", "https://host/v1"),
        ("http://token@[::1]:8080/", "http://[::1]:8080/"),
        ("", ""),
    ],
)
def test_an_address_is_shown_without_secrets(url: str, shown: str) -> None:
    assert shown_url(url) == shown
