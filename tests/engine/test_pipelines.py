"""Pipelines on their way: what each stage reads, who is asked in which order, what becomes of those who fail."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.answers import Answer
from engine.errors import ModelsMissing, NoPipeline, NothingSaid, PipelineBroken, StageFailed
from engine.events import Delta, Done, Event, ModelDone, ModelHeard, StageDone, StageStarted
from tests.engine.council import Council, open_council
from tests.fakes.model_server import Reply

THREE = """
stages:
  - {name: draft, models: [a], system_prompt: Draft.}
  - {name: review, models: [x], system_prompt: Review., input: both}
  - {name: final, models: [b], input: all}
"""
EXPERTS = """
stages:
  - name: experts
    models: [a, b, x]
"""


@pytest.fixture
async def council(tmp_path: Path) -> AsyncIterator[Council]:
    async with open_council(tmp_path) as council:
        yield council


async def last_answer(council: Council) -> Answer:
    question = await council.engine.questions.last(council.dialog_id)
    assert question is not None
    return (await council.engine.answers.variants(question.id))[-1]


def texts(body: dict[str, list[dict[str, str]]]) -> list[str]:
    return [message["content"] for message in body["messages"]]


def kinds(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events if not isinstance(event, ModelHeard)]


async def test_stages_read_what_they_are_told_to_and_only_the_last_is_on_the_screen(council: Council) -> None:
    await council.use(THREE)
    for model, text in (("a", "A draft."), ("x", "A review."), ("b", "The end.")):
        council.says(model, text)
    events = await council.answer(await council.ask("What is it?"))

    assert texts(council.asked("a")[0]) == ["Draft.", "What is it?"]
    asked = "<question>\nWhat is it?\n</question>"
    assert texts(council.asked("x")[0]) == [
        "Review.",
        f"{asked}\n\n<previous_answer>\nA draft.\n</previous_answer>",
    ]
    steps = '<step_1 name="draft">\nA draft.\n</step_1>\n\n<step_2 name="review">\nA review.\n</step_2>'
    assert texts(council.asked("b")[0]) == [f"{asked}\n\n{steps}"]
    stage = ["StageStarted", "ModelStarted", "ModelDone", "StageDone"]
    assert kinds(events) == ["PipelineStarted", *stage, *stage, *stage[:2], "Started", "Delta", *stage[2:], "Done"]
    assert [event.text for event in events if isinstance(event, Delta)] == ["The end."]
    answer = await last_answer(council)
    assert (answer.state, answer.text, answer.usage.answer_tokens) == ("done", "The end.", 3)


async def test_the_history_goes_to_the_first_stage_and_to_those_that_read_all(council: Council) -> None:
    await council.said("Who are you?", "A council.")
    await council.use(THREE)
    await council.answered("And now?")
    assert texts(council.asked("a")[0]) == ["Draft.", "Who are you?", "A council.", "And now?"]
    assert len(texts(council.asked("x")[0])) == 2
    assert texts(council.asked("b")[0])[:2] == ["Who are you?", "A council."]


async def test_a_model_has_its_own_prompt_and_parameters_over_those_of_stage_and_dialog(council: Council) -> None:
    await council.set(temperature=0.1, top_p=0.5, system="Dialog.")
    await council.use("""
stages:
  - models:
      - a
      - {model: b, system_prompt: Mine., params: {temperature: 1.5, seed: 7}, samples: 2}
    params: {temperature: 0.9, n_ctx: 2048, stop: [END]}
