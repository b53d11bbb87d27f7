"""Dialogs in the database: which is where, what a list finds, and that nothing is left of a deleted one."""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.answers import Answers
from engine.database import Database, open_database
from engine.dialogs import TITLE_LENGTH, Dialogs, Place, shortened, title_from
from engine.questions import Part, Questions
from engine.transcripts import transcript
from engine.users import Users

ANNA, BORIS = 7, 8


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path / "consilium.db") as database:
        await Users(database, 10).make_owner(ANNA, "Anna")
        yield database


@pytest.fixture
def dialogs(database: Database) -> Dialogs:
    return Dialogs(database)


async def test_a_new_dialog_without_a_topic_is_the_current_one(dialogs: Dialogs) -> None:
    first = await dialogs.new(Place(ANNA), ANNA, "One")
    second = await dialogs.new(Place(ANNA), ANNA, "Two")
    assert await dialogs.at(Place(ANNA)) == second
    await dialogs.switch(first)
    assert await dialogs.at(Place(ANNA)) == first


async def test_a_topic_has_one_dialog(dialogs: Dialogs) -> None:
    place = Place(ANNA, 5)
    first = await dialogs.open(place, ANNA)
    assert (await dialogs.open(place, ANNA)).id == first.id
    assert (await dialogs.new(place, ANNA)).id == first.id
    assert await dialogs.at(Place(ANNA)) is None


async def test_a_button_reaches_only_dialogs_of_its_chat(dialogs: Dialogs) -> None:
    dialog = await dialogs.new(Place(ANNA), ANNA)
    assert await dialogs.here(dialog.id, ANNA) == dialog
    assert await dialogs.here(dialog.id, BORIS) is None


async def test_the_list_finds_words_in_any_case_of_letters(dialogs: Dialogs) -> None:
    await dialogs.new(Place(ANNA), ANNA, "Рецепты Ёлки")
    await dialogs.new(Place(ANNA), ANNA, "100% of_it")
    await dialogs.new(Place(BORIS), ANNA, "рецепты")
    assert [dialog.title for dialog in await dialogs.list(ANNA, "РЕЦЕПТЫ ёл")] == ["Рецепты Ёлки"]
    assert [dialog.title for dialog in await dialogs.list(ANNA, "%")] == ["100% of_it"]
    assert await dialogs.list(ANNA, "_x") == []


async def test_a_title_from_a_question_never_replaces_a_persons(dialogs: Dialogs) -> None:
    dialog = await dialogs.new(Place(ANNA), ANNA)
    await dialogs.rename(dialog.id, "From a question", "question")
    await dialogs.rename(dialog.id, "Mine", "person")
    await dialogs.rename(dialog.id, "From another", "question")
    found = await dialogs.get(dialog.id)
    assert found is not None
    assert (found.title, found.title_by) == ("Mine", "person")


async def test_clearing_forgets_words_and_the_title_made_of_them(database: Database, dialogs: Dialogs) -> None:
    dialog = await dialogs.new(Place(ANNA), ANNA)
    await dialogs.rename(dialog.id, "Secret plans", "question")
    await ask(database, dialog.id, "Secret plans", "Fine.", message_id=1)
    await dialogs.set_window(dialog.id, 1, 3000)

    await dialogs.clear(dialog.id)

    found = await dialogs.get(dialog.id)
    assert found is not None
    assert (found.title, found.title_by, found.window_from, found.window_room) == ("", "nobody", 0, 0)
    assert await transcript(database, dialog.id) == []
    assert await dialogs.question_counts(ANNA) == {}


async def test_clearing_keeps_a_title_of_the_persons_own(dialogs: Dialogs) -> None:
    dialog = await dialogs.new(Place(ANNA), ANNA, "Mine")
    await dialogs.clear(dialog.id)
    found = await dialogs.get(dialog.id)
    assert found is not None
    assert found.title == "Mine"


async def test_questions_are_counted_by_dialog(database: Database, dialogs: Dialogs) -> None:
    first = await dialogs.new(Place(ANNA), ANNA)
    await dialogs.new(Place(ANNA), ANNA)
    await ask(database, first.id, "One", "1", message_id=1)
    await ask(database, first.id, "Two", "2", message_id=2)
    assert await dialogs.question_counts(ANNA) == {first.id: 2}


async def test_the_transcript_tells_the_variant_that_counts(database: Database, dialogs: Dialogs) -> None:
    dialog = await dialogs.new(Place(ANNA), ANNA)
    question_id = await ask(database, dialog.id, "Which?", "This.", message_id=1)
    await answer(database, question_id, "That.")
    (exchange,) = await transcript(database, dialog.id)
    assert (exchange.question, exchange.answer, exchange.model) == ("Which?", "That.", "m")


@pytest.mark.parametrize("seed", range(4))
async def test_no_file_holds_a_word_of_a_deleted_dialog(database: Database, dialogs: Dialogs, seed: int) -> None:
    """Many dialogs grow in turn, so that pages are split and joined; then one of them goes."""
    chance = random.Random(seed)
    made = [await dialogs.new(Place(ANNA, number + 2), ANNA) for number in range(8)]
    for message_id in range(1, 80):
        number = chance.randrange(8)
        words = [" ".join([f"canary{number}x"] * chance.randrange(1, most)) for most in (3, 400, 300)]
        await dialogs.rename(made[number].id, words[0], "person")
        await ask(database, made[number].id, words[1], words[2], message_id)

    await dialogs.delete(made[3].id)

    files = list(database.path.parent.iterdir())
    assert files
    assert not [file.name for file in files if b"canary3x" in file.read_bytes()]
    assert b"canary4x" in database.path.read_bytes()


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("What is a GGUF file?\nTell me.", "What is a GGUF file?"),
        ("\n\n  ## Heading", "Heading"),
        ("> - quoted", "quoted"),
        ("", ""),
        ("   \n ", ""),
        ("word " * 30, "word word word word word word word word word…"),
    ],
)
def test_a_title_is_the_beginning_of_the_question(question: str, title: str) -> None:
    assert title_from(question) == title


def test_a_word_without_an_end_is_cut() -> None:
    assert len(shortened("x" * 500)) == TITLE_LENGTH


async def ask(database: Database, dialog_id: int, question: str, said: str, message_id: int) -> int:
    """A question of Anna's with its answer."""
    asked = await Questions(database).add(dialog_id, ANNA, Part(ANNA, message_id, question))
    assert asked is not None
    await answer(database, asked.id, said)
    return asked.id


async def answer(database: Database, question_id: int, said: str) -> None:
    answers = Answers(database)
    answer_id = await answers.begin(question_id, "m", "s")
    await answers.keep(answer_id, said[: len(said) // 2], said)
    await answers.end(answer_id, "done", said, said)
