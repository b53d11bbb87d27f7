"""People: who may enter, in which language, with which habits; invites and places.

Ids are Telegram's, but nothing here talks to Telegram.
"""

import json
import secrets
import time
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from config.settings import Language
from engine.database import Database, Row, Transaction
from engine.errors import InviteSpent, NoPlacesLeft

OWNED = "(owner_id = ? OR chat_id IN (SELECT chat_id FROM groups WHERE added_by = ?))"
"""Dialogs that are a person's, also through the groups they added."""

Role = Literal["owner", "member", "asking", "refused", "guest"]
"""A guest is somebody who never asked; only the other roles are stored."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """Habits of a person, in all their dialogs.

    `streaming`: the answer grows by edits of a message or by Telegram's drafts; `rich`: finished answers go as
    rich messages; `model_id`: what new dialogs start with.
    """

    streaming: Literal["edits", "drafts"] = "edits"
    rich: bool = False
    model_id: int | None = None


PREFERENCE_NAMES = frozenset(field.name for field in fields(Preferences))


@dataclass(frozen=True, slots=True)
class User:
    """`language` is what the person chose, `client_language` the code their Telegram client tells."""

    id: int
    name: str
    role: Role
    language: Language | None
    client_language: str | None
    preferences: Preferences

    @property
    def admitted(self) -> bool:
        return self.role in ("owner", "member")


@dataclass(frozen=True, slots=True)
class UserSize:
    """What the owner may know of a person: counts and sizes, never words."""

    user: User
    dialogs: int
    questions: int
    text_bytes: int


@dataclass(frozen=True, slots=True)
class Invite:
    """An invite that still lets somebody in; `expires_at` is a Unix time, None for never."""

    uses_left: int
    expires_at: float | None


class Users:
    """Everybody who ever asked to come in; `places` counts the owner too."""

    def __init__(self, database: Database, places: int) -> None:
        self._database = database
        self.places = places

    async def get(self, user_id: int) -> User | None:
        row = await self._database.one("SELECT * FROM users WHERE id = ?", user_id)
        return user_of(row) if row else None

    async def owner(self) -> User | None:
        row = await self._database.one("SELECT * FROM users WHERE role = 'owner'")
        return user_of(row) if row else None

    async def all(self) -> list[User]:
        return [user_of(row) for row in await self._database.all("SELECT * FROM users ORDER BY created_at")]

    async def places_left(self) -> int:
        row = await self._database.one("SELECT count(*) FROM users WHERE role IN ('owner', 'member')")
        return max(0, self.places - (row[0] if row else 0))

    async def sizes(self) -> list[UserSize]:
        """Everybody with counts and sizes of what they keep here: first who asks, then who is in."""
        rows = await self._database.all(
            """SELECT users.*,
                      (SELECT count(*) FROM dialogs WHERE owner_id = users.id) AS dialogs,
                      (SELECT count(*) FROM questions WHERE author_id = users.id) AS questions,
                      (SELECT coalesce(sum(length(CAST(part.text AS BLOB))), 0)
                         FROM question_parts AS part JOIN questions ON questions.id = part.question_id
                        WHERE questions.author_id = users.id)
                    + (SELECT coalesce(sum(length(CAST(answers.text AS BLOB))), 0)
                         FROM answers JOIN questions ON questions.id = answers.question_id
                        WHERE questions.author_id = users.id) AS text_bytes
                 FROM users ORDER BY role = 'asking' DESC, role = 'refused', created_at"""
        )
        return [UserSize(user_of(row), row["dialogs"], row["questions"], row["text_bytes"]) for row in rows]

    async def dialogs_of(self, user_id: int) -> list[int]:
        """Dialogs that a removal of this person would touch: their own, those of their groups, those they asked in."""
        rows = await self._database.all(
            f"SELECT id FROM dialogs WHERE {OWNED} UNION SELECT dialog_id FROM questions WHERE author_id = ?",
            *(user_id, user_id, user_id),
        )
        return [row["id"] for row in rows]

    async def ask(self, user_id: int, name: str, client_language: str | None = None) -> bool:
        """Note that somebody asks for access; False if they had asked, or were refused, before."""
        return (
            await self._database.write(
                "INSERT INTO users (id, name, role, client_language, created_at) VALUES (?, ?, 'asking', ?, ?)"
                " ON CONFLICT DO NOTHING",
                *(user_id, name, client_language, time.time()),
            )
            > 0
        )

    async def make_owner(self, user_id: int, name: str) -> User:
        """Admit the owner; the one before, if it was somebody else, stays as a member."""
        async with self._database.transaction() as transaction:
            await transaction.execute("UPDATE users SET role = 'member' WHERE role = 'owner' AND id != ?", user_id)
            await transaction.execute("DELETE FROM invites WHERE kind = 'owner'")
            return await put(transaction, user_id, name, "owner")

    async def admit(self, user_id: int, name: str) -> User:
        """Let somebody in; raises NoPlacesLeft."""
        async with self._database.transaction() as transaction:
            return await self._admit(transaction, user_id, name)

    async def refuse(self, user_id: int) -> None:
        await self._database.write("UPDATE users SET role = 'refused' WHERE id = ? AND role = 'asking'", user_id)

    async def remove(self, user_id: int) -> None:
        """Forget a person, their dialogs, the groups they added, and what they asked elsewhere; never the owner."""
        async with self._database.transaction() as transaction:
            if await transaction.one("SELECT 1 FROM users WHERE id = ? AND role = 'owner'", user_id):
                return
            await transaction.execute(f"DELETE FROM dialogs WHERE {OWNED}", user_id, user_id)
            await transaction.execute("DELETE FROM users WHERE id = ?", user_id)
            await transaction.execute("DELETE FROM questions WHERE author_id = ?", user_id)
        await self._database.forget()

    async def set_language(self, user_id: int, language: Language) -> None:
        await self._database.write("UPDATE users SET language = ? WHERE id = ?", language, user_id)

    async def seen(self, user: User, name: str, client_language: str | None) -> User:
        """Note a changed name or client language; costs nothing while they stay the same."""
        if (user.name, user.client_language) == (name, client_language):
            return user
        sql = "UPDATE users SET name = ?, client_language = ? WHERE id = ?"
        await self._database.write(sql, name, client_language, user.id)
        return replace(user, name=name, client_language=client_language)

    async def set_preferences(self, user: User, **changes: Any) -> User:
        """Change some Preferences by name; returns the user as it is now."""
        preferences = replace(user.preferences, **changes)
        sql = "UPDATE users SET preferences = ? WHERE id = ?"
        await self._database.write(sql, json.dumps(asdict(preferences)), user.id)
        return replace(user, preferences=preferences)

    async def invite(self, uses: int, expires_at: float | None, kind: Literal["owner", "member"] = "member") -> str:
        """Make an invite; returns the code that a link carries. `expires_at` is a Unix time."""
        code = secrets.token_urlsafe(16)
        async with self._database.transaction() as transaction:
            await transaction.execute("DELETE FROM invites WHERE uses_left < 1 OR expires_at < ?", time.time())
            if kind == "owner":  # only the link of the latest start is good
                await transaction.execute("DELETE FROM invites WHERE kind = 'owner'")
            sql = "INSERT INTO invites (code, kind, uses_left, expires_at) VALUES (?, ?, ?, ?)"
            await transaction.execute(sql, code, kind, uses, expires_at)
        return code

    async def accept(self, code: str, user_id: int, name: str) -> User:
        """Come in by an invite; raises InviteSpent or NoPlacesLeft. Using it twice costs one use only."""
        async with self._database.transaction() as transaction:
            row = await transaction.one(
                "SELECT * FROM invites WHERE code = ? AND uses_left > 0 AND coalesce(expires_at > ?, TRUE)",
                code,
                time.time(),
            )
            if row is None:
                raise InviteSpent
            known = await transaction.one("SELECT * FROM users WHERE id = ?", user_id)
            if row["kind"] == "member" and known and user_of(known).admitted:
                return user_of(known)
            await transaction.execute("UPDATE invites SET uses_left = uses_left - 1 WHERE code = ?", code)
            if row["kind"] == "owner":
                if await transaction.one("SELECT 1 FROM users WHERE role = 'owner'"):
                    raise InviteSpent
                return await put(transaction, user_id, name, "owner")
            return await self._admit(transaction, user_id, name)

    async def open_invites(self) -> list[Invite]:
        rows = await self._database.all(
            "SELECT * FROM invites WHERE kind = 'member' AND uses_left > 0 AND coalesce(expires_at > ?, TRUE)"
            " ORDER BY expires_at",
            time.time(),
        )
        return [Invite(row["uses_left"], row["expires_at"]) for row in rows]

    async def drop_invites(self) -> int:
        """Make every invite void; returns how many were still open."""
        count = len(await self.open_invites())
        await self._database.write("DELETE FROM invites WHERE kind = 'member'")
        return count

    async def _admit(self, transaction: Transaction, user_id: int, name: str) -> User:
        taken = await transaction.one(
            "SELECT count(*) FROM users WHERE role IN ('owner', 'member') AND id != ?", user_id
        )
        if taken is not None and taken[0] >= self.places:
            raise NoPlacesLeft(self.places)
        return await put(transaction, user_id, name, "member")


async def put(transaction: Transaction, user_id: int, name: str, role: Role) -> User:
    await transaction.execute(
        """INSERT INTO users (id, name, role, created_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET name = excluded.name,
              role = CASE WHEN role = 'owner' THEN role ELSE excluded.role END""",
        user_id,
        name,
        role,
        time.time(),
    )
    row = await transaction.one("SELECT * FROM users WHERE id = ?", user_id)
    assert row is not None
    return user_of(row)


def user_of(row: Row) -> User:
    stored = json.loads(row["preferences"])
    preferences = Preferences(**{name: stored[name] for name in PREFERENCE_NAMES & stored.keys()})
    return User(row["id"], row["name"], row["role"], row["language"], row["client_language"], preferences)
