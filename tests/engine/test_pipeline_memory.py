"""Pipelines and memory: planned before anything is asked, taking turns where there is no room, asked again after it ran
out.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from engine.backends.llama_cpp.parent import LlamaCppBackend, is_installed
from engine.errors import NoMemory, StageFailed
from engine.events import Delta, Event, ModelDone, ModelStarted, StageDone, StageStarted
from engine.fitting import Free
from tests.engine.conversation import open_conversation
from tests.engine.council import Council, open_council
from tests.engine.test_llama_cpp_turns import MODELS, N_CTX, Room
from tests.fakes.model_server import Reply
from tests.tiny_gguf import make_gguf

GB = 10**9
PAIR = "stages: [{name: pair, models: [a, x], execution: parallel}]"
NO_ROOM = {"error": "model requires more system memory (9.0 GiB) than is available (5.0 GiB)"}
SCHEMA = Path(__file__).parents[2] / "docs" / "session.schema.json"
needs_llama = pytest.mark.skipif(not is_installed(), reason="without llama-cpp-python")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.pipelines.second_try.PAUSE_S", 0.0)


@pytest.fixture
async def council(tmp_path: Path) -> AsyncIterator[Council]:
    """Nothing is loaded; each model would take 4.6 GB."""
    async with open_council(tmp_path) as council:
        council.one.running.clear()
        council.two.running.clear()
        await council.engine.catalogue.refresh()
        yield council


def free(monkeypatch: pytest.MonkeyPatch, size_bytes: int) -> None:
    monkeypatch.setattr("engine.planning.free_memory", lambda: Free(size_bytes))


def turns(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events if isinstance(event, ModelStarted | ModelDone)]


def first(events: list[Event]) -> StageStarted:
    return next(event for event in events if isinstance(event, StageStarted))


def heard(events: list[Event]) -> list[tuple[int, int]]:
    return [(event.heard, event.asked) for event in events if isinstance(event, StageDone)]


def refuse(council: Council, model: str, times: int = 1) -> None:
    council.says(model, *[""] * times, status=500, body=NO_ROOM)


async def test_models_without_room_side_by_side_go_one_after_another(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(monkeypatch, 6 * GB)
    await council.use(PAIR)
    events = await council.answer(await council.ask("Hm?"))
    assert turns(events) == ["ModelStarted", "ModelDone"] * 2
    assert (first(events).need_bytes, first(events).free_bytes) == (9_200_000_000, 6 * GB)
    (step,) = council.read("config_snapshot.json")["memory_plan"]["steps"]
    assert (step["stage"], step["verdict"], step["free"]["ram_bytes"]) == (1, "in turn", 6 * GB)
    assert [(load["model"], load["server"], load["ram_bytes"]) for load in step["models"]] == [
        *(("a", "one", 4_600_000_000), ("x", "two", 4_600_000_000))
    ]


async def test_models_with_room_go_side_by_side(council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 10 * GB)
    await council.use(PAIR)
    events = await council.answer(await council.ask("Hm?"))
    assert turns(events)[:2] == ["ModelStarted", "ModelStarted"]
    assert first(events).need_bytes == 0


async def test_what_a_server_may_lack_is_noted_and_not_refused(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(monkeypatch, GB)
    await council.use("stages: [{models: [a, x], aggregation: synthesis, synthesis_model: b}, {models: [y]}]")
    council.says("y", "The end.")
    assert await council.answered("Hm?") == "The end."
    snapshot = council.read("config_snapshot.json")
    assert [(step["stage"], step["verdict"]) for step in snapshot["memory_plan"]["steps"]] == [
        *((1, "too big"), (1, "too big"), (2, "too big"))
    ]
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator({"$ref": "#/$defs/config_snapshot", "$defs": schema["$defs"]}).validate(snapshot)


async def test_who_ran_out_of_memory_is_asked_again_when_the_others_have_left(council: Council) -> None:
    await council.use(PAIR)
    refuse(council, "a")
    council.says("a", "One.")
    events = await council.answer(await council.ask("Hm?"))
    assert heard(events) == [(2, 2)]
    assert len(council.asked("a")) == 2
    assert len(council.asked("x")) == 1
    assert list(council.two.running) == []
    assert (council.read("step1_a.json")["state"], council.read("step1_a.json")["text"]) == ("done", "One.")


async def test_who_runs_out_of_memory_twice_has_failed(council: Council) -> None:
    await council.use(PAIR)
    refuse(council, "a", times=2)
    events = await council.answer(await council.ask("Hm?"))
    assert heard(events) == [(1, 2)]
    failed = [event.error for event in events if isinstance(event, ModelDone) and event.error]
    assert [type(error) for error in failed] == [NoMemory]


async def test_stages_that_are_over_outlive_the_lack_of_memory(council: Council) -> None:
    await council.use("stages: [{models: [a]}, {models: [x]}]")
    council.says("a", "A draft.")
    refuse(council, "x", times=2)
    question = await council.ask("Hm?")
    with pytest.raises(StageFailed) as caught:
        await council.answer(question)
    assert (caught.value.number, caught.value.sets_load, type(caught.value.error)) == (2, False, NoMemory)
    assert await council.text_of(question) == "A draft."


async def test_a_synthesis_without_memory_is_asked_again(council: Council) -> None:
    await council.use("stages: [{models: [a, x], aggregation: synthesis, synthesis_model: y}]")
    refuse(council, "y")
    council.says("y", "Both.")
    assert await council.answered("Hm?") == "Both."


async def test_half_an_answer_is_forgotten_when_it_is_asked_again(council: Council) -> None:
    await council.use("stages: [{models: [a]}, {models: [x]}]")
    council.two.replies_of["x"].append(Reply(text=["Half ", "an"], error="CUDA error: out of memory"))
    held = Reply(text=["A whole ", "one."], hold_after=1)
    council.two.replies_of["x"].append(held)
    question = await council.ask("Hm?")
    async with council.running(question) as events:
        async for event in events:
            if isinstance(event, Delta) and event.text == "A whole ":
                council.engine.runs.stop(council.dialog_id)
    assert await council.text_of(question) == "A whole "


async def test_other_troubles_are_not_asked_again(council: Council) -> None:
    await council.use(PAIR)
    council.says("a", "", status=500, body={"error": "boom"})
    assert heard(await council.answer(await council.ask("Hm?"))) == [(1, 2)]
    assert len(council.asked("a")) == 1


@pytest.fixture
async def embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Council, Room]]:
    """Models a, b, c as files, with room for one and a half of them."""
    for name in MODELS:
        make_gguf(tmp_path / f"{name}.gguf", says=[name, " said"])
    room = Room(tmp_path, 1.5)

    class Cramped(LlamaCppBackend):
        def __init__(self, models_dir: Path, models_file: Path, **how: object) -> None:
            super().__init__(models_dir, models_file, free_memory=room.free, n_threads=1)
            room.count = lambda: sum(self._residents.loaded(f"{name}.gguf") is not None for name in MODELS)

    monkeypatch.setattr("engine.assembly.LlamaCppBackend", Cramped)
    async with open_conversation(tmp_path, "llama_cpp") as there:
        council = Council(there.engine, there.dialog_id)
        await council.set(max_tokens=8, temperature=0.0)
        yield council, room


def staged(*stages: str, n_ctx: int = N_CTX) -> str:
    return "stages:\n" + "".join(f"  - {{{stage}, params: {{n_ctx: {n_ctx}}}}}\n" for stage in stages)


@needs_llama
async def test_files_of_which_only_one_fits_take_turns(embedded: tuple[Council, Room]) -> None:
    council, _ = embedded
    await council.use(staged("models: [a.gguf, b.gguf], execution: parallel"))
    events = await council.answer(await council.ask("Hm?"))
    assert turns(events) == ["ModelStarted", "ModelDone"] * 2
    assert heard(events) == [(2, 2)]
    assert first(events).need_bytes > first(events).free_bytes


@needs_llama
async def test_a_file_that_cannot_fit_is_refused_before_anything_is_asked(embedded: tuple[Council, Room]) -> None:
    council, room = embedded
    room.whole = int(room.need * 0.55)
    await council.set(n_ctx=N_CTX)
    await council.use("stages: [{models: [a.gguf], params: {n_ctx: 1024}}, {name: final, models: [b.gguf]}]")
    with pytest.raises(StageFailed) as caught:
        await council.answered("Hm?")
    failed, error = caught.value, caught.value.error
    assert (failed.number, failed.name, failed.asked, failed.sets_load) == (2, "final", 0, False)
    assert isinstance(error, NoMemory)
    assert error.need_parts is not None and sum(error.need_parts) == error.need_bytes
    assert error.fits_n_ctx is not None
    assert room.count() == 0
    assert council.read("config_snapshot.json")["memory_plan"]["steps"][1]["verdict"] == "too big"


@needs_llama
async def test_memory_that_others_took_meanwhile_costs_only_a_part_of_the_window(
    embedded: tuple[Council, Room],
) -> None:
    council, room = embedded
    await council.use(staged("models: [a.gguf]", "models: [b.gguf]"))
    question = await council.ask("Hm?")
    async with council.running(question) as events:
        async for event in events:
            if isinstance(event, StageDone) and event.number == 1:
                room.whole = int(room.need * 0.55)
    assert await council.text_of(question) == "b said"
    assert council.read("step1.json")["params"]["n_ctx"] == N_CTX
    assert council.read("step2.json")["params"]["n_ctx"] < N_CTX


@needs_llama
async def test_a_file_that_is_gone_costs_its_voice_and_no_plan(embedded: tuple[Council, Room], tmp_path: Path) -> None:
    council, _ = embedded
    (tmp_path / "b.gguf").unlink()
    await council.use("stages: [{models: [a.gguf, b.gguf]}, {models: [c.gguf]}]")
    events = await council.answer(await council.ask("Hm?"))
    assert heard(events) == [(1, 2), (1, 1)]
    assert [step["stage"] for step in council.read("config_snapshot.json")["memory_plan"]["steps"]] == [2]