""")
    await council.answered("Hm?")
    (a,), bs = council.asked("a"), council.asked("b")
    options = a["options"]
    assert (options["temperature"], options["top_p"], options["num_ctx"], options["stop"]) == (0.9, 0.5, 2048, ["END"])
    assert texts(a)[0] == "Dialog."
    assert [texts(body)[0] for body in bs] == ["Mine.", "Mine."]
    assert [body["options"]["temperature"] for body in bs] == [1.5, 1.5]
    assert [body["options"]["seed"] for body in bs] == [7, 8]


async def test_several_answers_stand_under_their_names(council: Council) -> None:
    await council.use(EXPERTS)
    council.says("a", "One.")
    council.says("b", "Two.")
    council.says("x", "Three.")
    text = await council.answered("Hm?")
    assert [text.index(word) for word in ("a", "One.", "Two.", "Three.")] == sorted(
        text.index(word) for word in ("a", "One.", "Two.", "Three.")
    )


async def test_two_servers_answer_at_the_same_time_and_one_server_one_model_after_another(council: Council) -> None:
    await council.use(EXPERTS)
    go = asyncio.Event()
    council.says("a", "One.", hold_after=0, go=go)
    council.says("x", "Three.", hold_after=0, go=go)
    question = await council.ask("Hm?")
    answering = asyncio.create_task(council.answer(question))
    async with asyncio.timeout(10):
        while not (council.asked("a") and council.asked("x")):
            await asyncio.sleep(0.01)
    assert council.asked("b") == []
    go.set()
    await answering
    assert len(council.asked("b")) == 1


async def test_sequential_asks_one_after_another_even_on_two_servers(council: Council) -> None:
    await council.use("stages: [{models: [a, x], execution: sequential}]")
    events = await council.answer(await council.ask("Hm?"))
    assert kinds(events)[1:6] == ["StageStarted", "ModelStarted", "ModelDone", "ModelStarted", "ModelDone"]


async def test_one_of_three_fails_and_the_others_are_heard(council: Council) -> None:
    await council.use(EXPERTS)
    council.says("b", "", status=500, body={"error": "boom"})
    events = await council.answer(await council.ask("Hm?"))
    (stage,) = [event for event in events if isinstance(event, StageDone)]
    assert (stage.heard, stage.asked) == (2, 3)
    failed = [event.model for event in events if isinstance(event, ModelDone) and event.error]
    assert failed == ["b"]
    answer = await last_answer(council)
    assert answer.council is not None
    assert (answer.state, answer.council.heard, answer.council.asked) == ("done", 2, 3)


async def test_a_stage_may_demand_all(council: Council) -> None:
    await council.use("stages: [{models: [a, b], needs_all: true}]")
    council.says("b", "", status=500, body={"error": "boom"})
    with pytest.raises(StageFailed) as caught:
        await council.answered("Hm?")
    assert (caught.value.heard, caught.value.asked) == (1, 2)


async def test_a_stage_that_returns_nothing_is_named_and_what_was_before_it_is_kept(council: Council) -> None:
    await council.use(THREE)
    council.says("a", "A draft.")
    council.says("x", " \n")
    with pytest.raises(StageFailed) as caught:
        await council.answered("Hm?")
    assert (caught.value.number, caught.value.total, caught.value.name) == (2, 3, "review")
    assert isinstance(caught.value.error, NothingSaid)
    answer = await last_answer(council)
    assert (answer.state, answer.text) == ("failed", "A draft.")


async def test_a_text_too_long_for_the_next_window_fails_that_stage_by_name(council: Council) -> None:
    await council.use("stages: [{models: [a]}, {name: short, models: [b], params: {n_ctx: 256}}]")
    council.says("a", "word " * 2000)
    with pytest.raises(StageFailed) as caught:
        await council.answered("Hm?")
    assert (caught.value.number, type(caught.value.error).__name__) == (2, "ContextTooLong")
    assert council.asked("b") == []


async def test_a_vote_ends_as_soon_as_it_is_decided(council: Council) -> None:
    await council.use("""
stages:
  - models: [{model: a, samples: 5}]
    execution: sequential
    aggregation: majority_vote
""")
    council.says("a", *["The answer is 42."] * 3)
    assert await council.answered("6 x 7?") == "The answer is 42."
    assert len(council.asked("a")) == 3
    answer = await last_answer(council)
    assert answer.council is not None
    assert [(group["words"], group["weight"]) for group in answer.council.details["groups"]] == [("42", 3)]


async def test_a_synthesis_sees_the_answers_without_names_and_streams(council: Council) -> None:
    await council.use("stages: [{models: [a, x], aggregation: synthesis, synthesis_model: y}]")
    council.says("a", "Apples.")
    council.says("x", "Pears.")
    council.two.replies_of["y"].append(Reply(text=["Both ", "fruits."]))
    events = await council.answer(await council.ask("Which?"))
    assert [event.text for event in events if isinstance(event, Delta)] == ["Both ", "fruits."]
    (body,) = council.asked("y")
    assert "Apples." in texts(body)[1] and "Pears." in texts(body)[1]
    assert (await last_answer(council)).text == "Both fruits."


async def test_a_judge_is_asked_twice_and_its_choice_is_the_answer(council: Council) -> None:
    await council.use("stages: [{models: [a, x], aggregation: judge, judge_model: y}]")
    council.says("a", "Apples.")
    council.says("x", "Pears.")
    council.says("y", '{"scores": [{"answer": 1, "score": 3}, {"answer": 2, "score": 9}]}')
    council.says("y", '{"scores": [{"answer": 1, "score": 9}, {"answer": 2, "score": 3}]}')
    text = await council.answered("Which?")
    first, second = council.asked("y")
    assert texts(first)[1] != texts(second)[1]
    other = "Pears." if text == "Apples." else "Apples."
    assert texts(first)[1].index(text) > texts(first)[1].index(other)


async def test_a_template_of_ones_own_makes_the_text(council: Council) -> None:
    await council.use("""
