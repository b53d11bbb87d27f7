"""Ollama's adapter against a server that speaks its protocol: answers, models, windows."""

import asyncio
import base64
from dataclasses import replace

import pytest

from engine.backends.base import Capabilities
from engine.errors import ContextTooLong
from engine.events import Delta, Thought, Waiting
from engine.messages import Message, Params
from tests.fakes.model_server import FakeModel, Reply
from tests.fakes.ollama import open_ollama
from tests.fakes.reading import chunks_of, finish_of, ollama_at, request, text_of, thought_of

MODEL = "llama3:latest"
PNG = b"\x89PNG\r\n\x1a\n picture"


async def test_an_answer_streams_and_ends_with_its_figures() -> None:
    async with open_ollama() as server, ollama_at(server) as backend:
        chunks = await chunks_of(backend.stream(request(MODEL, "Hello there")))
    assert chunks[:-1] == [Delta("Good"), Delta(" morning"), Delta(".")]
    finish = finish_of(chunks)
    assert finish.reason == "stop"
    assert (finish.usage.prompt_tokens, finish.usage.answer_tokens) == (3, 3)
    assert (finish.usage.load_s, finish.usage.prompt_s, finish.usage.answer_s) == (1.0, 0.5, 2.0)


async def test_a_token_is_read_before_the_next_one_is_made() -> None:
    async with open_ollama() as server, ollama_at(server) as backend:
        server.reply = Reply(hold_after=1)
        stream = backend.stream(request(MODEL))
        assert await anext(stream) == Delta("Good")
        server.reply.go.set()
        assert await anext(stream) == Delta(" morning")
        await stream.aclose()


async def test_thinking_comes_apart_from_the_text() -> None:
    async with open_ollama(FakeModel("qwen3:4b", thinks=True)) as server, ollama_at(server) as backend:
        server.reply = Reply(text=["42"], thought=["Let me", " see"])
        chunks = await chunks_of(backend.stream(request("qwen3:4b", think=True)))
    assert chunks[:2] == [Thought("Let me"), Thought(" see")]
    assert (thought_of(chunks), text_of(chunks)) == ("Let me see", "42")
    assert server.asked_for("/api/chat")[0]["think"] is True


async def test_a_model_that_cannot_think_is_not_asked_to() -> None:
    async with open_ollama() as server, ollama_at(server) as backend:
        await chunks_of(backend.stream(request(MODEL, think=True)))
    assert "think" not in server.asked_for("/api/chat")[0]


async def test_pictures_travel_as_bare_base64() -> None:
    async with open_ollama(FakeModel("llava", sees=True)) as server, ollama_at(server) as backend:
        await chunks_of(backend.stream(request("llava", Message("user", "What is it?", images=(PNG,)))))
    assert server.asked_for("/api/chat")[0]["messages"][0]["images"] == [base64.b64encode(PNG).decode()]


async def test_unicode_line_separators_in_a_text_break_nothing() -> None:
    text = "one\u0085two\u2028three\x0bfour"
    async with open_ollama() as server, ollama_at(server) as backend:
        server.reply = Reply(text=[text])
        assert text_of(await chunks_of(backend.stream(request(MODEL)))) == text


async def test_an_answer_cut_at_its_limit_says_so() -> None:
    async with open_ollama() as server, ollama_at(server) as backend:
        server.reply = Reply(finish="length")
        chunks = await chunks_of(backend.stream(request(MODEL, max_tokens=3)))
    assert finish_of(chunks).reason == "length"
    assert server.asked_for("/api/chat")[0]["options"]["num_predict"] == 3


async def test_loading_is_told_before_the_answer_and_done_once() -> None:
    async with open_ollama(FakeModel(MODEL, loaded=False)) as server, ollama_at(server) as backend:
        chunks = await chunks_of(backend.stream(request(MODEL)))
        again = await chunks_of(backend.stream(request(MODEL)))
    assert chunks[0] == Waiting("load")
    assert again[0] == Delta("Good")
    assert server.loads == [(MODEL, 8192)]


async def test_a_load_lasts_longer_than_the_silence_between_tokens() -> None:
    model = FakeModel(MODEL, loaded=False, may_load=asyncio.Event())
    async with open_ollama(model) as server, ollama_at(server) as backend:
        stream = backend.stream(request(MODEL))
        assert await anext(stream) == Waiting("load")
        reading = asyncio.ensure_future(anext(stream))
        await server.reached["/api/chat"].wait()
        assert server.asked_for("/api/chat")[0]["messages"] == []
        model.may_load.set()
        assert await reading == Delta("Good")
        await stream.aclose()


async def test_the_window_is_the_same_each_time_so_the_model_is_not_loaded_anew() -> None:
    async with open_ollama(FakeModel(MODEL, loaded=False)) as server, ollama_at(server) as backend:
        for text in ("a", "b " * 3000, "c"):
            await chunks_of(backend.stream(request(MODEL, text)))
            await backend.list()
        assert server.loads == [(MODEL, 8192)]
        await chunks_of(backend.stream(request(MODEL, n_ctx=2048)))
        assert server.loads == [(MODEL, 8192), (MODEL, 2048)]
    sent = server.asked_for("/api/chat")
    assert {(body["truncate"], body["shift"]) for body in sent} == {(False, False)}


