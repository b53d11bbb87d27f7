"""People: places, invites, requests, and a removal that leaves nothing behind."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.database import Database, open_database
from engine.dialogs import Dialogs, Place
from engine.errors import InviteSpent, NoPlacesLeft
from engine.groups import Groups
from engine.questions import Part, Questions
from engine.users import Users

ANNA, BORIS, VERA, GLEB = 11, 12, 13, 14
CANARY = "zanzibarcanary"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path / "consilium.db") as database:
        yield database


@pytest.fixture
async def users(database: Database) -> Users:
    users = Users(database, places=3)
    await users.make_owner(ANNA, "Anna")
    return users


async def ask(database: Database, author_id: int, dialog_id: int, message_id: int, text: str) -> None:
    await Questions(database).add(dialog_id, author_id, Part(author_id, message_id, text))


def files_with(folder: Path, word: str) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]


async def test_an_invite_lets_in_as_many_as_it_says(users: Users) -> None:
    code = await users.invite(1, None)
    assert (await users.accept(code, BORIS, "Boris")).role == "member"
    with pytest.raises(InviteSpent):
        await users.accept(code, VERA, "Vera")
    assert await users.get(VERA) is None


async def test_coming_twice_by_the_same_link_costs_one_use(users: Users) -> None:
    code = await users.invite(2, None)
    await users.accept(code, BORIS, "Boris")
    await users.accept(code, BORIS, "Boris")
    assert (await users.accept(code, VERA, "Vera")).admitted


async def test_an_expired_invite_lets_nobody_in_and_is_not_listed(users: Users) -> None:
    code = await users.invite(5, time.time() - 1)
    with pytest.raises(InviteSpent):
        await users.accept(code, BORIS, "Boris")
    assert await users.open_invites() == []


async def test_dropped_invites_are_void(users: Users) -> None:
    code = await users.invite(5, time.time() + 60)
    assert await users.drop_invites() == 1
    with pytest.raises(InviteSpent):
        await users.accept(code, BORIS, "Boris")


async def test_the_owner_takes_a_place_and_full_is_full(users: Users) -> None:
    code = await users.invite(5, None)
    await users.accept(code, BORIS, "Boris")
    await users.admit(VERA, "Vera")
    assert await users.places_left() == 0
    with pytest.raises(NoPlacesLeft):
        await users.accept(code, GLEB, "Gleb")
    with pytest.raises(NoPlacesLeft):
        await users.admit(GLEB, "Gleb")
    (invite,) = await users.open_invites()
    assert invite.uses_left == 4, "whoever found no place has not used the invite up"


async def test_admitting_a_member_again_needs_no_place(users: Users) -> None:
    await users.admit(BORIS, "Boris")
    await users.admit(VERA, "Vera")
    assert (await users.admit(VERA, "Vera B.")).name == "Vera B."


async def test_a_request_is_noted_once_and_a_refusal_stands(users: Users) -> None:
    assert await users.ask(BORIS, "Boris", "ru")
    assert not await users.ask(BORIS, "Boris", "ru")
    await users.refuse(BORIS)
    assert not await users.ask(BORIS, "Boris", "ru")
    boris = await users.get(BORIS)
    assert boris is not None
    assert (boris.role, boris.client_language) == ("refused", "ru")


async def test_the_owner_link_makes_the_first_who_opens_it_the_owner(database: Database) -> None:
    users = Users(database, places=3)
    earlier = await users.invite(1, None, kind="owner")
    code = await users.invite(1, None, kind="owner")
    with pytest.raises(InviteSpent):
        await users.accept(earlier, BORIS, "Boris")
    assert (await users.accept(code, ANNA, "Anna")).role == "owner"
    with pytest.raises(InviteSpent):
        await users.accept(code, BORIS, "Boris")


async def test_an_owner_link_is_void_once_the_settings_named_an_owner(database: Database) -> None:
    users = Users(database, places=3)
    code = await users.invite(1, None, kind="owner")
    await users.make_owner(ANNA, "Anna")
    with pytest.raises(InviteSpent):
        await users.accept(code, BORIS, "Boris")


async def test_another_owner_in_the_settings_leaves_the_first_one_a_member(users: Users) -> None:
    await users.make_owner(BORIS, "Boris")
    anna, owner = await users.get(ANNA), await users.owner()
    assert anna is not None and owner is not None
    assert (anna.role, owner.id) == ("member", BORIS)


async def test_sizes_tell_counts_and_nothing_else(users: Users, database: Database) -> None:
    dialog = await Dialogs(database).new(Place(ANNA), ANNA)
    await ask(database, ANNA, dialog.id, 1, "четыре")
    (size,) = await users.sizes()
    assert (size.dialogs, size.questions, size.text_bytes) == (1, 1, 12)


async def test_a_removed_person_is_in_no_file(users: Users, database: Database, tmp_path: Path) -> None:
    dialogs, groups = Dialogs(database), Groups(database)
    await users.admit(BORIS, f"Boris {CANARY}")
    mine = await dialogs.new(Place(BORIS), BORIS, f"title {CANARY}")
    await ask(database, BORIS, mine.id, 1, f"question {CANARY}")
    await groups.add(-5, f"group {CANARY}", BORIS)
    shared = await dialogs.new(Place(-5), BORIS)
    await ask(database, VERA, shared.id, 2, f"a guest's {CANARY}")
    annas = await dialogs.new(Place(ANNA), ANNA)
    await ask(database, ANNA, annas.id, 3, "stays")
    await ask(database, BORIS, annas.id, 4, f"in a dialog of others {CANARY}")
    assert files_with(tmp_path, CANARY), "it was there"

    assert sorted(await users.dialogs_of(BORIS)) == [mine.id, shared.id, annas.id]
    await users.remove(BORIS)

    assert files_with(tmp_path, CANARY) == []
    assert await users.get(BORIS) is None
    assert await groups.get(-5) is None
    last = await Questions(database).last(annas.id)
    assert last is not None and last.text == "stays"


async def test_the_owner_cannot_be_removed(users: Users, database: Database) -> None:
    await Dialogs(database).new(Place(ANNA), ANNA)
    await users.remove(ANNA)
    (size,) = await users.sizes()
    assert (size.user.role, size.dialogs) == ("owner", 1)