stages:
  - models: [a, x]
    aggregation: custom_template
    template: "{% for answer in answers %}{{ answer.number }}={{ answer.text }};{% endfor %}"
""")
    council.says("a", "Apples")
    council.says("x", "Pears")
    assert await council.answered("Which?") == "1=Apples;2=Pears;"


async def test_a_skipped_stage_is_passed_over(council: Council) -> None:
    await council.use(THREE)
    council.says("a", "A draft.")
    council.says("x", "Never", hold_after=0)
    council.says("b", "The end.")
    question = await council.ask("Hm?")
    async with council.running(question) as events:
        async for event in events:
            if isinstance(event, StageStarted) and event.number == 2:
                run = council.engine.runs.of(council.dialog_id)
                assert run is not None
                assert run.skip(1) is False
                assert run.skip(2) is True
    assert "A draft." in texts(council.asked("b")[0])[-1]
    assert "review" not in texts(council.asked("b")[0])[-1]
    assert (await last_answer(council)).text == "The end."


async def test_the_last_stage_skipped_leaves_the_text_before_it(council: Council) -> None:
    await council.use("stages: [{models: [a]}, {models: [x]}]")
    council.says("a", "A draft.")
    council.says("x", "Never", hold_after=0)
    question = await council.ask("Hm?")
    async with council.running(question) as events:
        async for event in events:
            if isinstance(event, StageStarted) and event.number == 2:
                run = council.engine.runs.of(council.dialog_id)
                assert run is not None and run.skip(2)
    answer = await last_answer(council)
    assert (answer.state, answer.text) == ("done", "A draft.")


async def test_a_stop_in_the_second_stage_keeps_the_first(council: Council) -> None:
    await council.use(THREE)
    council.says("a", "A draft.")
    council.says("x", "Never", hold_after=0)
    question = await council.ask("Hm?")
    async with council.running(question) as events:
        async for event in events:
            if isinstance(event, StageStarted) and event.number == 2:
                council.engine.runs.stop(council.dialog_id)
    answer = await last_answer(council)
    assert (answer.state, answer.text) == ("stopped", "A draft.")
    assert council.read("config_snapshot.json")["state"] == "stopped"
    assert council.names() >= {"step1.json", "config_snapshot.json"}


async def test_nothing_begins_without_a_pipeline_or_its_models(council: Council) -> None:
    await council.engine.dialogs.choose_mode(council.dialog_id, "base")
    with pytest.raises(NoPipeline):
        await council.answered("Hm?")
    await council.use("stages: [{models: [gone, a]}, {models: [nobody]}]")
    with pytest.raises(ModelsMissing) as caught:
        await council.answered("Hm?")
    assert caught.value.models == ("nobody",)
    await council.use("stages: [{models: [a]}, {models: []}]")
    with pytest.raises(PipelineBroken) as broken:
        await council.answered("Hm?")
    assert (broken.value.problem.kind, broken.value.problem.key) == ("empty", "models")
    assert council.asked("a") == []


async def test_a_model_that_is_gone_costs_its_voice_only(council: Council) -> None:
    await council.use("stages: [{models: [gone, a]}]")
    events = await council.answer(await council.ask("Hm?"))
    assert isinstance(events[-1], Done)
    assert events[-1].answer.council is not None
    assert (events[-1].answer.council.heard, events[-1].answer.council.asked) == (1, 2)
