"""Groups: let in, left, and moved when Telegram gives them another id."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.database import Database, open_database
from engine.dialogs import Dialogs, Place
from engine.groups import Groups
from engine.questions import Part, Questions
from engine.users import Users

ANNA, BORIS, OLD, NEW = 11, 12, -5, -1001


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path / "consilium.db") as database:
        users = Users(database, places=3)
        await users.make_owner(ANNA, "Anna")
        await users.admit(BORIS, "Boris")
        yield database


def any_file_with(folder: Path, word: bytes) -> bool:
    return any(word in path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_whoever_let_the_bot_in_first_stays_answerable(database: Database) -> None:
    groups = Groups(database)
    assert await groups.add(OLD, "Team", ANNA)
    assert not await groups.add(OLD, "Team", BORIS)
    assert [group.chat_id for group in await groups.of(ANNA)] == [OLD]
    assert await groups.of(BORIS) == []


async def test_a_group_that_is_left_takes_its_dialogs_along_out_of_every_file(
    database: Database, tmp_path: Path
) -> None:
    groups, dialogs = Groups(database), Dialogs(database)
    await groups.add(OLD, "Team", ANNA)
    dialog = await dialogs.new(Place(OLD), ANNA, "zanzibarcanary")
    assert await groups.dialogs_of(OLD) == [dialog.id]
    await groups.remove(OLD)
    assert await groups.get(OLD) is None
    assert await dialogs.get(dialog.id) is None
    assert not any_file_with(tmp_path, b"zanzibarcanary")


async def test_a_group_that_became_a_supergroup_keeps_its_dialogs(database: Database) -> None:
    groups, dialogs, questions = Groups(database), Dialogs(database), Questions(database)
    await groups.add(OLD, "Team", ANNA)
    await groups.set_answers_all(OLD, True)
    dialog = await dialogs.new(Place(OLD), ANNA)
    await questions.add(dialog.id, ANNA, Part(OLD, 7, "before"))
    await groups.add(NEW, "Team", BORIS)  # Telegram may tell of the new chat before it tells of the move

    await groups.move(OLD, NEW)
    await groups.move(OLD, NEW)

    moved, current = await groups.get(NEW), await dialogs.at(Place(NEW))
    assert moved is not None and current is not None
    assert (moved.added_by, moved.answers_all, current.id) == (ANNA, True, dialog.id)
    assert await groups.get(OLD) is None


async def test_message_ids_of_the_new_chat_are_not_taken_for_old_ones(database: Database) -> None:
    groups, dialogs, questions = Groups(database), Dialogs(database), Questions(database)
    await groups.add(OLD, "Team", ANNA)
    dialog = await dialogs.new(Place(OLD), ANNA)
    await questions.add(dialog.id, ANNA, Part(OLD, 7, "before"))
    await groups.move(OLD, NEW)
    asked = await questions.add(dialog.id, BORIS, Part(NEW, 7, "after"))
    assert asked is not None and asked.text == "after"
