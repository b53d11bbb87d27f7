"""What was computed of a dialog outlives the process that computed it, and nothing else: files of states."""

import os
import random
import shutil
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from engine.backends.base import ChatRequest
from engine.backends.llama_cpp import state_files
from engine.backends.llama_cpp.kept import Kept
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.backends.llama_cpp.state_files import StateFiles
from engine.backends.llama_cpp.state_format import Origin
from engine.events import Delta, Finish
from engine.fitting import Free
from engine.messages import Message, Params, Usage
from tests.tiny_gguf import Arch, Shape, make_gguf

SURE = Params(temperature=1.5, seed=5, max_tokens=24)
GIB = 1 << 30
STORY = "the river and the stone " * 20


def opened(folder: Path, n_slots: int = 4, budget_bytes: int = GIB) -> LlamaCppBackend:
    states = StateFiles(folder / "kv", budget_bytes)
    memory: Callable[[], Free] = lambda: Free(1 << 34)  # noqa: E731
    return LlamaCppBackend(folder, folder / "models.yaml", free_memory=memory, n_slots=n_slots, states=states)


def make_words(folder: Path, **facts: Any) -> Path:
    """A model that reads what it said as the same tokens."""
    return make_gguf(folder / "m.gguf", vocabulary="words", **facts)


def ask(text: str, dialog: str | None = "1", model: str = "m.gguf") -> ChatRequest:
    return ChatRequest(model, (Message("user", text),), SURE, dialog)


async def answer(backend: LlamaCppBackend, request: ChatRequest) -> tuple[str, Usage]:
    async with aclosing(backend.stream(request)) as stream:
        chunks = [chunk async for chunk in stream]
    assert isinstance(chunks[-1], Finish)
    return "".join(chunk.text for chunk in chunks if isinstance(chunk, Delta)), chunks[-1].usage


async def fresh_text(folder: Path, request: ChatRequest) -> str:
    """What a process says that has computed nothing before."""
    async with opened(folder, n_slots=1, budget_bytes=0) as backend:
        return (await answer(backend, replace(request, cache_key=None)))[0]


def next_turn(request: ChatRequest, said: str, question: str) -> ChatRequest:
    more = (Message("assistant", said), Message("user", question))
    return replace(request, messages=(*request.messages, *more))


def states(folder: Path) -> list[Path]:
    return sorted((folder / "kv").rglob("*.*"))


async def kept(folder: Path, *requests: ChatRequest) -> list[ChatRequest]:
    """Ask, restart; the next turns."""
    async with opened(folder) as backend:
        return [next_turn(request, (await answer(backend, request))[0], "and then?") for request in requests]


@pytest.mark.parametrize("arch", ["llama", "gemma3", "mamba", "jamba"])
async def test_after_a_restart_a_dialog_computes_only_what_is_new(tmp_path: Path, arch: Arch) -> None:
    make_words(tmp_path, arch=arch, shape=Shape(n_layer=6))
    (more,) = await kept(tmp_path, ask(STORY))
    assert [path.suffix for path in states(tmp_path)] == [".state"]
    async with opened(tmp_path) as backend:
        text, usage = await answer(backend, more)
    assert (usage.prompt_tokens or 0) - (usage.reused_tokens or 0) < 30
    assert text == await fresh_text(tmp_path, more)


async def test_an_edit_after_a_restart_reuses_what_comes_before_it(tmp_path: Path) -> None:
    make_words(tmp_path)
    await kept(tmp_path, ask(STORY + "old end"))
    edited = ask(STORY + "new end")
    async with opened(tmp_path) as backend:
        text, usage = await answer(backend, edited)
    assert 400 < (usage.reused_tokens or 0) < (usage.prompt_tokens or 0) - 3
    assert text == await fresh_text(tmp_path, edited)


async def test_a_dialog_that_had_to_leave_every_memory_comes_back_from_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.backends.llama_cpp.keeping.MAX_KEPT_BYTES", 0)
    make_words(tmp_path)
    requests = [ask(f"{number} {STORY}", str(number)) for number in range(4)]
    async with opened(tmp_path, n_slots=1) as backend:
        for number in range(3):
            for place, request in enumerate(requests):
                text, usage = await answer(backend, request)
                requests[place] = next_turn(request, text, "?" * (place + 1))
                if number:
                    assert (usage.prompt_tokens or 0) - (usage.reused_tokens or 0) < 30
    texts = [await fresh_text(tmp_path, request) for request in requests]
    async with opened(tmp_path) as backend:
        assert [(await answer(backend, request))[0] for request in requests] == texts
    assert len(set(texts)) > 2


