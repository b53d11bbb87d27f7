"""What can go wrong with servers of OpenAI's protocol, each under its own name; stopping, keys and proxies."""

import asyncio
from contextlib import aclosing
from typing import Any

import pytest

from engine.backends.flavours import FLAVOURS
from engine.backends.openai import OpenAIBackend
from engine.backends.openai_line import OpenAILine
from engine.backends.wire import Patience, proxy_for, public_url
from engine.errors import (
    BackendError,
    BrokenStream,
    ContextTooLong,
    NoMemory,
    NoSuchModel,
    RequestRefused,
    ServerBusy,
    ServerDown,
    SilentModel,
)
from engine.events import Delta
from tests.fakes.model_server import FakeModel, Reply
from tests.fakes.openai import FakeOpenAI, open_openai
from tests.fakes.openai_refusals import FlavourName
from tests.fakes.reading import PATIENCE, chunks_of, openai_at, request, text_of

ALL: list[FlavourName] = ["lmstudio", "vllm", "llama_server", "openai"]


async def error_of(server: FakeOpenAI, model: str = "small", text: str = "Hello") -> BackendError:
    async with openai_at(server) as backend:
        with pytest.raises(BackendError) as caught:
            await chunks_of(backend.stream(request(model, text)))
    assert (caught.value.server, caught.value.model) == (server.flavour, model)
    return caught.value


async def error_after(reply: Reply, flavour: FlavourName = "openai") -> BackendError:
    async with open_openai(flavour) as server:
        server.reply = reply
        return await error_of(server)


@pytest.mark.parametrize("flavour", ALL)
async def test_a_model_that_is_gone(flavour: FlavourName) -> None:
    async with open_openai(flavour) as server:
        assert isinstance(await error_of(server, "gone"), NoSuchModel)


@pytest.mark.parametrize("flavour", ALL)
async def test_a_prompt_too_long_comes_with_its_numbers(flavour: FlavourName) -> None:
    async with open_openai(flavour, FakeModel("small", n_ctx=50)) as server:
        error = await error_of(server, text="word " * 100)
    assert isinstance(error, ContextTooLong)
    assert (error.prompt_tokens, error.n_ctx) == (101, 50)


@pytest.mark.parametrize(
    "words",
    [
        "Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context "
        "length of only 4096 tokens, which is not enough.",
        "This model's maximum context length is 4096 tokens, however you requested 9500 tokens (9000 in your prompt; "
        "500 for the completion).",
        "The decoder prompt (length 9000) is longer than the maximum model length of 4096.",
        "Input length (9000) exceeds model's maximum context length (4096).",
    ],
)
async def test_other_phrasings_of_too_long(words: str) -> None:
    error = await error_after(Reply(text=(), error=words))
    assert isinstance(error, ContextTooLong)
    assert (error.prompt_tokens, error.n_ctx) == (9000, 4096)


@pytest.mark.parametrize(
    "words",
    [
        "Model loading was stopped due to insufficient system resources. Under the current settings, this model "
        "requires approximately 12.50 GB of memory.",
        "Compute error.",
        "CUDA out of memory. Tried to allocate 2.00 GiB",
    ],
)
async def test_no_memory(words: str) -> None:
    error = await error_after(Reply(status=500, body={"error": {"message": words}}))
    assert isinstance(error, NoMemory)
    assert error.need_bytes == (12_500_000_000 if "approximately" in words else None)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_server_says_when_to_come_back(status: int) -> None:
    error = await error_after(Reply(status=status, body={"error": {"message": "later"}}, headers={"Retry-After": "7"}))
    assert isinstance(error, ServerBusy)
    assert error.retry_after_s == 7.0


async def test_money_spent_is_not_a_busy_server() -> None:
    body = {"error": {"message": "You exceeded your current quota.", "code": "insufficient_quota"}}
    error = await error_after(Reply(status=429, body=body))
    assert isinstance(error, RequestRefused)
    assert error.detail == "You exceeded your current quota."


@pytest.mark.parametrize("body", [{"detail": "the moon is full"}, "the moon is full", {"error": "the moon is full"}])
async def test_any_other_refusal_keeps_the_servers_words(body: Any) -> None:
    error = await error_after(Reply(status=400, body=body))
    assert isinstance(error, RequestRefused)
    assert (error.status, error.detail) == (400, "the moon is full")


async def test_a_proxy_before_a_dead_server() -> None:
    assert isinstance(await error_after(Reply(status=502, body="<html>Bad Gateway</html>")), ServerDown)


async def test_an_error_in_the_middle_keeps_what_was_said() -> None:
    async with open_openai("vllm") as server, openai_at(server) as backend:
        server.reply = Reply(error="the GPU is gone")
        said = []
        with pytest.raises(RequestRefused):
            async with aclosing(backend.stream(request("small"))) as stream:
                async for chunk in stream:
                    said.append(chunk)
    assert text_of(said) == "Good morning."


async def test_an_answer_that_breaks_off() -> None:
    assert isinstance(await error_after(Reply(drop=True)), BrokenStream)


async def test_an_answer_without_an_end() -> None:
    error = await error_after(Reply(finish=""))
    assert isinstance(error, BrokenStream)
    assert error.detail == "the stream ended before its last event"


