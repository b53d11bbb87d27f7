"""What goes wrong with embedded models costs one typed error, never the bot."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest

from engine.backends.base import ChatRequest
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.errors import BackendError, BadModelFile, ModelCrashed, NoMemory, NotInstalled, SilentModel
from engine.events import Chunk, Delta
from engine.fitting import Free
from engine.messages import Message, Params
from tests.tiny_gguf import Shape, make_gguf

SLOW = Shape(n_embd=256, n_layer=8, n_ff=1024)
LONG = Params(n_ctx=16384)
SHORT = Params(max_tokens=3)
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[LlamaCppBackend]:
    async with LlamaCppBackend(tmp_path, tmp_path / "models.yaml", free_memory=lambda: Free(1 << 34)) as backend:
        yield backend


async def answer(backend: LlamaCppBackend, model: str, text: str = "hi", params: Params = SHORT) -> str:
    request = ChatRequest(model, (Message("user", text),), params)
    async with aclosing(backend.stream(request)) as stream:
        return "".join([chunk.text async for chunk in stream if isinstance(chunk, Delta)])


async def read_until_text(stream: AsyncIterator[Chunk]) -> None:
    while not isinstance(await anext(stream), Delta):
        pass


async def test_a_killed_process_costs_one_error_and_the_next_question_works(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    make_gguf(tmp_path / "m.gguf", shape=SLOW)
    request = ChatRequest("m.gguf", (Message("user", "hi"),), LONG)
    async with aclosing(backend.stream(request)) as stream:
        await read_until_text(stream)
        psutil.Process().children()[0].kill()
        with pytest.raises(ModelCrashed) as caught:
            async for _ in stream:
                pass
    assert caught.value.exit_code == -signal.SIGKILL
    assert not (await backend.list())[0].loaded
    assert await answer(backend, "m.gguf")


async def test_everyone_who_waited_for_a_killed_process_is_told(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf", shape=SLOW)
    request = ChatRequest("m.gguf", (Message("user", "hi"),), LONG)
    async with aclosing(backend.stream(request)) as first, aclosing(backend.stream(request)) as second:
        await read_until_text(first)
        await anext(second)
        psutil.Process().children()[0].kill()
        for stream in (first, second):
            with pytest.raises(ModelCrashed):
                async for _ in stream:
                    pass


async def test_a_file_that_llama_cpp_refuses_is_named(backend: LlamaCppBackend, tmp_path: Path) -> None:
    path = make_gguf(tmp_path / "m.gguf")
    path.write_bytes(path.read_bytes().replace(b"attn_q.weight", b"attn_x.weight"))
    with pytest.raises(BadModelFile) as caught:
        await answer(backend, "m.gguf")
    assert (caught.value.model, caught.value.file) == ("m.gguf", "m.gguf")
    assert "attn_q" in caught.value.detail
    assert psutil.Process().children() == []


async def test_a_template_that_is_none_makes_the_file_bad(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf", chat_template="{% for %}")
    with pytest.raises(BadModelFile) as caught:
        await answer(backend, "m.gguf")
    assert "template" in caught.value.detail


async def test_a_model_that_does_not_fit_is_refused_with_numbers(tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    async with LlamaCppBackend(tmp_path, tmp_path / "models.yaml", free_memory=lambda: Free(1000)) as backend:
        with pytest.raises(NoMemory) as caught:
            await answer(backend, "m.gguf")
    assert (caught.value.free_bytes or 0) in range(1000, 1 << 27), "and the process that is there already"
    assert (caught.value.need_bytes or 0) > (tmp_path / "m.gguf").stat().st_size


def room_for_one() -> Free:
    """Free memory on a machine where each process takes a lot."""
    return Free(1_100_000_000 - 800_000_000 * len(psutil.Process().children()))


async def test_an_idle_model_makes_room_for_another(tmp_path: Path) -> None:
    make_gguf(tmp_path / "a.gguf")
    make_gguf(tmp_path / "b.gguf")
    async with LlamaCppBackend(tmp_path, tmp_path / "models.yaml", free_memory=room_for_one) as backend:
        for model, loaded in (("a.gguf", [True, False]), ("b.gguf", [False, True]), ("a.gguf", [True, False])):
            assert await answer(backend, model)
            assert [info.loaded for info in await backend.list()] == loaded


async def test_a_model_that_speaks_is_not_unloaded_for_another_which_waits(tmp_path: Path) -> None:
    make_gguf(tmp_path / "a.gguf", shape=SLOW)
    make_gguf(tmp_path / "b.gguf")
    async with LlamaCppBackend(tmp_path, tmp_path / "models.yaml", free_memory=room_for_one) as backend:
        request = ChatRequest("a.gguf", (Message("user", "hi"),), Params(n_ctx=4096))
        async with aclosing(backend.stream(request)) as stream:
            await read_until_text(stream)
            other = asyncio.create_task(answer(backend, "b.gguf"))
            assert isinstance(await anext(stream), Delta)
            assert not other.done()
        await other


async def test_without_the_package_nothing_is_listed_and_health_says_why(tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    async with LlamaCppBackend(tmp_path, tmp_path / "models.yaml", installed=lambda: False) as backend:
        assert await backend.list() == []
        with pytest.raises(NotInstalled):
            await backend.health()
        with pytest.raises(NotInstalled):
            await answer(backend, "m.gguf")


def shadow_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let children import this in place of llama_cpp."""
    package = tmp_path / "shadow" / "llama_cpp"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(package.parent))


