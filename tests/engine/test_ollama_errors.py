"""What can go wrong with Ollama, each under its own name; and that stopping really stops."""

import asyncio
from contextlib import aclosing

import pytest

from engine.backends.ollama import OllamaBackend
from engine.backends.wire import Patience
from engine.errors import (
    BackendError,
    BrokenStream,
    ContextTooLong,
    ModelCrashed,
    NoMemory,
    NoSuchModel,
    RequestRefused,
    ServerBusy,
    ServerDown,
    SilentModel,
)
from engine.events import Chunk, Delta
from engine.messages import Message
from tests.fakes.model_server import FakeModel, Reply
from tests.fakes.ollama import FakeOllama, open_ollama
from tests.fakes.openai import open_openai
from tests.fakes.reading import PATIENCE, chunks_of, ollama_at, request, text_of

MODEL = "llama3:latest"
SYSTEM = Message("system", "Be kind")


async def error_of(server: FakeOllama, model: str = MODEL, text: str = "Hello") -> BackendError:
    async with ollama_at(server) as backend:
        with pytest.raises(BackendError) as caught:
            await chunks_of(backend.stream(request(model, text)))
    assert caught.value.server == "ollama"
    assert caught.value.model == model
    return caught.value


async def test_a_model_that_is_gone() -> None:
    async with open_ollama() as server:
        assert isinstance(await error_of(server, "gone:1b"), NoSuchModel)


async def test_a_model_that_does_not_fit_says_what_it_needs() -> None:
    words = "model requires more system memory (5.5 GiB) than is available (2.0 GiB)"
    async with open_ollama(FakeModel(MODEL, loaded=False, load_error=words)) as server:
        error = await error_of(server)
    assert isinstance(error, NoMemory)
    assert (error.need_bytes, error.free_bytes) == (int(5.5 * 2**30), 2 * 2**30)


async def test_memory_that_runs_out_in_the_middle() -> None:
    async with open_ollama() as server:
        server.reply = Reply(error="CUDA error: out of memory")
        assert isinstance(await error_of(server), NoMemory)


async def test_a_runner_that_dies_in_the_middle() -> None:
    async with open_ollama() as server:
        server.reply = Reply(error="llama runner process has terminated: exit status 2")
        error = await error_of(server)
    assert isinstance(error, ModelCrashed)
    assert error.exit_code == 2


async def test_a_busy_server() -> None:
    async with open_ollama() as server:
        server.is_busy = True
        assert isinstance(await error_of(server), ServerBusy)


async def test_a_prompt_longer_than_the_window_is_refused_not_cut() -> None:
    async with open_ollama() as server:
        assert isinstance(await error_of(server, text="word " * 9000), ContextTooLong)


async def test_an_old_server_that_drops_old_turns_is_caught_at_it() -> None:
    async with open_ollama(version="0.12.3") as server, ollama_at(server) as backend:
        forgotten = Message("user", "word " * 2000 + "! " * 7000)
        with pytest.raises(ContextTooLong):
            await chunks_of(backend.stream(request(MODEL, forgotten, Message("assistant", "Yes"), "And?")))
    assert len(server.asked_for("/api/chat")) == 1


async def test_an_old_server_is_not_even_asked_what_cannot_fit() -> None:
    async with open_ollama(version="0.12.3") as server, ollama_at(server) as backend:
        with pytest.raises(ContextTooLong):
            await chunks_of(backend.stream(request(MODEL, "word " * 9000)))
    assert server.asked_for("/api/chat") == []


async def test_an_old_server_with_a_short_prompt_is_left_in_peace() -> None:
    async with open_ollama(version="0.5.0") as server, ollama_at(server) as backend:
        chunks = await chunks_of(backend.stream(request(MODEL, SYSTEM, "How are you?")))
        assert text_of(chunks) == "Good morning."


