"""Pipelines made by hand, the base one from its file, and which of them a dialog uses."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.pipeline import Pipeline, Stage, StageModel
from config.pipeline_file import read_pipeline_file
from engine.assembly import PIPELINE_FILE_NAME
from tests.engine.conversation import ANNA, Conversation, open_conversation
from tests.fakes.model_server import FakeModel
from tests.fakes.ollama import open_ollama

SHIPPED = Path(__file__).parents[2] / "config" / "pipeline.yaml"
COUNCIL = Pipeline("Council", (Stage("draft", (StageModel("llama3"),)),))


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Conversation]:
    async with (
        open_ollama(FakeModel("llama3:latest"), FakeModel("m1")) as ollama,
        open_conversation(tmp_path, "ollama", ollama.url) as talk,
    ):
        yield talk


def write_base(tmp_path: Path, text: str) -> None:
    (tmp_path / "config").mkdir(exist_ok=True)
    (tmp_path / "config" / PIPELINE_FILE_NAME).write_text(text, encoding="utf-8")


async def test_a_pipeline_is_kept_changed_and_forgotten(talk: Conversation) -> None:
    pipelines = talk.engine.pipelines
    saved = await pipelines.add(ANNA, COUNCIL)
    assert saved.read() == COUNCIL
    await pipelines.change(saved.id, Pipeline("canary-pipeline", ()))
    (listed,) = await pipelines.list(ANNA)
    assert (listed.id, listed.name, listed.read().stages) == (saved.id, "canary-pipeline", ())
    await pipelines.delete(saved.id)
    assert await pipelines.list(ANNA) == []
    for file in talk.engine.database.path.parent.iterdir():
        assert b"canary-pipeline" not in file.read_bytes()


async def test_a_shared_pipeline_is_found_by_its_code_until_that_is_taken_back(talk: Conversation) -> None:
    pipelines = talk.engine.pipelines
    saved = await pipelines.add(ANNA, COUNCIL)
    code = await pipelines.share(saved.id)
    assert code is not None
    assert await pipelines.share(saved.id) == code
    found = await pipelines.by_code(code)
    assert found is not None and found.read() == COUNCIL
    await pipelines.unshare(saved.id)
    assert await pipelines.by_code(code) is None


async def test_a_dialog_remembers_its_pipeline_and_loses_it_when_that_is_deleted(talk: Conversation) -> None:
    saved = await talk.engine.pipelines.add(ANNA, COUNCIL)
    await talk.engine.dialogs.choose_mode(talk.dialog_id, "manual", saved.id)
    dialog = await talk.dialog()
    assert (dialog.mode, dialog.pipeline_id, dialog.has_answerer) == ("manual", saved.id, True)
    await talk.engine.pipelines.delete(saved.id)
    assert (await talk.dialog()).has_answerer is False


async def test_the_base_pipeline_says_which_models_are_missing_until_they_come(
    talk: Conversation, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    base = talk.engine.base_pipeline
    assert base.state().is_ready is False
    write_base(tmp_path, "stages: [{models: [llama3, m2]}]")
    assert base.state().missing == ("m2",)
    base.tell()
    base.tell()
    assert caplog.text.count("models are missing: m2") == 1
    write_base(tmp_path, "stages: [{models: [llama3, ollama/m1]}]")
    assert base.state().is_ready


async def test_a_wrong_base_file_is_told_with_its_line_and_corrected_without_a_restart(
    talk: Conversation, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    base = talk.engine.base_pipeline
    write_base(tmp_path, "stages:\n  - models: [m1]\n    input: yesterday\n")
    problem = base.state().problem
    assert problem is not None and (problem.line, problem.kind) == (3, "not_one_of")
    base.tell()
    assert "pipeline.yaml, line 3" in caplog.text
    write_base(tmp_path, "stages: [{models: [m1]}]")
    assert base.state().is_ready


def test_the_shipped_base_pipeline_is_the_council_of_six() -> None:
    pipeline = read_pipeline_file(SHIPPED)
    assert pipeline is not None
    assert [[model.model for model in stage.models] for stage in pipeline.stages] == [
        ["model1"],
        ["model2"],
        ["model3", "model4", "model5"],
    ]
    assert len(pipeline.models) == 6
