"""Answers in the database: variants, which one counts, and what becomes of the question."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.answers import QUESTION_STATE_AFTER, Answers, EndState
from engine.database import Database, open_database
from engine.dialogs import Dialogs, Place
from engine.messages import Usage
from engine.questions import Part, Question, Questions
from engine.users import Users

ANNA = 7


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path / "consilium.db") as database:
        await Users(database, 10).make_owner(ANNA, "Anna")
        yield database


@pytest.fixture
def answers(database: Database) -> Answers:
    return Answers(database)


@pytest.fixture
def questions(database: Database) -> Questions:
    return Questions(database)


@pytest.fixture
async def question(database: Database, questions: Questions) -> Question:
    dialog = await Dialogs(database).new(Place(ANNA), ANNA)
    question = await questions.add(dialog.id, ANNA, Part(ANNA, 1, "Hello?"))
    assert question is not None
    return question


async def answered(answers: Answers, question: Question, text: str, state: EndState = "done") -> int:
    answer_id = await answers.begin(question.id, "m", "s")
    await answers.end(answer_id, state, text, "")
    return answer_id


async def now(questions: Questions, question: Question) -> Question:
    found = await questions.get(question.id)
    assert found is not None
    return found


async def test_an_answer_in_the_making_is_the_one_the_question_runs_on(
    answers: Answers, questions: Questions, question: Question
) -> None:
    answer_id = await answers.begin(question.id, "m", "s")
    running = await now(questions, question)
    assert (running.state, running.answer_id) == ("running", answer_id)


@pytest.mark.parametrize("state", list(QUESTION_STATE_AFTER))
async def test_each_ending_leaves_its_state_and_what_was_said(
    answers: Answers, questions: Questions, question: Question, state: EndState
) -> None:
    answer_id = await answered(answers, question, "Half", state)
    ended = await now(questions, question)
    assert (ended.state, ended.answer_id) == (QUESTION_STATE_AFTER[state], answer_id)
    answer = await answers.get(answer_id)
    assert answer is not None
    assert (answer.state, answer.text) == (state, "Half")
    assert answer.finished_at is not None


async def test_variants_are_numbered_and_the_newest_counts(
    answers: Answers, questions: Questions, question: Question
) -> None:
    ids = [await answered(answers, question, text) for text in ("Tea.", "Coffee.", "Milk.")]
    variants = await answers.variants(question.id)
    assert [(variant.id, variant.variant) for variant in variants] == [*zip(ids, (1, 2, 3), strict=True)]
    assert (await now(questions, question)).answer_id == ids[-1]


async def test_a_variant_that_is_chosen_counts_but_not_while_another_is_made(
    answers: Answers, questions: Questions, question: Question
) -> None:
    first, _ = [await answered(answers, question, text) for text in ("Tea.", "Coffee.")]
    tea = await answers.get(first)
    assert tea is not None
    await answers.choose(tea)
    assert (await now(questions, question)).answer_id == first
    third = await answers.begin(question.id, "m", "s")
    await answers.choose(tea)
    assert (await now(questions, question)).answer_id == third


@pytest.mark.parametrize("state", ["stopped", "failed", "interrupted"])
async def test_a_variant_without_a_word_is_not_kept_and_the_one_before_counts_again(
    answers: Answers, questions: Questions, question: Question, state: EndState
) -> None:
    first = await answered(answers, question, "Tea.")
    await answered(answers, question, "", state)
    assert [variant.id for variant in await answers.variants(question.id)] == [first]
    ended = await now(questions, question)
    assert (ended.state, ended.answer_id) == ("answered", first)


async def test_the_only_variant_without_a_word_leaves_its_state_alone(
    answers: Answers, questions: Questions, question: Question
) -> None:
    await answered(answers, question, "", "stopped")
    assert await answers.variants(question.id) == []
    ended = await now(questions, question)
    assert (ended.state, ended.answer_id) == ("stopped", None)


async def test_a_model_that_is_done_without_a_word_has_answered(
    answers: Answers, questions: Questions, question: Question
) -> None:
    answer_id = await answered(answers, question, "")
    ended = await now(questions, question)
    assert (ended.state, ended.answer_id) == ("answered", answer_id)


async def test_a_question_that_was_joined_waits_on(answers: Answers, questions: Questions, question: Question) -> None:
    answer_id = await answers.begin(question.id, "m", "s")
    await questions.add(question.dialog_id, ANNA, Part(ANNA, 2, "Well?"), join_running=True)
    await answers.end(answer_id, "stopped", "", "")
    ended = await now(questions, question)
    assert (ended.state, ended.text) == ("waiting", "Hello?\nWell?")
    assert await answers.variants(question.id) == []


async def test_what_is_kept_meanwhile_never_overwrites_an_ending(answers: Answers, question: Question) -> None:
    answer_id = await answers.begin(question.id, "m", "s")
    await answers.keep(answer_id, "On", "hm")
    growing = await answers.get(answer_id)
    assert growing is not None
    assert (growing.text, growing.thought) == ("On", "hm")
    await answers.end(answer_id, "done", "Once.", "hm")
    await answers.keep(answer_id, "On", "")
    ended = await answers.get(answer_id)
    assert ended is not None
    assert ended.text == "Once."


async def test_an_answer_whose_dialog_is_gone_is_none(answers: Answers, question: Question, database: Database) -> None:
    answer_id = await answers.begin(question.id, "m", "s")
    await Dialogs(database).delete(question.dialog_id)
    assert await answers.end(answer_id, "done", "Hi.", "") is None
    assert await database.all("SELECT * FROM answers") == []


async def test_figures_come_back_as_they_went(answers: Answers, question: Question) -> None:
    usage = Usage(prompt_tokens=7, answer_tokens=0, answer_s=0.5)
    answer_id = await answers.begin(question.id, "m", "s")
    answer = await answers.end(answer_id, "done", "Hi.", "hm", finish="length", left_out=3, usage=usage)
    assert answer is not None
    assert (answer.usage, answer.finish, answer.left_out, answer.model, answer.server) == (usage, "length", 3, "m", "s")


async def test_at_the_start_what_ran_was_interrupted_with_what_was_said(
    answers: Answers, questions: Questions, question: Question
) -> None:
    answer_id = await answers.begin(question.id, "m", "s")
    await answers.keep(answer_id, "Once upon", "")
    assert await answers.interrupt_running() == 1
    ended = await now(questions, question)
    assert (ended.state, ended.answer_id) == ("interrupted", answer_id)
    assert await answers.interrupt_running() == 0


async def test_at_the_start_an_interrupted_variant_without_a_word_gives_way_to_the_one_before(
    answers: Answers, questions: Questions, question: Question
) -> None:
    first = await answered(answers, question, "Tea.")
    await answers.begin(question.id, "m", "s")
    await answers.interrupt_running()
    ended = await now(questions, question)
    assert (ended.state, ended.answer_id) == ("answered", first)
    assert [variant.id for variant in await answers.variants(question.id)] == [first]


async def test_at_the_start_a_question_that_was_joined_and_not_begun_anew_still_waits(
    answers: Answers, questions: Questions, question: Question
) -> None:
    await answers.begin(question.id, "m", "s")
    await questions.add(question.dialog_id, ANNA, Part(ANNA, 2, "Well?"), join_running=True)
    await answers.interrupt_running()
    assert (await now(questions, question)).state == "waiting"
    assert await answers.variants(question.id) == []
