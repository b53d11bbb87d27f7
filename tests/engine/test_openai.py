"""The adapter for OpenAI's protocol against each of the four kinds of server: answers, models, counting, loading."""

import base64
from dataclasses import replace

import pytest

from engine.backends.base import Capabilities
from engine.errors import NoMemory, NoSuchModel
from engine.events import Delta, Waiting
from engine.messages import Message, Params
from tests.fakes.model_server import FakeModel, Reply
from tests.fakes.openai import open_openai
from tests.fakes.openai_refusals import FlavourName
from tests.fakes.reading import chunks_of, finish_of, openai_at, request, text_of, thought_of

ALL: list[FlavourName] = ["lmstudio", "vllm", "llama_server", "openai"]
CHAT = "/v1/chat/completions"
JPEG = b"\xff\xd8\xff\xe0 picture"


@pytest.mark.parametrize("flavour", ALL)
async def test_an_answer_streams_and_ends_with_its_figures(flavour: FlavourName) -> None:
    async with open_openai(flavour) as server, openai_at(server) as backend:
        chunks = await chunks_of(backend.stream(request("small", "Hello there")))
    assert chunks[:-1] == [Delta("Good"), Delta(" morning"), Delta(".")]
    finish = finish_of(chunks)
    assert (finish.reason, finish.usage.prompt_tokens, finish.usage.answer_tokens) == ("stop", 3, 3)
    assert server.asked_for(CHAT)[0]["stream_options"] == {"include_usage": True}


async def test_llama_server_tells_times_and_what_it_reused() -> None:
    async with open_openai("llama_server") as server, openai_at(server) as backend:
        usage = finish_of(await chunks_of(backend.stream(request("small")))).usage
    assert (usage.reused_tokens, usage.prompt_s, usage.answer_s) == (3, 0.5, 2.0)
    assert server.asked_for(CHAT)[0]["cache_prompt"] is True


async def test_vllm_tells_what_it_reused() -> None:
    async with open_openai("vllm") as server, openai_at(server) as backend:
        assert finish_of(await chunks_of(backend.stream(request("small")))).usage.reused_tokens == 2


@pytest.mark.parametrize("key", ["reasoning_content", "reasoning"])
async def test_thinking_comes_apart_from_the_text_under_either_name(key: str) -> None:
    async with open_openai("vllm") as server, openai_at(server) as backend:
        server.thought_key = key
        server.reply = Reply(text=["42"], thought=["Let me", " see"])
        chunks = await chunks_of(backend.stream(request("small")))
    assert (thought_of(chunks), text_of(chunks)) == ("Let me see", "42")


@pytest.mark.parametrize("flavour", ["vllm", "llama_server"])
async def test_thinking_is_switched_by_the_template(flavour: FlavourName) -> None:
    async with open_openai(flavour) as server, openai_at(server) as backend:
        await chunks_of(backend.stream(request("small", think=False)))
    assert server.asked_for(CHAT)[0]["chat_template_kwargs"] == {"enable_thinking": False}


async def test_pictures_travel_as_data_addresses() -> None:
    async with open_openai("lmstudio", FakeModel("seeing", sees=True)) as server, openai_at(server) as backend:
        await chunks_of(backend.stream(request("seeing", Message("user", "What is it?", images=(JPEG,)))))
    text, picture = server.asked_for(CHAT)[0]["messages"][0]["content"]
    assert text == {"type": "text", "text": "What is it?"}
    assert picture["image_url"]["url"] == "data:image/jpeg;base64," + base64.b64encode(JPEG).decode()


async def test_parameters_are_sent_only_if_set() -> None:
    async with open_openai("vllm") as server, openai_at(server) as backend:
        await chunks_of(backend.stream(request("small")))
        await chunks_of(backend.stream(request("small", temperature=0.1, max_tokens=5, seed=7, stop=("END",))))
    plain, full = server.asked_for(CHAT)
    assert set(plain) == {"model", "messages", "stream", "stream_options"}
    assert (full["temperature"], full["max_tokens"], full["seed"], full["stop"]) == (0.1, 5, 7, ["END"])


