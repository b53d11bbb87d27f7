"""The adapter against a real server that we have not written: llama_cpp.server on a real, tiny model."""

import asyncio
import importlib.util
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest

from engine.backends.flavours import FLAVOURS
from engine.backends.openai import OpenAIBackend
from engine.errors import BrokenStream
from engine.events import Delta
from engine.messages import Message
from tests.fakes.reading import PATIENCE, chunks_of, finish_of, request, text_of
from tests.tiny_gguf import Shape, make_gguf

SCRIPT = ["Hello", " from", " a", " real", " server", "!"]
N_CTX = 512

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("sse_starlette") is None, reason="needs llama-cpp-python[server]"
)


@pytest.fixture(scope="module")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("real")
    make_gguf(folder / "script.gguf", says=SCRIPT)
    make_gguf(folder / "endless.gguf", says=SCRIPT, ends=False, shape=Shape(n_embd=256, n_layer=8, n_ff=1024))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = folder / "server.json"
    models = ",".join(
        f'{{"model": "{folder / name}.gguf", "model_alias": "{name}", "n_ctx": {N_CTX}, "n_threads": 1, '
        '"n_gpu_layers": 0, "verbose": false}'
        for name in ("script", "endless")
    )
    config.write_text(f'{{"host": "127.0.0.1", "port": {port}, "models": [{models}]}}')
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "llama_cpp.server", "--config_file", str(config)],
            stdout=log,
            stderr=log,
            env={**os.environ, "LLAMA_LOG_LEVEL": "error"},
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, process, folder / "server.log")
        yield url
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
async def backend(server_url: str) -> AsyncIterator[OpenAIBackend]:
    backend = OpenAIBackend("real", server_url, FLAVOURS["llama_server"], PATIENCE)
    await backend.list()
    yield backend
    await backend.aclose()


async def test_it_is_well_and_lists_its_models(backend: OpenAIBackend) -> None:
    await backend.health()
    assert [model.name for model in await backend.list()] == ["script", "endless"]


async def test_its_words_arrive_whole_and_in_order(backend: OpenAIBackend) -> None:
    chunks = await chunks_of(backend.stream(request("script", Message("system", "Be kind"), "Hi", temperature=0)))
    assert text_of(chunks) == "".join(SCRIPT)
    assert finish_of(chunks).reason == "stop"


async def test_a_limit_ends_the_answer(backend: OpenAIBackend) -> None:
    chunks = await chunks_of(backend.stream(request("script", "Hi", temperature=0, max_tokens=3)))
    assert text_of(chunks) == "".join(SCRIPT[:3])
    assert finish_of(chunks).reason == "length"


async def test_its_empty_answer_to_a_prompt_too_long_is_not_taken_for_an_answer(backend: OpenAIBackend) -> None:
    with pytest.raises(BrokenStream) as caught:
        await chunks_of(backend.stream(request("script", "one two " * 400)))
    assert caught.value.detail == "an empty answer"


async def test_a_stopped_answer_leaves_the_server_free_for_the_next(backend: OpenAIBackend) -> None:
    async with aclosing(backend.stream(request("endless", "Hi", temperature=0))) as stream:
        assert await anext(stream) == Delta("Hello")
    async with asyncio.timeout(30):
        chunks = await chunks_of(backend.stream(request("script", "Hi", temperature=0)))
    assert text_of(chunks) == "".join(SCRIPT)


async def test_it_has_no_template_page_so_nothing_is_counted(backend: OpenAIBackend) -> None:
    assert await backend.count_tokens("script", [Message("user", "Hi")]) is None


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    client = httpx.Client(trust_env=False, timeout=2.0, transport=httpx.HTTPTransport(retries=20))
    with client:
        while process.poll() is None:
            try:
                if client.get(f"{url}/v1/models").is_success:
                    return
            except httpx.TransportError:
                continue
    raise AssertionError(log.read_text(errors="replace"))
