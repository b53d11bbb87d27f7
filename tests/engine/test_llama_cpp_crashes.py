"""A process that dies, a file that changes under it, memory that runs out: the error says which, the next one works."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest

from engine.backends.base import ChatRequest
from engine.backends.llama_cpp.crashes import PAGE_ERROR, crash
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.errors import BackendError, BadModelFile, ModelCrashed, NoMemory
from engine.events import Chunk, Delta, Finish
from engine.faults import CrashCause
from engine.fitting import Free
from engine.messages import Message, Params
from tests.tiny_gguf import Shape, make_gguf

SLOW = Shape(n_embd=256, n_layer=8, n_ff=1024)
LONG = Params(n_ctx=16384)
SHORT = Params(max_tokens=3)
ROOMY = Free(1 << 34)


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[LlamaCppBackend]:
    async with LlamaCppBackend(tmp_path, tmp_path / "models.yaml", free_memory=lambda: ROOMY) as backend:
        yield backend


def asking(params: Params, text: str = "hi") -> ChatRequest:
    return ChatRequest("m.gguf", (Message("user", text),), params)


async def answer(backend: LlamaCppBackend, text: str = "hi") -> str:
    async with aclosing(backend.stream(asking(SHORT, text))) as stream:
        return "".join([chunk.text async for chunk in stream if isinstance(chunk, Delta)])


async def until_text(stream: AsyncIterator[Chunk]) -> None:
    while not isinstance(await anext(stream), Delta):
        pass


async def rest_of(stream: AsyncIterator[Chunk]) -> list[Chunk]:
    return [chunk async for chunk in stream]


@pytest.mark.parametrize(
    ("sent", "cause"), [("SIGABRT", "unknown"), ("SIGSEGV", "unknown"), ("SIGKILL", "killed"), ("SIGBUS", "file")]
)
async def test_a_death_in_the_middle_is_told_by_its_cause(
    backend: LlamaCppBackend, tmp_path: Path, sent: str, cause: CrashCause
) -> None:
    make_gguf(tmp_path / "m.gguf", shape=SLOW)
    async with aclosing(backend.stream(asking(LONG))) as stream:
        await until_text(stream)
        psutil.Process().children()[0].send_signal(signal.Signals[sent])
        with pytest.raises(ModelCrashed) as caught:
            await rest_of(stream)
    assert (caught.value.exit_code, caught.value.cause) == (-signal.Signals[sent], cause)
    assert await answer(backend)


async def test_a_file_cut_while_it_is_read_is_told_and_comes_back_when_it_is_whole(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    path = make_gguf(tmp_path / "m.gguf", shape=SLOW)
    whole = path.read_bytes()
    async with aclosing(backend.stream(asking(LONG))) as stream:
        await until_text(stream)
        os.truncate(path, 8192)
        with pytest.raises(ModelCrashed) as caught:
            await rest_of(stream)
    assert caught.value.cause == "file"
    with pytest.raises(BadModelFile) as bad:
        await answer(backend)
    assert bad.value.fault == "cut_short"
    path.write_bytes(whole)
    assert await answer(backend)


async def test_other_bytes_in_the_file_spoil_the_answer_and_are_told(backend: LlamaCppBackend, tmp_path: Path) -> None:
    path = make_gguf(tmp_path / "m.gguf", shape=SLOW)
    other = make_gguf(tmp_path / "other.bin", shape=SLOW, seed=2).read_bytes()
    async with aclosing(backend.stream(asking(Params(max_tokens=300)))) as stream:
        await until_text(stream)
        with path.open("r+b") as file:
            file.write(other)
        with pytest.raises(BadModelFile) as caught:
            await rest_of(stream)
    assert caught.value.fault == "changed"
    assert await answer(backend)


async def test_a_file_put_in_the_place_of_another_does_not_spoil_the_answer(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    path = make_gguf(tmp_path / "m.gguf", shape=SLOW)
    async with aclosing(backend.stream(asking(Params(max_tokens=300)))) as stream:
        await until_text(stream)
        make_gguf(tmp_path / "new.bin", says=["fresh"]).replace(path)
        assert isinstance((await rest_of(stream))[-1], Finish)
    assert await answer(backend) == "fresh"


async def test_a_letter_that_cannot_be_spelled_is_named_and_ends_no_process(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    make_gguf(tmp_path / "m.gguf", vocabulary="no_bytes")
    assert await answer(backend, "hi")
    (process,) = psutil.Process().children()
    for unknown, said in (("П", "Привет"), (" ", "a b"), ("дом"[0], "дом")):
        with pytest.raises(BadModelFile) as caught:
            await answer(backend, said)
        assert (caught.value.fault, caught.value.what) == ("spelling", unknown)
        with pytest.raises(BadModelFile):
            await backend.count_tokens("m.gguf", [Message("user", said)])
    assert await answer(backend, "hi")
    assert psutil.Process().children() == [process]


SHADOW = """
import os, sys
here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.remove(here)
del sys.modules["llama_cpp"]
import llama_cpp as real