async def test_an_empty_answer_with_status_200() -> None:
    error = await error_after(Reply(text=(), finish=""), "lmstudio")
    assert isinstance(error, BrokenStream)
    assert error.detail == "an empty answer"


async def test_an_empty_answer_to_what_cannot_fit_is_called_by_its_name() -> None:
    async with open_openai("lmstudio", FakeModel("small", n_ctx=50)) as server:
        server.is_mute_when_too_long = True
        server.reply = Reply(text=(), finish="")
        error = await error_of(server, text="word " * 100)
    assert isinstance(error, ContextTooLong)
    assert error.n_ctx == 50


async def test_a_silent_model() -> None:
    async with open_openai("vllm") as server:
        server.reply = Reply(text=(), silent=True)
        async with openai_at(server, Patience(connect_s=5.0, silence_s=0.05)) as backend:
            with pytest.raises(SilentModel) as caught:
                await chunks_of(backend.stream(request("small")))
    assert caught.value.waited_s == 0.05


@pytest.mark.parametrize("flavour", ALL)
async def test_nobody_at_the_address(flavour: FlavourName) -> None:
    async with open_openai(flavour) as server:
        url = server.url
    backend = OpenAIBackend("home", f"{url}/v1", FLAVOURS[flavour], PATIENCE)
    for attempt in (backend.health(), backend.list(), chunks_of(backend.stream(request("small")))):
        with pytest.raises(ServerDown):
            await attempt
    await backend.aclose()


async def test_a_server_restarted_between_two_questions_is_asked_anew() -> None:
    async with open_openai("vllm") as server:
        port = int(server.url.rpartition(":")[2])
        backend = OpenAIBackend("home", server.url, FLAVOURS["vllm"], PATIENCE)
        await chunks_of(backend.stream(request("small")))
    async with open_openai("vllm", port=port):
        assert text_of(await chunks_of(backend.stream(request("small")))) == "Good morning."
    await backend.aclose()


@pytest.mark.parametrize("flavour", ALL)
async def test_a_server_that_is_well(flavour: FlavourName) -> None:
    async with open_openai(flavour) as server, openai_at(server) as backend:
        await backend.health()


async def test_a_server_still_loading_is_busy() -> None:
    async with open_openai("llama_server") as server, openai_at(server) as backend:
        server.is_loading = True
        with pytest.raises(ServerBusy):
            await backend.health()


async def test_closing_the_stream_closes_the_connection() -> None:
    async with open_openai("vllm") as server, openai_at(server) as backend:
        server.reply = Reply(hold_after=1)
        async with aclosing(backend.stream(request("small"))) as stream:
            assert await anext(stream) == Delta("Good")
        await asyncio.wait_for(server.hung_up.wait(), 10)


async def test_cancelling_before_the_first_token_closes_the_connection() -> None:
    async with open_openai("vllm") as server, openai_at(server) as backend:
        server.reply = Reply(hold_after=0)
        reading = asyncio.create_task(chunks_of(backend.stream(request("small"))))
        await server.reached["/v1/chat/completions"].wait()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await asyncio.wait_for(server.hung_up.wait(), 10)


async def test_a_key_is_sent_and_a_wrong_one_is_refused() -> None:
    async with open_openai("openai") as server:
        server.key = "sk-right"
        async with openai_at(server) as backend:
            assert [model.name for model in await backend.list()] == ["small"]
        backend = OpenAIBackend("cloud", server.url, FLAVOURS["openai"], PATIENCE, "sk-wrong")
        with pytest.raises(RequestRefused) as caught:
            await backend.health()
        await backend.aclose()
    assert caught.value.status == 401


async def test_a_proxy_in_the_environment_does_not_swallow_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with open_openai("vllm") as server, openai_at(server) as backend:
        assert text_of(await chunks_of(backend.stream(request("small")))) == "Good morning."


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("http://127.0.0.1:11434", None),
        ("http://localhost:1234/v1", None),
        ("http://[::1]:8000", None),
        ("http://ollama:11434", None),
        ("http://host.docker.internal:11434", None),
        ("http://box.lan:11434", None),
        ("http://gpu.example.com:11434", "http://proxy.example.com:3128"),
    ],
)
def test_who_is_reached_through_a_proxy(url: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example.com:3128")
    monkeypatch.setenv("no_proxy", ".lan")
    assert proxy_for(url) == proxy


def test_an_address_is_shown_without_its_password() -> None:
    assert public_url("http://me:secret@box:11434/v1?key=1") == "http://box:11434/v1"


@pytest.mark.parametrize(
    ("url", "v1"),
    [
        ("http://box:1234", "http://box:1234/v1"),
        ("http://box:1234/v1/", "http://box:1234/v1"),
        ("https://api.example.com/beta/openai", "https://api.example.com/beta/openai"),
    ],
)
async def test_an_address_with_and_without_its_path(url: str, v1: str) -> None:
    line = OpenAILine("any", url, PATIENCE)
    assert line.v1 == v1
    await line.aclose()


async def test_a_list_that_is_none_is_no_crash() -> None:
    async with open_openai("openai") as server, openai_at(server) as backend:
        server.models = {"odd": FakeModel(None)}  # type: ignore[arg-type]
        with pytest.raises(RequestRefused):
            await backend.list()