async def test_an_old_server_that_cut_the_one_message_is_caught_by_the_full_window() -> None:
    async with open_ollama(FakeModel(MODEL, n_ctx=2048), version="0.5.0") as server, ollama_at(server) as backend:
        with pytest.raises(ContextTooLong) as caught:
            await chunks_of(backend.stream(request(MODEL, "! " * 3000, n_ctx=2048)))
    assert caught.value.n_ctx == 2048


async def test_a_silent_model() -> None:
    async with open_ollama() as server:
        server.reply = Reply(text=["Well"], silent=True)
        async with ollama_at(server, Patience(connect_s=5.0, silence_s=1.0)) as backend:
            with pytest.raises(SilentModel) as caught:
                await chunks_of(backend.stream(request(MODEL)))
    assert caught.value.waited_s == 1.0


@pytest.mark.parametrize("text", [(), ("Half", " an")])
async def test_a_connection_that_breaks_off(text: tuple[str, ...]) -> None:
    async with open_ollama() as server:
        server.reply = Reply(text=text, drop=True)
        assert isinstance(await error_of(server), BrokenStream)


async def test_nobody_at_the_address() -> None:
    async with open_ollama() as server:
        url = server.url
    backend = OllamaBackend("ollama", url, PATIENCE)
    for attempt in (backend.health(), backend.list(), chunks_of(backend.stream(request(MODEL)))):
        with pytest.raises(ServerDown) as caught:
            await attempt
        assert caught.value.url == url
    await backend.aclose()


async def test_somebody_else_at_the_address() -> None:
    async with open_openai("vllm") as server:
        backend = OllamaBackend("ollama", server.url, PATIENCE)
        with pytest.raises(RequestRefused):
            await backend.health()
        await backend.aclose()


async def test_any_other_refusal_keeps_the_servers_words() -> None:
    async with open_ollama() as server:
        server.reply = Reply(status=400, body={"error": "the moon is full"})
        error = await error_of(server)
    assert isinstance(error, RequestRefused)
    assert (error.status, error.detail) == (400, "the moon is full")


async def test_a_template_without_a_system_role_gets_its_words_from_the_user_and_is_remembered() -> None:
    async with open_ollama() as server, ollama_at(server) as backend:
        server.replies.append(Reply(status=400, body={"error": "System role not supported"}))
        for _ in range(2):
            assert text_of(await chunks_of(backend.stream(request(MODEL, SYSTEM, "Hi")))) == "Good morning."
    roles = [[message["role"] for message in body["messages"]] for body in server.asked_for("/api/chat")]
    assert roles == [["system", "user"], ["user"], ["user"]]
    assert server.asked_for("/api/chat")[-1]["messages"][0]["content"] == "Be kind\n\nHi"


async def test_closing_the_stream_closes_the_connection() -> None:
    async with open_ollama() as server, ollama_at(server) as backend:
        server.reply = Reply(hold_after=1)
        async with aclosing(backend.stream(request(MODEL))) as stream:
            assert await anext(stream) == Delta("Good")
        await asyncio.wait_for(server.hung_up.wait(), 10)


async def test_cancelling_the_reader_closes_the_connection() -> None:
    async with open_ollama() as server, ollama_at(server) as backend:
        server.reply = Reply(hold_after=1)
        said: list[Chunk] = []
        first = asyncio.Event()

        async def read() -> None:
            async with aclosing(backend.stream(request(MODEL))) as stream:
                async for chunk in stream:
                    said.append(chunk)
                    first.set()

        reading = asyncio.create_task(read())
        await first.wait()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await asyncio.wait_for(server.hung_up.wait(), 10)
    assert said == [Delta("Good")]


async def test_cancelling_while_the_model_is_loading_closes_the_connection() -> None:
    model = FakeModel(MODEL, loaded=False, may_load=asyncio.Event())
    async with open_ollama(model) as server, ollama_at(server) as backend:
        reading = asyncio.create_task(chunks_of(backend.stream(request(MODEL))))
        await server.reached["/api/chat"].wait()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await asyncio.wait_for(server.hung_up.wait(), 10)