def fall(words):
    print(words, file=sys.stderr, flush=True)
    os.abort()

{patch}
sys.modules["llama_cpp"] = real
"""
AT_LOADING = """
load = real.llama_model_load_from_file
real.llama_model_load_from_file = lambda path, params: load(path, params) if params.vocab_only else fall({words!r})
"""
AT_DECODING = """
decode, left = real.llama_decode, iter(range(12))
real.llama_decode = lambda *given: decode(*given) if next(left, None) is not None else fall({words!r})
"""


@pytest.fixture
def falling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Children get the real library with one function that falls over, as CUDA does."""
    package = tmp_path / "shadow" / "llama_cpp"
    package.mkdir(parents=True)

    def fall(patch: str, words: str) -> None:
        (package / "__init__.py").write_text(SHADOW.replace("{patch}", patch.format(words=words)))
        monkeypatch.setenv("PYTHONPATH", str(package.parent))

    yield fall
    monkeypatch.delenv("PYTHONPATH", raising=False)


CUDA = "CUDA error: out of memory\n  current device: 0, in function alloc at ggml-cuda.cu:520"


@pytest.mark.parametrize("where", [AT_LOADING, AT_DECODING], ids=["loading", "decoding"])
async def test_a_graphics_card_without_memory_is_no_memory(
    backend: LlamaCppBackend, tmp_path: Path, falling: object, where: str
) -> None:
    make_gguf(tmp_path / "m.gguf", shape=SLOW)
    falling(where, CUDA)  # type: ignore[operator]
    with pytest.raises(NoMemory):
        async with aclosing(backend.stream(asking(LONG))) as stream:
            await rest_of(stream)
    falling("", "")  # type: ignore[operator]
    assert await answer(backend)


async def test_a_fall_over_a_file_is_told_apart_from_a_fall_in_the_middle(
    backend: LlamaCppBackend, tmp_path: Path, falling: object
) -> None:
    make_gguf(tmp_path / "m.gguf")
    falling(AT_LOADING, "GGML_ASSERT(n_layer > 0) failed")  # type: ignore[operator]
    with pytest.raises(ModelCrashed) as caught:
        await answer(backend)
    assert caught.value.cause == "loading"
    assert "GGML_ASSERT" in caught.value.detail
    assert psutil.Process().children() == []


def test_old_words_of_memory_and_a_kill_are_no_lack_of_it() -> None:
    def error(code: int, lines: list[str]) -> BackendError:
        return crash("s", "m", code, lines, is_loading=False)

    assert isinstance(error(-signal.SIGABRT, ["failed to allocate CUDA buffer"]), NoMemory)
    assert isinstance(error(-signal.SIGABRT, ["failed to allocate CUDA buffer", *["loaded"] * 10]), ModelCrashed)
    killed, windows = error(-signal.SIGKILL, ["out of memory"]), error(PAGE_ERROR[-1], [])
    assert isinstance(killed, ModelCrashed) and killed.cause == "killed"
    assert isinstance(windows, ModelCrashed) and windows.cause == "file"


async def test_a_load_waits_until_the_memory_of_the_last_one_is_back(tmp_path: Path) -> None:
    free = iter([ROOMY, ROOMY, *[Free(1000)] * 4])
    make_gguf(tmp_path / "m.gguf")
    async with LlamaCppBackend(tmp_path, tmp_path / "models.yaml", free_memory=lambda: next(free, ROOMY)) as backend:
        assert await answer(backend)
        psutil.Process().children()[0].kill()
        while (await backend.list())[0].loaded:
            await asyncio.sleep(0.01)
        assert await answer(backend)
        assert next(free, None) is None, "the little memory was seen, and waited for"