async def test_an_unloaded_model_keeps_its_dialogs(tmp_path: Path) -> None:
    make_words(tmp_path)
    async with opened(tmp_path) as backend:
        said, _ = await answer(backend, ask(STORY))
        await backend.unload("m.gguf")
        _, usage = await answer(backend, next_turn(ask(STORY), said, "and?"))
    assert (usage.reused_tokens or 0) > 400


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def foreign(path: Path) -> None:
    path.write_bytes(b"Dear diary " * 1000)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def of_another_dialog(path: Path) -> None:
    path.with_name("2.state").replace(path)


@pytest.mark.parametrize("spoil", [torn, flipped, foreign, empty, of_another_dialog])
async def test_a_file_that_cannot_be_believed_is_removed_and_the_answer_is_right(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    make_words(tmp_path)
    more, _ = await kept(tmp_path, ask(STORY), ask("b" + STORY, "2"))
    (path,) = (tmp_path / "kv").rglob("1.state")
    spoil(path)
    async with opened(tmp_path) as backend:
        text, usage = await answer(backend, more)
        assert not path.exists()
    assert usage.reused_tokens == 0
    assert text == await fresh_text(tmp_path, more)


async def test_another_file_under_the_same_name_begins_anew(tmp_path: Path) -> None:
    make_words(tmp_path, seed=1)
    (more,) = await kept(tmp_path, ask(STORY))
    make_words(tmp_path, seed=2)
    async with opened(tmp_path) as backend:
        text, usage = await answer(backend, more)
    assert usage.reused_tokens == 0
    assert text == await fresh_text(tmp_path, more)


async def test_states_of_another_build_are_not_used(tmp_path: Path) -> None:
    make_words(tmp_path)
    (more,) = await kept(tmp_path, ask(STORY))
    (path,) = states(tmp_path)
    files = StateFiles(tmp_path / "kv", GIB)

    assert files.read(Origin(path.parent.name, "1", "another build")) is None
    assert states(tmp_path) == []
    async with opened(tmp_path) as backend:
        assert (await answer(backend, more))[1].reused_tokens == 0


async def test_a_forgotten_dialog_leaves_nothing_in_files_nor_in_the_process(tmp_path: Path) -> None:
    for name in ("m.gguf", "other.gguf"):
        make_gguf(tmp_path / name)
    keys = ("1", "1/critic", "12", "2")
    asked = [ask(STORY + key, key, name) for key in keys for name in ("m.gguf", "other.gguf")]
    await kept(tmp_path, *asked)
    assert len(states(tmp_path)) == 8
    async with opened(tmp_path) as backend:
        for key in keys:
            await answer(backend, ask(STORY + key, key))
        await backend.forget("1")
        assert {path.stem for path in states(tmp_path)} == {"12", "2"}
        await backend.forget("12")
        await backend.forget("2")
        assert (await answer(backend, ask(STORY + "1", "3")))[1].reused_tokens == 0
    assert {path.stem for path in states(tmp_path)} == {"3"}


async def test_what_is_forgotten_while_it_is_computed_is_gone_at_its_end(tmp_path: Path) -> None:
    make_words(tmp_path, shape=Shape(n_embd=256, n_layer=8, n_ff=1024))
    async with opened(tmp_path) as backend:
        async with aclosing(backend.stream(replace(ask(STORY), params=Params(n_ctx=16384)))) as stream:
            while not isinstance(await anext(stream), Delta):
                pass
            await backend.forget("1")
            assert isinstance(await anext(stream), Delta)
        assert (await answer(backend, ask(STORY, "2")))[1].reused_tokens == 0
    assert {path.stem for path in states(tmp_path)} == {"2"}


async def test_of_a_changed_dialog_nothing_is_written_before_its_next_answer(tmp_path: Path) -> None:
    make_words(tmp_path)
    await kept(tmp_path, ask(STORY + "secret"))
    async with opened(tmp_path) as backend:
        await answer(backend, ask(STORY + "secret"))
        await backend.forget("1", wholly=False)
        assert states(tmp_path) == []
    assert states(tmp_path) == []
    async with opened(tmp_path) as backend:
        await answer(backend, ask(STORY + "secret"))
        await backend.forget("1", wholly=False)
        _, usage = await answer(backend, ask(STORY + "better"))
        assert (usage.reused_tokens or 0) > 400
    assert len(states(tmp_path)) == 1


async def test_files_are_for_the_owner_of_the_bot_alone(tmp_path: Path) -> None:
    make_words(tmp_path)
    await kept(tmp_path, ask(STORY))
    (path,) = states(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def computed(size_bytes: int) -> Kept:
    return Kept((1, 2, 3), memoryview(bytearray(size_bytes)))


def write(files: StateFiles, dialog: str, size_bytes: int = 1000) -> bool:
    return files.write(Origin("model", dialog, "build"), computed(size_bytes), lambda: True)


def test_the_file_used_longest_ago_makes_room(tmp_path: Path) -> None:
    files = StateFiles(tmp_path / "kv", 5000)
    for number in range(3):
        assert write(files, str(number))
        os.utime(tmp_path / "kv" / "model" / f"{number}.state", (number, number))
    assert files.read(Origin("model", "0", "build")) == replace(computed(1000), on_file=True)
    assert write(files, "3", 3000)
    assert {path.stem for path in states(tmp_path)} == {"0", "3"}
    assert not write(files, "4", 5001)
    assert {path.stem for path in states(tmp_path)} == {"0", "3"}


def test_a_disk_nearly_full_is_left_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = StateFiles(tmp_path / "kv", GIB)
    assert write(files, "1")
    free = shutil.disk_usage(tmp_path).free
    monkeypatch.setattr(state_files, "LEFT_FREE_BYTES", free + GIB)
    assert not write(files, "2")
    assert states(tmp_path) == []


def test_a_write_given_up_half_way_leaves_nothing(tmp_path: Path) -> None:
    files = StateFiles(tmp_path / "kv", GIB)
    answers = iter((True, False))
    assert not files.write(Origin("model", "1", "build"), computed(9 << 20), lambda: next(answers))
    assert states(tmp_path) == []


def test_what_a_power_cut_left_is_tidied_away(tmp_path: Path) -> None:
    files = StateFiles(tmp_path / "kv", GIB)
    assert write(files, "1")
    (tmp_path / "kv" / "model" / "2.state.17.part").write_bytes(b"half")
    files.tidy()
    assert {path.name for path in states(tmp_path)} == {"1.state"}
    StateFiles(tmp_path / "kv", 0).tidy()
    assert states(tmp_path) == []


def test_names_of_dialogs_are_never_taken_for_one_another(tmp_path: Path) -> None:
    files = StateFiles(tmp_path / "kv", GIB)
    names = ("1", "1/draft", "1/critic", "1.state", "1~x", "../1", "1 %2E", "11")
    assert all(write(files, name) for name in names)
    assert len(states(tmp_path)) == len(names)
    files.forget("1")
    assert len(states(tmp_path)) == len(names) - 3
    assert not any(files.has("model", name) for name in names[:3])
    assert all(files.has("model", name) for name in names[3:])


async def test_a_disk_that_takes_nothing_costs_nothing_but_time(tmp_path: Path) -> None:
    make_words(tmp_path)
    (tmp_path / "kv").write_text("no folder")
    (more,) = await kept(tmp_path, ask(STORY))
    async with opened(tmp_path) as backend:
        text, usage = await answer(backend, more)
        await backend.forget("1")
    assert usage.reused_tokens == 0
    assert text == await fresh_text(tmp_path, more)


async def test_whatever_people_do_every_answer_is_the_one_computed_afresh(tmp_path: Path) -> None:
    """Stops, edits, retries, deletions and restarts of five dialogs, as chance has it."""
    make_words(tmp_path)
    generator = random.Random(11)
    greedy = replace(SURE, temperature=0)
    rules = Message("system", "Say no more than you must. " * 4)

    def begun(number: int) -> ChatRequest:
        return ChatRequest("m.gguf", (rules, Message("user", f"{number} {STORY[:150]}")), greedy)

    talks = {name: begun(number) for number, name in enumerate("abcde")}
    backend = opened(tmp_path, n_slots=2)
    reused = 0
    async with opened(tmp_path, n_slots=1, budget_bytes=0) as fresh:
        for number in range(50):
            name = generator.choice("abcde")
            request = replace(talks[name], cache_key=name)
            match generator.choice(("next", "next", "stop", "edit", "delete", "restart")):
                case "stop":
                    async with aclosing(backend.stream(request)) as stream:
                        for _ in range(generator.randrange(4)):
                            await anext(stream)
                case "edit":
                    *before, last = request.messages
                    request = replace(request, messages=(*before, Message("user", last.text[:60] + f" {number}")))
                    await backend.forget(name, wholly=False)
                case "delete":
                    request = replace(begun(number), cache_key=name)
                    await backend.forget(name)
                    assert list((tmp_path / "kv").rglob(f"{name}.*")) == []
                case "restart":
                    await backend.aclose()
                    backend = opened(tmp_path, n_slots=2)
            text, usage = await answer(backend, request)
            assert text == (await answer(fresh, replace(request, cache_key=None)))[0], number
            reused += (usage.reused_tokens or 0) > 150
            talks[name] = next_turn(request, text, f"and {number}?")
    await backend.aclose()
    assert reused > 25
    assert psutil.Process().children() == []
