"""History: what can be found again, by whom, and that nothing is found of what was deleted."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from engine.answers import Answers
from engine.database import Database, open_database
from engine.dialogs import Dialogs, Place
from engine.history import History
from engine.questions import Part, Question, Questions
from engine.users import Users

ANNA, BORIS = 7, 8


class Past(NamedTuple):
    database: Database
    history: History
    dialogs: Dialogs
    questions: Questions
    answers: Answers

    async def asked(self, question: str, answer: str, chat_id: int = ANNA) -> Question:
        """A question in a dialog of its own, with its answer."""
        dialog = await self.dialogs.new(Place(chat_id), ANNA)
        row = await self.database.one("SELECT coalesce(max(message_id), 0) + 1 AS id FROM question_parts")
        assert row is not None
        stored = await self.questions.add(dialog.id, ANNA, Part(chat_id, row["id"], question))
        assert stored is not None
        answer_id = await self.answers.begin(stored.id, "llama3", "ollama")
        await self.answers.end(answer_id, "done", answer, "")
        return stored

    async def found(self, words: str, chat_id: int = ANNA) -> list[str]:
        return [found.question for found in await self.history.search(chat_id, words, limit=50)]


@pytest.fixture
async def past(tmp_path: Path) -> AsyncIterator[Past]:
    async with open_database(tmp_path / "consilium.db") as database:
        await Users(database, 10).make_owner(ANNA, "Anna")
        dialogs, questions, answers = Dialogs(database), Questions(database), Answers(database)
        yield Past(database, History(database), dialogs, questions, answers)


async def test_questions_and_answers_are_found_by_their_words_in_any_case(past: Past) -> None:
    await past.asked("How do I bake bread?", "Take flour and ВОДУ.")
    await past.asked("And cake?", "Take sugar.")
    assert await past.found("BREAD") == ["How do I bake bread?"]
    assert await past.found("вода мука") == []
    assert await past.found("flour воду") == ["How do I bake bread?"]
    assert set(await past.found("take")) == {"How do I bake bread?", "And cake?"}


async def test_russian_words_are_found_in_their_other_forms(past: Past) -> None:
    await past.asked("Расскажи про кошек и собаку", "Кошки спят.")
    assert await past.found("собаками") == ["Расскажи про кошек и собаку"]
    assert await past.found("расскажите") == ["Расскажи про кошек и собаку"]


async def test_signs_of_the_query_language_are_only_signs(past: Past) -> None:
    await past.asked('NEAR("a") OR b* -c:d', "x")
    for words in ('NEAR("a")', "OR", "b*", "-c:d", '"'):
        assert await past.found(words) == ([] if words == '"' else ['NEAR("a") OR b* -c:d'])
    assert await past.found("' ; DROP TABLE") == []


async def test_nobody_finds_what_belongs_to_another_chat(past: Past) -> None:
    question = await past.asked("my secret", "indeed", chat_id=BORIS)
    assert await past.found("secret") == []
    assert await past.history.runs(ANNA, limit=9) == []
    assert await past.history.run(1, ANNA) is None
    assert await past.found("secret", BORIS) == [question.text]
    assert [run.question for run in await past.history.runs(BORIS, limit=9)] == ["my secret"]


async def test_a_question_is_found_once_however_often_the_word_stands_in_it(past: Past) -> None:
    question = await past.asked("tea tea", "tea, tea and tea")
    second = await past.answers.begin(question.id, "llama3", "ollama")
    await past.answers.end(second, "done", "more tea", "")
    assert await past.found("tea") == ["tea tea"]
    assert [run.answer.variant for run in await past.history.runs(ANNA, limit=9)] == [2, 1]
    assert await past.history.count(ANNA) == 2


async def test_an_edited_question_is_found_by_its_new_words_only(past: Past) -> None:
    question = await past.asked("old words", "x")
    await past.questions.edit(Part(ANNA, question.message_id, "new words"))
    assert await past.found("old") == []
    assert await past.found("new") == ["new words"]


async def test_an_answer_that_grows_is_found_when_it_has_ended(past: Past) -> None:
    question = await past.asked("q", "x")
    answer_id = await past.answers.begin(question.id, "llama3", "ollama")
    await past.answers.keep(answer_id, "a pearl", "")
    assert await past.found("pearl") == []
    await past.answers.end(answer_id, "stopped", "a pearl and", "")
    assert await past.found("pearl") == ["q"]


async def test_the_passage_around_the_word_is_told(past: Past) -> None:
    await past.asked("q", "long " * 100 + "the needle here " + "hay " * 100)
    (found,) = await past.history.search(ANNA, "needle", limit=1)
    assert "the needle here" in found.excerpt
    assert len(found.excerpt) < 120


async def test_steps_of_a_run_are_found_too_and_go_with_it(past: Past) -> None:
    question = await past.asked("q", "x")
    session = (
        "INSERT INTO sessions (number, dialog_id, question_id, mode, state, started_at)"
        " VALUES (1, ?, ?, 'base', 'done', 0)"
    )
    await past.database.write(session, question.dialog_id, question.id)
    await past.history.note_steps(1, question.id, ["the draft said walrus", "", " "])
    assert await past.found("walrus") == ["q"]
    await past.history.note_steps(1, question.id + 99, ["of a deleted question"])
    await past.database.write("DELETE FROM sessions")
    assert await past.found("walrus") == []


async def test_nothing_of_a_deleted_dialog_stays_in_any_file(past: Past) -> None:
    for number in range(30):
        await past.asked(f"question {number}", f"answer {number}")
    question = await past.asked("xyzzyquestion", "plughanswer")
    await past.dialogs.delete(question.dialog_id)
    assert await past.found("xyzzyquestion") == await past.found("plughanswer") == []
    for path in past.database.path.parent.iterdir():
        content = path.read_bytes()
        assert b"xyzzy" not in content and b"plugh" not in content, path.name


async def test_a_database_of_before_can_be_searched(past: Past) -> None:
    """What the migration does for rows that are there already."""
    question = await past.asked("old treasure", "golden answer")
    script = (Path(__file__).parents[2] / "engine" / "migrations" / "0008_history.sql").read_text(encoding="utf-8")
    filling = script[script.index("INSERT INTO words (rowid, text)\n    SELECT 4 * question_id") :]
    await past.database.write("DELETE FROM words")
    for statement in filter(str.strip, filling.split(";")):
        await past.database.write(statement)
    assert await past.found("treasure golden") == []
    assert await past.found("golden") == await past.found("treasure") == [question.text]
