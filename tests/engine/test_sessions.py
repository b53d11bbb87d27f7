"""The folders that runs leave: their names and contents, going on after an end in the middle, and their end."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from config.pipeline import Pipeline, Stage, StageModel
from engine import session_files as files
from engine.errors import StageFailed
from engine.events import StageStarted
from engine.file_hashes import FileHashes
from tests.engine.council import Council, council_at, open_council
from tests.fakes.model_server import FakeModel
from tests.fakes.ollama import open_ollama

SCHEMA = Path(__file__).parents[2] / "docs" / "session.schema.json"
COUNCIL = """
stages:
  - {name: draft, models: [a]}
  - {name: pairs, models: [b, y], execution: sequential}
  - {name: experts, models: [a, b, x], aggregation: synthesis, synthesis_model: y}
"""
TWO = "stages: [{name: draft, models: [a]}, {name: pair, models: [b, x]}, {name: final, models: [c]}]"


@pytest.fixture
async def council(tmp_path: Path) -> AsyncIterator[Council]:
    async with open_council(tmp_path) as council:
        yield council


def validator(kind: str) -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]})


def kind_of(name: str) -> str:
    if name == "config_snapshot.json":
        return "config_snapshot"
    return "aggregation" if "aggregation" in name else "step"


def without_times(content: object) -> object:
    """A file of a run without what depends on the clock, on free memory and on how the models were ordered."""
    moving = ("started_at", "finished_at", "seconds", "usage", "execution", "yaml", "session", "memory_plan")
    if isinstance(content, dict):
        return {key: without_times(value) for key, value in content.items() if key not in moving}
    return [without_times(item) for item in content] if isinstance(content, list) else content


async def broken_off(council: Council, question_text: str, stage: int) -> None:
    """A run that the end of the program breaks off when `stage` begins."""
    question = await council.ask(question_text)
    async with council.running(question) as events:
        async for event in events:
            if isinstance(event, StageStarted) and event.number == stage:
                council.engine.runs.stop(council.dialog_id, "shutdown")


async def test_a_run_leaves_a_folder_that_follows_its_schema(council: Council) -> None:
    await council.use(COUNCIL)
    council.says("y", "Second opinion.", "The end.")
    await council.answered("What is it?")
    assert council.names() == {
        "config_snapshot.json",
        "step1.json",
        "step2_b.json",
        "step2_y.json",
        "step2_aggregation.json",
        "step3_a.json",
        "step3_b.json",
        "step3_x.json",
        "aggregation.json",
        "final.txt",
    }
    for name in council.names() - {"final.txt"}:
        validator(kind_of(name)).validate(council.read(name))
    snapshot = council.read("config_snapshot.json")
    assert (snapshot["state"], snapshot["question"], snapshot["mode"]) == ("done", "What is it?", "manual")
    assert [stage["output"] for stage in snapshot["stages"]] == [
        *("step1.json", "step2_aggregation.json", "aggregation.json")
    ]
    assert snapshot["models"][0]["digest"] == "digest-of-a-32768"
    assert (council.folder() / "final.txt").read_text() == "The end."
    (synthesis,) = council.read("aggregation.json")["steps"]
    assert (synthesis["model"], synthesis["text"]) == ("y", "The end.")
    step = council.read("step1.json")
    assert step["params"]["seed"] == council.asked("a")[0]["options"]["seed"]
    assert step["messages"][-1] == {"role": "user", "text": "What is it?"}
    assert step["usage"]["answer_tokens"] == 3


async def test_sequential_and_parallel_leave_the_same_files(council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda limit: 4)
    for execution in ("sequential", "parallel"):
        await council.use(f"""
stages:
  - {{models: [a, b, x], execution: {execution}}}
  - {{models: [{{model: c, samples: 3}}], execution: {execution}}}
