"""Groups: the chats of several people where the bot works, because an admitted user added it."""

from dataclasses import dataclass

from engine.database import Database, Row


@dataclass(frozen=True, slots=True)
class Group:
    """`answers_all`: the bot answers every message, not only those meant for it."""

    chat_id: int
    title: str
    added_by: int
    answers_all: bool


class Groups:
    """All groups."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, chat_id: int) -> Group | None:
        row = await self._database.one("SELECT * FROM groups WHERE chat_id = ?", chat_id)
        return group_of(row) if row else None

    async def all(self) -> list[Group]:
        return [group_of(row) for row in await self._database.all("SELECT * FROM groups ORDER BY title")]

    async def of(self, user_id: int) -> list[Group]:
        """The groups that a person let the bot into."""
        rows = await self._database.all("SELECT * FROM groups WHERE added_by = ? ORDER BY title", user_id)
        return [group_of(row) for row in rows]

    async def dialogs_of(self, chat_id: int) -> list[int]:
        """Ids of all dialogs of a group."""
        return [row["id"] for row in await self._database.all("SELECT id FROM dialogs WHERE chat_id = ?", chat_id)]

    async def add(self, chat_id: int, title: str, added_by: int) -> bool:
        """Let the bot work in a group; False if it did: whoever let it in first stays answerable for it."""
        sql = "INSERT INTO groups (chat_id, title, added_by) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        return await self._database.write(sql, chat_id, title, added_by) > 0

    async def remove(self, chat_id: int) -> None:
        """The bot was taken out: the group's dialogs go too."""
        async with self._database.transaction() as transaction:
            await transaction.execute("DELETE FROM dialogs WHERE chat_id = ?", chat_id)
            await transaction.execute("DELETE FROM groups WHERE chat_id = ?", chat_id)
        await self._database.forget()

    async def set_answers_all(self, chat_id: int, answers_all: bool) -> None:
        await self._database.write("UPDATE groups SET answers_all = ? WHERE chat_id = ?", answers_all, chat_id)

    async def move(self, old_chat_id: int, new_chat_id: int) -> None:
        """The group became a supergroup and got another id; its old messages stay behind in the old chat.

        Message ids begin anew there, so questions keep the old chat with theirs, and answers get new messages.
        """
        async with self._database.transaction() as transaction:
            if not await transaction.one("SELECT 1 FROM groups WHERE chat_id = ?", old_chat_id):
                return
            await transaction.execute("DELETE FROM groups WHERE chat_id = ?", new_chat_id)
            for table in ("groups", "dialogs"):
                await transaction.execute(f"UPDATE {table} SET chat_id = ? WHERE chat_id = ?", new_chat_id, old_chat_id)
            await transaction.execute("DELETE FROM current_dialogs WHERE chat_id = ?", new_chat_id)
            sql = "UPDATE current_dialogs SET chat_id = ? WHERE chat_id = ?"
            await transaction.execute(sql, new_chat_id, old_chat_id)
            sql = "UPDATE deliveries SET chat_id = ?, message_ids = '[]' WHERE chat_id = ?"
            await transaction.execute(sql, new_chat_id, old_chat_id)


def group_of(row: Row) -> Group:
    return Group(row["chat_id"], row["title"], row["added_by"], bool(row["answers_all"]))