async def test_a_package_that_cannot_be_imported_says_so(
    backend: LlamaCppBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shadow_package(tmp_path, monkeypatch, "raise ImportError('libcudart.so.12 is missing')")
    make_gguf(tmp_path / "m.gguf")
    with pytest.raises(NotInstalled) as caught:
        await answer(backend, "m.gguf")
    assert "libcudart" in caught.value.detail


async def test_a_process_that_says_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shadow_package(tmp_path, monkeypatch, "import time; print('no frame', flush=True); time.sleep(600)")
    make_gguf(tmp_path / "m.gguf")
    models = LlamaCppBackend(
        tmp_path, tmp_path / "models.yaml", silence_timeout_s=0.5, free_memory=lambda: Free(1 << 34)
    )
    async with models as backend:
        with pytest.raises(SilentModel):
            await answer(backend, "m.gguf")
        assert psutil.Process().children() == []


async def test_closing_the_backend_in_the_middle_ends_every_process(tmp_path: Path) -> None:
    make_gguf(tmp_path / "a.gguf", shape=SLOW)
    make_gguf(tmp_path / "b.gguf", shape=SLOW)
    backend = LlamaCppBackend(tmp_path, tmp_path / "models.yaml", free_memory=lambda: Free(1 << 34))
    streams = [backend.stream(ChatRequest(name, (Message("user", "?"),), LONG)) for name in ("a.gguf", "b.gguf")]
    for stream in streams:
        await read_until_text(stream)
    await backend.aclose()
    assert psutil.Process().children() == []
    for stream in streams:
        with pytest.raises(BackendError):
            async for _ in stream:
                pass


async def test_a_cancelled_load_leaves_no_process(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    loading = asyncio.create_task(backend.load("m.gguf", Params()))
    while not psutil.Process().children():
        await asyncio.sleep(0.01)
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading
    assert psutil.Process().children() == []
    assert await answer(backend, "m.gguf")


PARENT = """
import asyncio, sys
from pathlib import Path
import psutil
from engine.backends.base import ChatRequest
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.events import Delta
from engine.messages import Message, Params

async def main() -> None:
    backend = LlamaCppBackend(Path(sys.argv[1]), Path("none.yaml"))
    if sys.argv[2] == "idle":
        await backend.load("m.gguf", Params())
        print(psutil.Process().children()[0].pid, flush=True)
        await asyncio.sleep(600)
    async for chunk in backend.stream(ChatRequest("m.gguf", (Message("user", "hi"),), Params(n_ctx=16384))):
        if isinstance(chunk, Delta):
            print(psutil.Process().children()[0].pid, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("state", ["idle", "speaking"])
def test_a_killed_bot_leaves_no_process(tmp_path: Path, state: str) -> None:
    make_gguf(tmp_path / "m.gguf", shape=SLOW)
    command = [sys.executable, "-c", PARENT, str(tmp_path), state]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as bot:
        assert bot.stdout is not None
        child = psutil.Process(int(bot.stdout.readline()))
        bot.kill()
    deadline = time.monotonic() + 20
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the child outlived the bot"
        time.sleep(0.05)
