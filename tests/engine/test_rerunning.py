"""A stage done again: the stages above are kept, those below follow if wished, and nothing unchanged is asked twice."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.pipeline import Pipeline, StageModel
from engine import session_files as files
from engine.rerunning import Rerun
from engine.sessions import Session
from tests.engine.council import Council, open_council
from tests.engine.test_sessions import validator

THREE = """
stages:
  - {name: draft, models: [a]}
  - {name: pair, models: [b, x], aggregation: synthesis, synthesis_model: y}
  - {name: final, models: [c]}
"""


@pytest.fixture
async def council(tmp_path: Path) -> AsyncIterator[Council]:
    async with open_council(tmp_path) as council:
        await council.use(THREE)
        council.says("a", "Draft.")
        council.says("b", "From b.")
        council.says("x", "From x.")
        council.says("y", "Both.")
        council.says("c", "The end.")
        await council.answered("What is it?")
        yield council


async def last_run(council: Council) -> Session:
    question = await council.engine.questions.last(council.dialog_id)
    assert question is not None
    session = await council.engine.sessions.last(question.id)
    assert session is not None
    return session


async def do_again(council: Council, rerun: Rerun, pipeline: Pipeline | None = None) -> Session:
    """The whole way: a new run from the last one, then the question answered by it."""
    session = await last_run(council)
    snapshot = council.read("config_snapshot.json", session.number)
    made = await council.engine.sessions.rerun(session, pipeline or files.read_pipeline_of(snapshot), rerun)
    await go_on(council)
    return made


async def go_on(council: Council) -> None:
    question = await council.engine.questions.last(council.dialog_id)
    assert question is not None
    await council.engine.sessions.want_continued(question.id)
    await council.engine.questions.set_state(question.id, "waiting", only_from=("answered", "stopped"))
    await council.answer(question)


def asked(council: Council) -> dict[str, int]:
    return {model: len(council.asked(model)) for model in "abcxy"}


async def variants(council: Council) -> list[tuple[str, str]]:
    question = await council.engine.questions.last(council.dialog_id)
    assert question is not None
    return [(answer.state, answer.text) for answer in await council.engine.answers.variants(question.id)]


async def test_one_stage_again_keeps_those_above_and_asks_those_below(council: Council) -> None:
    council.says("b", "New from b.")
    council.says("x", "New from x.")
    council.says("y", "New both.")
    council.says("c", "New end.")
    await do_again(council, Rerun(2, follows=True, salt=1))
    assert asked(council) == {"a": 1, "b": 2, "x": 2, "y": 2, "c": 2}
    assert council.read("step1.json", 2) == council.read("step1.json", 1)
    assert "New both." in council.asked("c")[1]["messages"][-1]["content"]
    assert await variants(council) == [("done", "The end."), ("done", "New end.")]
    assert (council.folder(1) / "final.txt").read_text() == "The end."
    assert (council.folder(2) / "final.txt").read_text() == "New end."
    snapshot = council.read("config_snapshot.json", 2)
    validator("config_snapshot").validate(snapshot)
    assert snapshot["rerun"] == {"of": 1, "stage": 2, "follows": True, "salt": 1, "is_replay": False}


async def test_a_stage_alone_stops_there_and_can_be_followed_later(council: Council) -> None:
    council.says("b", "New from b.")
    council.says("x", "New from x.")
    council.says("y", "New both.")
    await do_again(council, Rerun(2, follows=False, salt=1))
    assert asked(council)["c"] == 1
    assert await variants(council) == [("done", "The end."), ("stopped", "New both.")]
    council.says("c", "New end.")
    await go_on(council)
    assert asked(council) == {"a": 1, "b": 2, "x": 2, "y": 2, "c": 2}
    assert await variants(council) == [("done", "The end."), ("done", "New end.")]


async def test_another_model_in_a_stage_leaves_the_others_as_they_were(council: Council) -> None:
    pipeline = files.read_pipeline_of(council.read("config_snapshot.json"))
    first, pair, last = pipeline.stages
    pair = replace(pair, models=(pair.models[0], StageModel("y")))
    council.says("y", "As a voice.", "New both.")
    council.says("c", "New end.")
    await do_again(council, Rerun(2, follows=True), replace(pipeline, stages=(first, pair, last)))
    assert asked(council) == {"a": 1, "b": 1, "x": 1, "y": 3, "c": 2}
    assert council.read("step2_b.json", 2)["text"] == "From b."
    assert [model["name"] for model in council.read("config_snapshot.json", 2)["models"]] == ["a", "b", "y", "c"]


async def test_what_would_be_asked_the_same_is_not_asked_again(council: Council) -> None:
    """The prompt of the last stage changes nothing above it, and the same answer of stage 2 nothing below it."""
    council.says("b", "From b.")
    council.says("x", "From x.")
    council.says("y", "Both.")
    await do_again(council, Rerun(2, follows=True, salt=1))
    assert asked(council)["c"] == 1
    assert await variants(council) == [("done", "The end."), ("done", "The end.")]


async def test_other_seeds_are_drawn_for_the_stage_and_for_no_other(council: Council) -> None:
    council.says("b", "New.")
    await do_again(council, Rerun(2, follows=True, salt=1))
    seeds = {model: [body["options"]["seed"] for body in council.asked(model)] for model in "bc"}
    assert seeds["b"][0] != seeds["b"][1]
    assert seeds["c"][0] == seeds["c"][1]


async def test_a_replay_asks_everything_again_with_the_same_seeds(council: Council) -> None:
    await do_again(council, Rerun(1, follows=True, is_replay=True))
    assert asked(council) == {"a": 2, "b": 2, "x": 2, "y": 2, "c": 2}
    for model in "abcxy":
        first, second = council.asked(model)
        assert first["options"]["seed"] == second["options"]["seed"]


async def test_a_first_stage_done_again_reads_the_question(council: Council) -> None:
    council.says("a", "New draft.")
    await do_again(council, Rerun(1, follows=False, salt=3))
    assert await variants(council) == [("done", "The end."), ("stopped", "New draft.")]


async def test_a_dialog_that_chats_now_can_have_its_old_run_done_again(council: Council) -> None:
    (model,) = [model for model in council.engine.catalogue.models() if model.name == "a"]
    await council.engine.dialogs.choose_mode(council.dialog_id, "chat")
    await council.engine.dialogs.choose_model(council.dialog_id, model.id)
    council.says("c", "New end.")
    await do_again(council, Rerun(3, follows=True, salt=1))
    assert asked(council) == {"a": 1, "b": 1, "x": 1, "y": 1, "c": 2}
    assert (await variants(council))[-1] == ("done", "New end.")
