"""What is deleted leaves no trace of what models computed of it either: not in files, not for the next question."""

import asyncio
import logging
from contextlib import aclosing
from pathlib import Path

import pytest

from config.settings import Settings
from engine.answers import Answer
from engine.assembly import Engine, open_engine
from engine.backends.llama_cpp.state_files import StateFiles
from engine.dialogs import Place
from engine.events import Done
from engine.questions import Part, Question
from tests.tiny_gguf import make_gguf

ANNA = 7
CANARY = "xylophone nightingale quicksilver"


def settings_at(folder: Path, **changes: object) -> Settings:
    folders = {"models_dir": folder, "data_dir": folder / "data", "config_dir": folder}
    nobody = {"ollama_base_url": (), "lmstudio_base_url": ()}
    return Settings(_env_file=None, **(folders | nobody | changes))  # type: ignore[arg-type, call-arg]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    make_gguf(tmp_path / "m.gguf", says=["Yes", ", indeed"])
    return settings_at(tmp_path)


async def new_dialog(engine: Engine) -> int:
    await engine.users.make_owner(ANNA, "Anna")
    await engine.catalogue.refresh()
    (model,) = engine.catalogue.models()
    return (await engine.dialogs.new(Place(ANNA), ANNA, model_id=model.id)).id


async def asked(engine: Engine, dialog_id: int, text: str, message_id: int = 1) -> tuple[Question, Answer]:
    question = await engine.questions.add(dialog_id, ANNA, Part(ANNA, message_id, text))
    assert question is not None
    async with (
        engine.runs.scope(dialog_id, question.id, ANNA) as run,
        aclosing(engine.answering.answer(question, run)) as events,
    ):
        last = [event async for event in events][-1]
    assert isinstance(last, Done)
    return question, last.answer


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "data" / "kv").rglob("*") if path.is_file()]


async def kept_dialog(settings: Settings) -> tuple[int, Question]:
    """A dialog whose state lies in a file, because the program ended."""
    async with open_engine(settings) as engine:
        dialog_id = await new_dialog(engine)
        question, _ = await asked(engine, dialog_id, CANARY)
    (path,) = files(settings.models_dir)
    assert CANARY in path.read_bytes().decode("utf-8", "replace")
    return dialog_id, question


@pytest.mark.parametrize("way", ["delete", "clear", "question", "person"])
async def test_what_is_deleted_leaves_no_computed_trace(settings: Settings, way: str) -> None:
    dialog_id, question = await kept_dialog(settings)
    async with open_engine(settings) as engine:
        await asked(engine, dialog_id, "And then?", 2)
        match way:
            case "delete":
                await engine.dialogs.delete(dialog_id)
            case "clear":
                await engine.dialogs.clear(dialog_id)
            case "question":
                await engine.questions.delete(question.id)
            case "person":
                await engine.users.make_owner(8, "Boris")
                await engine.users.remove(ANNA)
        assert files(settings.models_dir) == []
        _, answer = await asked(engine, await new_dialog(engine), CANARY, 3)
        assert answer.usage.reused_tokens == 0
    assert dialog_id not in [int(path.stem) for path in files(settings.models_dir)]


async def test_an_edited_question_leaves_its_old_words_nowhere(settings: Settings) -> None:
    await kept_dialog(settings)
    async with open_engine(settings) as engine:
        await engine.questions.edit(Part(ANNA, 1, "Something else"))
        assert files(settings.models_dir) == []
    for path in settings.data_dir.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes()


async def test_a_dialog_beside_the_deleted_one_keeps_its_state(settings: Settings) -> None:
    async with open_engine(settings) as engine:
        ids = [await new_dialog(engine) for _ in range(2)]
        for number, dialog_id in enumerate(ids):
            await asked(engine, dialog_id, f"Hello {number}", number + 1)
    async with open_engine(settings) as engine:
        await engine.dialogs.delete(ids[0])
    assert [path.name for path in files(settings.models_dir)] == [f"{ids[1]}.state"]


async def test_a_file_that_could_not_be_removed_goes_at_the_next_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    dialog_id, _ = await kept_dialog(settings)

    def refuse(_files: StateFiles, _dialog: str) -> None:
        raise PermissionError("read-only disk")

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(StateFiles, "forget", refuse)
        async with open_engine(settings) as engine:
            await engine.dialogs.delete(dialog_id)
    assert "read-only disk" in caplog.text
    assert len(files(settings.models_dir)) == 1
    async with open_engine(settings):
        assert files(settings.models_dir) == []


async def test_who_wants_no_states_on_disk_has_none(settings: Settings, tmp_path: Path) -> None:
    await kept_dialog(settings)
    for changes in ({"llm_kept_gb": 0.0}, {"llm_providers": ("ollama",)}):
        (tmp_path / "data" / "kv" / "model").mkdir(exist_ok=True)
        (tmp_path / "data" / "kv" / "model" / "1.state").write_text("x")
        async with open_engine(settings_at(tmp_path, **changes)):
            await asyncio.sleep(0)
        assert files(tmp_path) == []
