"""Broken model files, each through the whole backend: one typed error that says what is wrong, and no process left."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest

from engine.backends.base import ChatRequest
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.errors import BadModelFile
from engine.events import Delta, Done
from engine.fitting import Free
from engine.messages import Message, Params
from tests.broken_gguf import NAME, broken_files
from tests.engine.conversation import open_conversation
from tests.tiny_gguf import cut, make_gguf

KINDS = broken_files()
SURE = Params(temperature=0, max_tokens=4)


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[LlamaCppBackend]:
    (tmp_path / "models.yaml").write_text(f"models:\n  it:\n    file: {NAME}\n")
    async with LlamaCppBackend(tmp_path, tmp_path / "models.yaml", free_memory=lambda: Free(1 << 34)) as backend:
        yield backend


async def answer(backend: LlamaCppBackend) -> str:
    async with aclosing(backend.stream(ChatRequest("it", (Message("user", "hi"),), SURE))) as stream:
        return "".join([chunk.text async for chunk in stream if isinstance(chunk, Delta)])


@pytest.mark.parametrize("story", KINDS)
async def test_a_broken_file_is_one_error_that_tells_what_is_wrong(
    backend: LlamaCppBackend, tmp_path: Path, story: str
) -> None:
    path = KINDS[story].make(tmp_path / NAME)
    (tmp_path / "models.yaml").write_text(f"models:\n  it:\n    file: {path.name}\n")
    with pytest.raises(BadModelFile) as caught:
        await answer(backend)
    assert caught.value.fault == KINDS[story].fault, caught.value.detail
    assert (caught.value.server, caught.value.model) == ("llama_cpp", "it")
    assert psutil.Process().children() == []


async def test_a_dialog_keeps_its_model_while_the_file_is_broken(tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    whole = (tmp_path / "m.gguf").read_bytes()
    async with open_conversation(tmp_path, "llama_cpp") as conversation:
        await conversation.set(max_tokens=3)
        question = await conversation.ask("hi")
        cut(tmp_path / "m.gguf", 0.5)
        with pytest.raises(BadModelFile) as caught:
            await conversation.answer(question)
        assert caught.value.fault == "cut_short"
        (tmp_path / "m.gguf").write_bytes(whole)
        assert isinstance((await conversation.answer(question))[-1], Done)