@pytest.mark.parametrize(
    ("flavour", "known"),
    [
        ("lmstudio", {"top_k": 9, "repeat_penalty": 1.1}),
        ("vllm", {"top_k": 9, "min_p": 0.1, "repetition_penalty": 1.1}),
        ("llama_server", {"top_k": 9, "min_p": 0.1, "repeat_penalty": 1.1}),
        ("openai", {}),
    ],
)
async def test_each_server_is_sent_the_parameters_that_it_knows(flavour: FlavourName, known: dict[str, float]) -> None:
    params = {"top_k": 9, "min_p": 0.1, "repeat_penalty": 1.1, "logit_bias": ((15, -100.0),)}
    async with open_openai(flavour) as server, openai_at(server) as backend:
        await chunks_of(backend.stream(request("small", **params)))
    sent = server.asked_for(CHAT)[0]
    assert {name: sent[name] for name in sent if name.endswith(("_p", "_k", "penalty"))} == known
    assert sent["logit_bias"] == {"15": -100.0}


@pytest.mark.parametrize("flavour", ALL)
async def test_a_schema_for_the_answer_is_sent(flavour: FlavourName) -> None:
    schema = {"type": "object", "properties": {"mark": {"type": "integer"}}}
    async with open_openai(flavour) as server, openai_at(server) as backend:
        await chunks_of(backend.stream(replace(request("small"), schema=schema)))
    form = server.asked_for(CHAT)[0]["response_format"]
    assert (form["type"], form["json_schema"]["schema"]) == ("json_schema", schema)


async def test_unicode_line_separators_in_a_text_break_nothing() -> None:
    text = "one\u0085two\u2028three\x0bfour"
    async with open_openai("vllm") as server, openai_at(server) as backend:
        server.reply = Reply(text=[text])
        assert text_of(await chunks_of(backend.stream(request("small")))) == text


async def test_an_answer_in_one_piece_is_read_too() -> None:
    body = {"choices": [{"message": {"content": "All at once"}, "finish_reason": "stop"}], "usage": {}}
    async with open_openai("openai") as server, openai_at(server) as backend:
        server.reply = Reply(status=200, body=body)
        assert text_of(await chunks_of(backend.stream(request("small")))) == "All at once"


async def test_lm_studio_lists_by_its_own_page() -> None:
    seeing = FakeModel("gemma", sees=True, thinks=True, n_ctx=4096, context_tokens=131072, size_bytes=3_000_000_000)
    embedder = FakeModel("nomic", embeds=True, loaded=False)
    async with open_openai("lmstudio", seeing, embedder) as server, openai_at(server) as backend:
        gemma, nomic = await backend.list()
    assert gemma.capabilities == Capabilities(sees=True, thinks=True)
    assert (gemma.size_bytes, gemma.context_tokens, gemma.loaded_tokens) == (3_000_000_000, 131072, 4096)
    assert (gemma.loaded, gemma.parameters, gemma.quantisation) == (True, "7B", "Q4_K_M")
    assert nomic.capabilities == Capabilities(embeds=True)
    assert (nomic.loaded, nomic.loaded_tokens) == (False, None)


async def test_an_older_lm_studio_lists_by_what_it_has() -> None:
    async with open_openai("lmstudio", FakeModel("qwen-vl", sees=True)) as server, openai_at(server) as backend:
        server.own_lists = {"v0"}
        (qwen,) = await backend.list()
        assert (qwen.capabilities.sees, qwen.context_tokens, qwen.loaded) == (True, 32768, True)
        server.own_lists = set()
        (qwen,) = await backend.list()
        assert qwen.name == "qwen-vl"
        assert qwen.context_tokens is None


async def test_vllm_lists_its_window() -> None:
    async with open_openai("vllm", FakeModel("qwen", n_ctx=16384)) as server, openai_at(server) as backend:
        (qwen,) = await backend.list()
        assert (qwen.context_tokens, qwen.loaded, qwen.loaded_tokens) == (16384, True, 16384)
        assert backend.window(qwen, Params(n_ctx=2048)) == 16384


async def test_a_plain_llama_server_tells_of_its_one_model() -> None:
    model = FakeModel("/models/gemma.gguf", sees=True, thinks=True, n_ctx=4096)
    async with open_openai("llama_server", model) as server, openai_at(server) as backend:
        (gemma,) = await backend.list()
        assert gemma.capabilities == Capabilities(sees=True, thinks=True)
        assert (gemma.context_tokens, gemma.loaded, gemma.loaded_tokens) == (32768, True, 4096)
        assert backend.window(gemma, Params()) == 4096
        await backend.load(gemma.name, Params())
    assert server.asked_for("/models/load") == []


async def test_a_routing_llama_server_tells_what_is_loaded() -> None:
    async with open_openai("llama_server", FakeModel("a", sees=True), FakeModel("b", loaded=False)) as server:
        server.is_router = True
        async with openai_at(server) as backend:
            one, other = await backend.list()
            assert (one.loaded, one.loaded_tokens, one.capabilities.sees) == (True, 8192, True)
            assert (other.loaded, other.loaded_tokens) == (False, None)


