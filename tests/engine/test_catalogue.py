"""The catalogue: ids that outlive restarts and absences, and what finds a model."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.settings import ServerAddress, Settings
from engine.assembly import Engine, open_engine
from engine.errors import NoSuchModel, ServerDown
from tests.engine.conversation import settings_at
from tests.fakes.model_server import FakeModel
from tests.fakes.ollama import FakeOllama, open_ollama
from tests.fakes.openai import open_openai


@pytest.fixture
async def ollama() -> AsyncIterator[FakeOllama]:
    names = ("qwen3:4b", "qwen3:4b-q8", "qwen3:14b", "llama3:latest")
    async with open_ollama(*map(FakeModel, names), FakeModel("e5", embeds=True)) as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, ollama: FakeOllama) -> Settings:
    return settings_at(tmp_path, "ollama", ollama.url)


@pytest.fixture
async def engine(settings: Settings) -> AsyncIterator[Engine]:
    async with open_engine(settings) as engine:
        await engine.catalogue.refresh()
        yield engine


def ids(engine: Engine) -> dict[str, int]:
    return {model.name: model.id for model in engine.catalogue.models()}


def found(engine: Engine, words: str) -> list[str]:
    return [model.name for model in engine.catalogue.find(words)]


async def test_models_that_only_make_vectors_cannot_be_chosen(engine: Engine) -> None:
    assert [*ids(engine)] == ["qwen3:4b", "qwen3:4b-q8", "qwen3:14b", "llama3:latest"]
    assert [model.name for model in engine.catalogue.embedders()] == ["e5"]


async def test_texts_are_not_sent_to_a_service_for_their_meaning(tmp_path: Path) -> None:
    async with (
        open_openai("openai", FakeModel("text-embedding-3", embeds=True)) as server,
        open_engine(settings_at(tmp_path, "openai", server.url)) as engine,
    ):
        await engine.catalogue.refresh()
        state = next(iter(engine.servers.states()))
        assert [info.capabilities.embeds for info in state.models] == [True]
        assert engine.catalogue.embedders() == []


async def test_an_id_outlives_a_restart_in_which_other_models_came(settings: Settings, ollama: FakeOllama) -> None:
    async with open_engine(settings) as engine:
        await engine.catalogue.refresh()
        before = ids(engine)
    ollama.models = {"new": FakeModel("new")} | ollama.models
    async with open_engine(settings) as engine:
        await engine.catalogue.refresh()
        after = ids(engine)
    assert {name: after[name] for name in before} == before
    assert after["new"] not in before.values()


async def test_an_id_outlives_an_absence(engine: Engine, ollama: FakeOllama) -> None:
    before = ids(engine)
    gone = ollama.models.pop("qwen3:4b")
    await engine.catalogue.refresh()
    assert "qwen3:4b" not in ids(engine)
    assert engine.catalogue.get(before["qwen3:4b"]) is None
    assert engine.catalogue.key_of(before["qwen3:4b"]) == ("ollama", "qwen3:4b"), "its name is known all the same"
    ollama.models["qwen3:4b"] = gone
    await engine.catalogue.refresh()
    assert ids(engine) == before


async def test_a_model_that_is_not_there_is_looked_for_once_more(engine: Engine, ollama: FakeOllama) -> None:
    missing = ids(engine)["qwen3:4b"]
    gone = ollama.models.pop("qwen3:4b")
    await engine.catalogue.refresh()
    with pytest.raises(NoSuchModel) as caught:
        await engine.catalogue.present(missing)
    assert (caught.value.server, caught.value.model) == ("ollama", "qwen3:4b")
    ollama.models["qwen3:4b"] = gone
    assert (await engine.catalogue.present(missing)).name == "qwen3:4b"


async def test_a_model_of_a_server_that_is_down_says_so(tmp_path: Path) -> None:
    async with open_ollama(FakeModel("m")) as server:
        url = server.url
        async with open_engine(settings_at(tmp_path, "ollama", url)) as engine:
            await engine.catalogue.refresh()
    async with open_engine(settings_at(tmp_path, "ollama", url)) as engine:
        with pytest.raises(ServerDown):
            await engine.catalogue.present(1)


async def test_a_model_of_a_server_that_left_the_settings_is_gone(
    settings: Settings, tmp_path: Path, ollama: FakeOllama
) -> None:
    async with open_engine(settings) as engine:
        await engine.catalogue.refresh()
    other = settings.model_copy(update={"ollama_base_url": (ServerAddress(name="attic", url=ollama.url),)})
    async with open_engine(other) as engine:
        await engine.catalogue.refresh()
        assert min(ids(engine).values()) > 5, "the same models on another server are other models"
        with pytest.raises(NoSuchModel):
            await engine.catalogue.present(1)


async def test_a_model_is_found_by_its_whole_name_first_then_by_words(engine: Engine) -> None:
    assert found(engine, "qwen3:4b") == ["qwen3:4b"]
    assert found(engine, " QWEN3:4B ") == ["qwen3:4b"]
    assert found(engine, "ollama/qwen3:4b") == ["qwen3:4b"]
    assert found(engine, "qwen") == ["qwen3:4b", "qwen3:4b-q8", "qwen3:14b"]
    assert found(engine, "qwen 14") == ["qwen3:14b"]
    assert found(engine, "mistral") == []


async def test_a_name_on_two_servers_is_found_on_both_and_told_apart_by_the_server(tmp_path: Path) -> None:
    async with open_ollama(FakeModel("same")) as one, open_openai("vllm", FakeModel("same")) as two:
        servers = {"vllm_base_url": (ServerAddress(name="vllm", url=two.url),), "llm_providers": ("ollama", "vllm")}
        async with open_engine(settings_at(tmp_path, "ollama", one.url).model_copy(update=servers)) as engine:
            await engine.catalogue.refresh()
            assert [model.server for model in engine.catalogue.find("same")] == ["ollama", "vllm"]
            assert [model.server for model in engine.catalogue.find("vllm/same")] == ["vllm"]


async def test_what_a_token_costs_is_learned_slowly_and_outlives_a_restart(settings: Settings) -> None:
    async with open_engine(settings) as engine:
        await engine.catalogue.refresh()
        model_id = ids(engine)["qwen3:4b"]
        await engine.catalogue.learn(model_id, 10.0, 90)
        assert engine.catalogue.tokens_per_unit(model_id) is None, "a greeting is mostly template"
        await engine.catalogue.learn(model_id, 1000.0, 1500)
        assert engine.catalogue.tokens_per_unit(model_id) == 1.5
        await engine.catalogue.learn(model_id, 1000.0, 2500)
    async with open_engine(settings) as engine:
        assert engine.catalogue.tokens_per_unit(model_id) == pytest.approx(1.7)
        assert engine.catalogue.tokens_per_unit(model_id + 1) is None
