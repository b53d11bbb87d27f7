"""Questions in the database: what joins what, what is new, what an edit changes."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.answers import Answers
from engine.database import Database, open_database
from engine.dialogs import Dialogs, Place
from engine.questions import Part, Question, Questions, Turn
from engine.users import Users

ANNA, BORIS = 7, 8
TEAM = -100


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path / "consilium.db") as database:
        await Users(database, 10).make_owner(ANNA, "Anna")
        yield database


@pytest.fixture
def questions(database: Database) -> Questions:
    return Questions(database)


def files_with(folder: Path, word: bytes) -> list[str]:
    return [path.name for path in folder.iterdir() if word in path.read_bytes()]


@dataclass
class Group:
    """A dialog of a group, in which people write one message after another."""

    questions: Questions
    dialog_id: int
    messages: int = 0

    async def say(self, author_id: int, text: str, *, join_running: bool = False) -> Question:
        self.messages += 1
        part = Part(TEAM, self.messages, text)
        question = await self.questions.add(self.dialog_id, author_id, part, join_running)
        assert question is not None
        return question


@pytest.fixture
async def group(database: Database, questions: Questions) -> Group:
    return Group(questions, (await Dialogs(database).new(Place(TEAM), ANNA)).id)


async def test_a_message_that_telegram_sends_twice_counts_once(questions: Questions, group: Group) -> None:
    first = await group.say(ANNA, "Hello?")
    assert await questions.add(group.dialog_id, ANNA, Part(TEAM, 1, "Hello?")) is None
    assert await questions.add(group.dialog_id, ANNA, Part(TEAM, 1, "Hello, edited?")) is None
    assert await questions.get(first.id) == first


async def test_the_same_message_number_in_another_chat_is_another_message(
    questions: Questions, group: Group, database: Database
) -> None:
    await group.say(ANNA, "Hello?")
    other = await Dialogs(database).new(Place(ANNA), ANNA)
    assert await questions.add(other.id, ANNA, Part(ANNA, 1, "Hello?")) is not None


async def test_more_messages_of_the_author_join_while_it_waits(group: Group) -> None:
    first = await group.say(ANNA, "What is better,")
    joined = await group.say(ANNA, "tea or coffee?")
    assert (joined.id, joined.text) == (first.id, "What is better,\ntea or coffee?")
    assert joined.message_id == 2, "the newest message is the one to reply to"


async def test_parts_stand_in_the_order_of_the_chat_however_they_came(questions: Questions, group: Group) -> None:
    await questions.add(group.dialog_id, ANNA, Part(TEAM, 11, "two"))
    joined = await questions.add(group.dialog_id, ANNA, Part(TEAM, 9, "one"))
    assert joined is not None
    assert (joined.text, joined.message_id) == ("one\ntwo", 11)


async def test_somebody_elses_message_is_a_question_of_its_own_and_ends_the_joining(group: Group) -> None:
    first = await group.say(ANNA, "Tea?")
    others = await group.say(BORIS, "Coffee?")
    again = await group.say(ANNA, "With milk?")
    assert len({first.id, others.id, again.id}) == 3
    assert again.text == "With milk?"


async def test_a_running_question_is_joined_only_when_asked_to_and_only_by_its_author(
    questions: Questions, group: Group
) -> None:
    first = await group.say(ANNA, "Translate:")
    await questions.set_state(first.id, "running", only_from=("waiting",))
    assert (await group.say(BORIS, "And mine", join_running=True)).id != first.id

    second = await group.say(ANNA, "Say:")
    await questions.set_state(second.id, "running", only_from=("waiting",))
    joined = await group.say(ANNA, "Guten Morgen", join_running=True)
    assert (joined.id, joined.state, joined.text) == (second.id, "waiting", "Say:\nGuten Morgen")

    await questions.set_state(second.id, "running", only_from=("waiting",))
    assert (await group.say(ANNA, "Something else")).id != second.id


@pytest.mark.parametrize("state", ["answered", "stopped", "failed", "interrupted"])
async def test_what_is_over_is_not_joined(questions: Questions, group: Group, state: str) -> None:
    first = await group.say(ANNA, "Hello?")
    await questions.set_state(first.id, state, only_from=("waiting",))  # type: ignore[arg-type]
    assert (await group.say(ANNA, "And?", join_running=True)).id != first.id


async def test_an_edit_changes_its_part_and_only_a_real_change_is_told(questions: Questions, group: Group) -> None:
    await group.say(ANNA, "I am Ana")
    await group.say(ANNA, "Who am I?")
    edited = await questions.edit(Part(TEAM, 1, "I am Anna"))
    assert edited is not None
    assert edited.text == "I am Anna\nWho am I?"
    assert await questions.edit(Part(TEAM, 1, "I am Anna")) is None
    assert await questions.edit(Part(TEAM, 99, "Nobody")) is None
    assert await questions.edit(Part(ANNA, 1, "Elsewhere")) is None


async def test_the_oldest_that_waits_is_next(questions: Questions, group: Group) -> None:
    first, second = await group.say(ANNA, "One"), await group.say(BORIS, "Two")
    assert await questions.next(group.dialog_id) == first
    await questions.set_state(first.id, "answered", only_from=("waiting",))
    assert await questions.next(group.dialog_id) == second
    await questions.set_state(second.id, "answered", only_from=("waiting",))
    assert await questions.next(group.dialog_id) is None
    last = await questions.last(group.dialog_id)
    assert last is not None
    assert last.id == second.id


async def test_a_state_changes_only_from_where_it_may(questions: Questions, group: Group) -> None:
    question = await group.say(ANNA, "Hello?")
    assert not await questions.set_state(question.id, "failed", only_from=("running", "answered"))
    assert await questions.set_state(question.id, "failed", only_from=("running", "waiting"))


async def test_a_button_reaches_only_questions_of_its_chat(questions: Questions, group: Group) -> None:
    question = await group.say(ANNA, "Hello?")
    assert await questions.here(question.id, TEAM) == question
    assert await questions.here(question.id, ANNA) is None
    assert await questions.of_message(TEAM, 1) == question
    assert await questions.of_message(ANNA, 1) is None


async def test_only_dialogs_that_can_be_answered_are_waited_for(
    questions: Questions, group: Group, database: Database
) -> None:
    await group.say(ANNA, "Hello?")
    assert await questions.waiting_dialogs() == []
    model_id = await database.write("INSERT INTO models (server, name) VALUES ('s', 'm')")
    await Dialogs(database).choose_model(group.dialog_id, model_id)
    assert await questions.waiting_dialogs() == [group.dialog_id]


async def test_turns_tell_the_past_with_the_answer_that_counts(
    questions: Questions, group: Group, database: Database
) -> None:
    answers = Answers(database)
    first = await group.say(ANNA, "Drink?")
    for text in ("Tea.", "Coffee."):
        await answers.end(await answers.begin(first.id, "m", "s"), "done", text, "never shown")
    await answers.choose((await answers.variants(first.id))[0])
    failed = await group.say(BORIS, "Food?")
    await questions.set_state(failed.id, "failed", only_from=("waiting",))
    now = await group.say(ANNA, "And?")
    both = [Turn(first.id, "Drink?", "Tea."), Turn(failed.id, "Food?", "")]
    assert await questions.turns(group.dialog_id, 0, now.id) == both
    assert await questions.turns(group.dialog_id, failed.id, now.id) == both[1:]
    assert await questions.turns(group.dialog_id, 0, failed.id) == both[:1]


async def test_a_question_that_is_forgotten_takes_its_answers_out_of_every_file(
    questions: Questions, group: Group, database: Database, tmp_path: Path
) -> None:
    question = await group.say(ANNA, "zanzibarquestion")
    answers = Answers(database)
    await answers.end(await answers.begin(question.id, "m", "s"), "done", "zanzibaranswer", "zanzibarthought")
    await questions.delete(question.id)
    assert files_with(tmp_path, b"zanzibar") == []