async def test_the_choice_of_words_and_the_schema_of_the_answer_are_sent() -> None:
    schema = {"type": "object", "properties": {"mark": {"type": "integer"}}}
    async with open_ollama(FakeModel(MODEL)) as server, ollama_at(server) as backend:
        await chunks_of(backend.stream(request(MODEL)))
        wish = request(MODEL, top_k=0, min_p=0.1, repeat_penalty=1.1)
        await chunks_of(backend.stream(replace(wish, schema=schema)))
    plain, full = server.asked_for("/api/chat")
    assert "format" not in plain
    assert full["format"] == schema
    assert {name: full["options"][name] for name in full["options"] if name not in plain["options"]} == {
        "top_k": 0,
        "min_p": 0.1,
        "repeat_penalty": 1.1,
    }


async def test_the_window_is_bounded_by_what_the_model_knows() -> None:
    async with open_ollama(FakeModel("tiny", context_tokens=2048, n_ctx=2048)) as server, ollama_at(server) as backend:
        (info,) = await backend.list()
        await chunks_of(backend.stream(request("tiny")))
        assert backend.window(info, Params()) == 2048
        assert backend.window(info, Params(n_ctx=1024)) == 1024
    assert server.asked_for("/api/chat")[0]["options"]["num_ctx"] == 2048


async def test_a_window_that_the_server_has_corrected_is_not_taken_for_another_one() -> None:
    async with open_ollama(FakeModel("seeing", sees=True, loaded=False)) as server, ollama_at(server) as backend:
        server.least_n_ctx = 2048
        first = await chunks_of(backend.stream(request("seeing", n_ctx=1024)))
        (info,) = await backend.list()
        assert info.loaded_tokens == 2048
        second = await chunks_of(backend.stream(request("seeing", n_ctx=1024)))
    assert first[0] == Waiting("load")
    assert second[0] == Delta("Good")


async def test_the_list_tells_what_a_person_wants_to_know() -> None:
    seeing = FakeModel("gemma3:4b", sees=True, thinks=True, size_bytes=3_000_000_000, context_tokens=131072)
    embedder = FakeModel("nomic", embeds=True, loaded=False)
    async with open_ollama(seeing, embedder) as server, ollama_at(server) as backend:
        gemma, nomic = await backend.list()
        assert await backend.capabilities("nomic") == Capabilities(embeds=True)
    assert gemma.capabilities == Capabilities(sees=True, thinks=True)
    assert (gemma.size_bytes, gemma.context_tokens) == (3_000_000_000, 131072)
    assert (gemma.loaded, gemma.loaded_tokens) == (True, 8192)
    assert (gemma.parameters, gemma.quantisation) == ("8B", "Q4_K_M")
    assert nomic.capabilities == Capabilities(embeds=True)
    assert not nomic.loaded


async def test_a_model_is_looked_into_once_until_it_changes() -> None:
    async with open_ollama() as server, ollama_at(server) as backend:
        await backend.list()
        assert len(server.asked_for("/api/show")) == 1
        server.models[MODEL].context_tokens = 4096
        (info,) = await backend.list()
        assert info.context_tokens == 4096
        assert len(server.asked_for("/api/show")) == 2


async def test_load_and_unload_are_seen_by_the_server() -> None:
    async with open_ollama(FakeModel(MODEL, loaded=False)) as server, ollama_at(server) as backend:
        await backend.load(MODEL, Params(n_ctx=2048))
        assert server.running == {MODEL: 2048}
        await backend.unload(MODEL)
        assert server.running == {}
        chunks = await chunks_of(backend.stream(request(MODEL, n_ctx=2048)))
        assert chunks[0] == Waiting("load")


async def test_vectors_come_in_the_order_of_the_texts() -> None:
    async with open_ollama(FakeModel("nomic", embeds=True, n_ctx=4)) as server, ollama_at(server) as backend:
        assert await backend.embed("nomic", ["a", "bcd"]) == [[1.0, 1.0], [3.0, 1.0]]
        with pytest.raises(ContextTooLong):
            await backend.embed("nomic", ["one two three four five"])


async def test_neighbours_of_one_role_are_sent_as_one_message() -> None:
    async with open_ollama() as server, ollama_at(server) as backend:
        await chunks_of(backend.stream(request(MODEL, "first", "second")))
    assert server.asked_for("/api/chat")[0]["messages"] == [{"role": "user", "content": "first\n\nsecond"}]


async def test_tokens_cannot_be_counted() -> None:
    async with open_ollama() as server, ollama_at(server) as backend:
        assert await backend.count_tokens(MODEL, [Message("user", "Hello")]) is None
