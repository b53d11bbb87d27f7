"""Which GGUF files are offered, as files come, change and go."""

import os
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest

from engine.backends.base import ChatRequest
from engine.backends.llama_cpp import files
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.errors import ModelsAway, NoSuchModel
from engine.events import Delta, Finish
from engine.fitting import Free
from engine.messages import Message, Params
from tests.tiny_gguf import cut, make_gguf, make_mmproj


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


@pytest.fixture
async def backend(models: Path, tmp_path: Path) -> AsyncIterator[LlamaCppBackend]:
    async with LlamaCppBackend(models, tmp_path / "models.yaml", free_memory=lambda: Free(1 << 34)) as backend:
        yield backend


def register(tmp_path: Path, text: str) -> None:
    (tmp_path / "models.yaml").write_text(f"models:\n{text}", encoding="utf-8")


async def names(backend: LlamaCppBackend) -> list[str]:
    return [info.name for info in await backend.list()]


async def test_registered_files_come_under_their_names_and_loose_ones_under_their_files(
    backend: LlamaCppBackend, models: Path, tmp_path: Path
) -> None:
    register(tmp_path, "  llama3:\n    file: a.gguf\n    default_n_ctx: 1024\n    description: моя\n")
    make_gguf(models / "a.gguf")
    (models / "deep").mkdir()
    make_gguf(models / "deep" / "b.GGUF")
    registered, loose = await backend.list()
    assert (registered.name, registered.description, loose.name) == ("llama3", "моя", "deep/b.GGUF")
    assert backend.window(registered, Params()) == 1024
    assert backend.window(loose, Params()) == 4096
    assert backend.window(loose, Params(n_ctx=700)) == 700


async def test_what_is_no_model_or_cannot_be_read_is_left_out_and_logged_once(
    backend: LlamaCppBackend, models: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    register(tmp_path, "  gone:\n    file: gone.gguf\n  server-model:\n    description: elsewhere\n")
    make_gguf(models / "good.gguf")
    cut(make_gguf(models / "broken.gguf"), 0.5)
    make_mmproj(models / "mmproj.gguf")
    (models / "notes.txt").write_text("not a model")
    assert await names(backend) == await names(backend) == ["good.gguf"]
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(warnings) == 2
    assert any("gone" in warning for warning in warnings)
    assert any("broken.gguf" in warning for warning in warnings)


async def test_a_file_is_read_again_only_when_it_changed(
    backend: LlamaCppBackend, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Path] = []
    read = files.read_header
    monkeypatch.setattr(files, "read_header", lambda path: reads.append(path) or read(path))  # type: ignore[func-returns-value]
    path = make_gguf(models / "a.gguf", n_ctx_train=1024)
    make_gguf(models / "split.gguf", split_max_tensors=6)
    await backend.list()
    await backend.list()
    assert len(reads) == 2
    make_gguf(path, n_ctx_train=2048)
    os.utime(path, ns=(1, 1))
    assert (await backend.list())[0].context_tokens == 2048
    assert len(reads) == 3


async def test_a_split_model_is_offered_once_and_only_when_whole(backend: LlamaCppBackend, models: Path) -> None:
    first = make_gguf(models / "big.gguf", split_max_tensors=6)
    second = first.with_name(first.name.replace("00001", "00002", 1))
    assert await names(backend) == ["big.gguf"]
    second.rename(models / "elsewhere")
    assert await names(backend) == []
    (models / "elsewhere").rename(second)
    assert await names(backend) == ["big.gguf"]
    await backend.load("big.gguf", Params())


async def test_a_disk_may_go_and_come_back(backend: LlamaCppBackend, models: Path, tmp_path: Path) -> None:
    make_gguf(models / "a.gguf")
    assert await names(backend) == ["a.gguf"]
    unplugged = models.rename(tmp_path / "unplugged")  # noqa: ASYNC240
    assert await names(backend) == []
    with pytest.raises(ModelsAway) as caught:
        await backend.load("a.gguf", Params())
    assert caught.value.folder == str(models)
    unplugged.rename(models)
    await backend.load("a.gguf", Params())
    assert (await backend.list())[0].loaded


async def test_a_model_in_memory_is_there_again_when_its_disk_is(
    backend: LlamaCppBackend, models: Path, tmp_path: Path
) -> None:
    make_gguf(models / "a.gguf", says=["yes"])
    assert await said(backend) == "yes"
    (process,) = psutil.Process().children()
    unplugged = models.rename(tmp_path / "unplugged")  # noqa: ASYNC240
    models.mkdir()  # noqa: ASYNC240 (a place to mount a disk stays behind)
    with pytest.raises(ModelsAway):
        await said(backend)
    models.rmdir()  # noqa: ASYNC240
    unplugged.rename(models)
    assert await said(backend) == "yes"
    assert psutil.Process().children() == [process]


async def test_a_disk_that_goes_in_the_middle_of_an_answer_does_not_end_it(
    backend: LlamaCppBackend, models: Path, tmp_path: Path
) -> None:
    make_gguf(models / "a.gguf", says=["on", "and"], ends=False)
    request = ChatRequest("a.gguf", (Message("user", "?"),), Params(temperature=0, max_tokens=600))
    async with aclosing(backend.stream(request)) as stream:
        while not isinstance(await anext(stream), Delta):
            pass
        models.rename(tmp_path / "unplugged")  # noqa: ASYNC240
        assert isinstance([chunk async for chunk in stream][-1], Finish)


async def test_one_file_taken_away_is_no_disk_gone(backend: LlamaCppBackend, models: Path, tmp_path: Path) -> None:
    register(tmp_path, "  mine:\n    file: c.gguf\n")
    for name in ("a.gguf", "b.gguf", "c.gguf"):
        make_gguf(models / name)
    assert await names(backend) == ["mine", "a.gguf", "b.gguf"]
    (models / "a.gguf").unlink()
    (models / "c.gguf").unlink()
    for name in ("a.gguf", "mine"):
        with pytest.raises(NoSuchModel) as caught:
            await backend.load(name, Params())
        assert not isinstance(caught.value, ModelsAway)


async def test_a_file_that_was_replaced_is_loaded_anew(backend: LlamaCppBackend, models: Path) -> None:
    make_gguf(models / "a.gguf", says=["old"])
    assert await said(backend) == "old"
    make_gguf(models / "new", says=["fresh"]).replace(models / "a.gguf")
    assert await said(backend) == "fresh"


async def said(backend: LlamaCppBackend) -> str:
    request = ChatRequest("a.gguf", (Message("user", "?"),), Params(temperature=0))
    async with aclosing(backend.stream(request)) as stream:
        return "".join([chunk.text async for chunk in stream if isinstance(chunk, Delta)])


async def test_a_new_entry_is_seen_without_a_restart(backend: LlamaCppBackend, models: Path, tmp_path: Path) -> None:
    make_gguf(models / "a.gguf")
    assert await names(backend) == ["a.gguf"]
    register(tmp_path, "  mine:\n    file: a.gguf\n")
    assert await names(backend) == ["mine"]


async def test_a_mistake_in_the_list_costs_its_entry_and_is_logged_with_its_line(
    backend: LlamaCppBackend, models: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_gguf(models / "a.gguf")
    register(tmp_path, "  mine:\n    file: a.gguf\n    default_n_ctx: lots\n")
    assert await names(backend) == ["a.gguf"]
    assert "line 4" in caplog.text