""")
        await council.answered("Hm?") if execution == "sequential" else await again(council)
    first, second = council.folder(1), council.folder(2)
    assert council.names(1) == council.names(2)
    for name in council.names(1) - {"final.txt"}:
        one, other = (json.loads((folder / name).read_text()) for folder in (first, second))
        assert without_times(one) == without_times(other), name
    assert (first / "final.txt").read_text() == (second / "final.txt").read_text()


async def again(council: Council) -> None:
    question = await council.engine.questions.last(council.dialog_id)
    assert question is not None
    await council.engine.questions.set_state(question.id, "waiting", only_from=("answered",))
    await council.answer(question)


@pytest.mark.parametrize("stage", [1, 2, 3])
async def test_a_run_broken_off_in_any_stage_goes_on_from_the_last_finished_one(tmp_path: Path, stage: int) -> None:
    async with (
        open_ollama(*(FakeModel(name) for name in ("a", "b", "c"))) as one,
        open_ollama(*(FakeModel(name) for name in ("x", "y"))) as two,
    ):
        async with council_at(tmp_path, one, two) as council:
            await council.use(TWO)
            council.says("a", "A draft.")
            await broken_off(council, "Hm?", stage)
            assert council.read("config_snapshot.json")["state"] == "interrupted"
            asked = {name: len(council.asked(name)) for name in "abcx"}
        async with council_at(tmp_path, one, two) as council:
            council.says("c", "The end.")
            question = await council.engine.questions.last(council.dialog_id)
            assert question is not None and question.state == "interrupted"
            events = await council.answer(question)
            began = [event.number for event in events if isinstance(event, StageStarted)]
            assert began == list(range(stage, 4))
            for name, number in (("a", 1), ("b", 2), ("c", 3)):
                assert (len(council.asked(name)) == asked[name]) is (number < stage)
            assert (council.names(), council.read("config_snapshot.json")["state"]) == (
                {
                    *("config_snapshot.json", "step1.json", "step2_b.json", "step2_x.json"),
                    *("aggregation.json", "step3.json", "final.txt"),
                },
                "done",
            )
            (answer,) = await council.engine.answers.variants(question.id)
            assert (answer.state, answer.text) == ("done", "The end.")


async def test_models_that_had_answered_in_a_broken_stage_are_not_asked_again(council: Council) -> None:
    await council.use("stages: [{models: [a, b], execution: sequential}]")
    council.says("a", "One.")
    council.says("b", "", hold_after=0)
    question = await council.ask("Hm?")
    task = asyncio.create_task(council.answer(question))
    async with asyncio.timeout(10):
        while not council.asked("b"):
            await asyncio.sleep(0.01)
    council.engine.runs.stop(council.dialog_id, "shutdown")
    await asyncio.gather(task, return_exceptions=True)
    council.says("b", "Two.")
    await council.answer(question)
    assert len(council.asked("a")) == 1
    assert "One." in await council.text_of(question)
    assert "Two." in await council.text_of(question)


async def test_a_kill_leaves_a_folder_that_the_next_start_marks(council: Council, tmp_path: Path) -> None:
    await council.use(TWO)
    await council.answered("Hm?")
    await council.engine.database.write("UPDATE sessions SET state = 'running'")
    path = council.folder() / "config_snapshot.json"
    files.write_json(path, council.read(path.name) | {"state": "running"})
    await council.engine.sessions.interrupt_running()
    assert council.read(path.name)["state"] == "interrupted"


async def test_another_pipeline_or_another_question_begins_anew(council: Council) -> None:
    await council.use(TWO)
    await broken_off(council, "Hm?", 2)
    await council.use(TWO.replace("final", "other"))
    question = await council.engine.questions.last(council.dialog_id)
    assert question is not None
    await council.answer(question)
    assert len(council.asked("a")) == 2
    assert council.read("config_snapshot.json", 2)["state"] == "done"


async def test_the_person_chooses_between_going_on_and_beginning_anew(council: Council) -> None:
    await council.use(TWO)
    council.says("c", "", status=500, body={"error": "boom"})
    question = await council.ask("Hm?")
    with pytest.raises(StageFailed):
        await council.answer(question)
    sessions = council.engine.sessions
    assert await sessions.want_continued(question.id)
    assert await sessions.want_anew(question.id)
    assert await sessions.want_continued(question.id)
    await council.answer(question)
    assert len(council.asked("a")) == 1
    assert await sessions.want_continued(question.id) is False


async def test_what_is_deleted_is_in_no_file(council: Council) -> None:
    await council.use(TWO)
    for word in ("one", "two", "three"):
        await council.answered(f"canary-{word}-in-the-mine")
    first = await council.engine.database.one("SELECT min(id) FROM questions")
    assert first is not None
    await council.engine.questions.delete(first[0])
    assert not council.folder(1).exists()
    await council.engine.dialogs.delete(council.dialog_id)
    roots = (council.engine.settings.data_dir, council.sessions_dir)
    found = [path for root in roots for path in root.rglob("*") if path.is_file() and b"canary" in path.read_bytes()]
    assert found == []
    assert list(council.sessions_dir.iterdir()) == []


async def test_a_folder_that_is_there_already_is_never_written_into(council: Council) -> None:
    (council.sessions_dir / "session_001").mkdir(parents=True)
    (council.sessions_dir / "session_007").mkdir()
    await council.use("stages: [{models: [a]}]")
    await council.answered("Hm?")
    assert list((council.sessions_dir / "session_001").iterdir()) == []
    assert council.read("config_snapshot.json", 8)["session"] == 8


async def test_a_disk_that_refuses_costs_the_folder_and_not_the_answer(
    council: Council, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_text", full)
    await council.use("stages: [{models: [a]}]")
    council.says("a", "Fine.")
    assert await council.answered("Hm?") == "Fine."
    assert "No space left" in caplog.text


async def test_a_file_is_hashed_once_until_it_changes(council: Council, tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"weights" * 1000)
    hashes = FileHashes(council.engine.database)
    first = await hashes.of(path)
    assert first == hashlib.sha256(b"weights" * 1000).hexdigest()
    await council.engine.database.write("UPDATE file_hashes SET sha256 = 'remembered'")
    assert await hashes.of(path) == "remembered"
    path.write_bytes(b"others")
    assert await hashes.of(path) == hashlib.sha256(b"others").hexdigest()


def test_names_of_files_are_safe_and_never_the_same() -> None:
    models = ("qwen3:8b", "QWEN3_8B", "a/b\\c", "модель", "", "..", "CON", "aggregation", "x" * 200, "a" + "." * 70)
    stage = Stage("s", (*(StageModel(name) for name in models), StageModel("a/b\\c", samples=3)))
    names = files.step_names(3, stage)
    assert names[:2] == ["step3_qwen3_8b.json", "step3_QWEN3_8B-2.json"]
    assert len({name.casefold() for name in names}) == 13
    for name in names:
        assert name.startswith("step3_") and len(name) < 100
        assert files.UNSAFE.search(name) is None
    clash = Stage("s", (StageModel("m", samples=2), StageModel("m-2")))
    assert len(set(files.step_names(1, clash))) == 3
    pipeline = Pipeline("", (stage, clash, Stage("one", (StageModel("m"),))))
    assert [files.combination_name(number, pipeline) for number in (1, 2)] == [
        *("step1_aggregation.json", "aggregation.json")
    ]


def test_an_older_or_newer_step_is_read_as_far_as_it_is_understood() -> None:
    step = files.read_step(
        {
            **{"stage": 1, "name": "draft", "role": "answer", "voice": 1, "sample": 1, "model": "m", "server": "s"},
            **{"system_prompt": "", "state": "done", "text": "Hello.", "colour": "blue", "params": {"mood": 3}},
        }
    )
    assert (step.text, step.params.seed, step.messages) == ("Hello.", None, ())