async def test_a_router_of_our_models_folder_does_not_offer_the_guide_as_a_model() -> None:
    async with open_openai("llama_server", *map(FakeModel, ("guide", "guide.gguf", "guided"))) as server:
        server.is_router = True
        async with openai_at(server) as backend:
            assert [model.name for model in await backend.list()] == ["guided"]


async def test_a_routing_llama_server_loads_and_unloads() -> None:
    models = FakeModel("a", loaded=False), FakeModel("big", loaded=False, load_error="too big")
    async with open_openai("llama_server", *models) as server:
        server.is_router = True
        async with openai_at(server) as backend:
            await backend.load("a", Params())
            assert server.models["a"].loaded
            await backend.unload("a")
            assert not server.models["a"].loaded
            with pytest.raises(NoMemory):
                await backend.load("big", Params())
            with pytest.raises(NoSuchModel):
                await backend.load("gone", Params())


async def test_lm_studio_loads_with_the_window_asked_for_and_unloads() -> None:
    async with open_openai("lmstudio", FakeModel("a", loaded=False)) as server, openai_at(server) as backend:
        await backend.load("a", Params(n_ctx=2048))
        (model,) = await backend.list()
        assert model.loaded_tokens == 2048
        await backend.unload("a")
        assert not server.models["a"].loaded


async def test_a_model_that_the_server_has_to_load_first_is_waited_for() -> None:
    async with open_openai("lmstudio", FakeModel("small", loaded=False)) as server, openai_at(server) as backend:
        first = await chunks_of(backend.stream(request("small")))
        second = await chunks_of(backend.stream(request("small")))
    assert first[0] == Waiting("load")
    assert second[0] == Delta("Good")


async def test_lm_studio_gives_an_unloaded_model_a_small_window() -> None:
    models = FakeModel("large", loaded=False), FakeModel("tiny", loaded=False, context_tokens=2048)
    async with open_openai("lmstudio", *models) as server, openai_at(server) as backend:
        large, tiny = await backend.list()
        assert (backend.window(large, Params()), backend.window(tiny, Params())) == (4096, 2048)


@pytest.mark.parametrize(
    ("flavour", "tokens"), [("llama_server", 5), ("vllm", 5), ("lmstudio", None), ("openai", None)]
)
async def test_tokens_are_counted_where_the_server_can(flavour: FlavourName, tokens: int | None) -> None:
    messages = [Message("system", "Be kind"), Message("user", "Hi")]
    async with open_openai(flavour) as server, openai_at(server) as backend:
        assert await backend.count_tokens("small", messages) == tokens


@pytest.mark.parametrize("flavour", ["llama_server", "vllm"])
async def test_a_server_without_a_tokenizer_page_counts_nothing(flavour: FlavourName) -> None:
    async with open_openai(flavour) as server, openai_at(server) as backend:
        server.has_tokenizer = False
        assert await backend.count_tokens("small", [Message("user", "Hi")]) is None


async def test_vectors_come_in_the_order_of_the_texts() -> None:
    async with open_openai("openai") as server, openai_at(server) as backend:
        assert await backend.embed("small", ["a", "bcd"]) == [[1.0, 1.0], [3.0, 1.0]]


async def test_capabilities_of_a_model_that_is_gone() -> None:
    async with open_openai("openai") as server, openai_at(server) as backend:
        assert await backend.capabilities("small") == Capabilities()
        with pytest.raises(NoSuchModel):
            await backend.capabilities("gone")


async def test_neighbours_of_one_role_are_sent_as_one_message() -> None:
    async with open_openai("vllm") as server, openai_at(server) as backend:
        await chunks_of(backend.stream(request("small", "first", "second")))
    assert server.asked_for(CHAT)[0]["messages"] == [{"role": "user", "content": "first\n\nsecond"}]


async def test_a_template_without_a_system_role_gets_its_words_from_the_user_and_is_remembered() -> None:
    prompt = Message("system", "Be kind"), Message("user", "Hi")
    async with open_openai("vllm", FakeModel("gemma", has_system_role=False)) as server, openai_at(server) as backend:
        for _ in range(2):
            assert text_of(await chunks_of(backend.stream(request("gemma", *prompt)))) == "Good morning."
    roles = [[message["role"] for message in body["messages"]] for body in server.asked_for(CHAT)]
    assert roles == [["system", "user"], ["user"], ["user"]]
    assert server.asked_for(CHAT)[-1]["messages"][0]["content"] == "Be kind\n\nHi"
