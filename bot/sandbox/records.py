"""Values to text and back, for the store: one line of JSON a record.

A record of a kind that is not known is left alone: it may come from a newer version.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from bot.sandbox.store import Store
from bot.sandbox.values import Chat, Json, Media, Message, Topic, User


@dataclass(frozen=True, slots=True)
class Setting:
    """A named fact about the server or the bot: a counter, a text, the webhook, commands of a scope."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class PendingUpdate:
    """An update that the bot has not confirmed yet."""

    update_id: int
    kind: str
    payload: Json
    at: float


@dataclass(frozen=True, slots=True)
class ReadMark:
    """How far a person has read in a chat or a topic of it (0: outside topics)."""

    user_id: int
    chat_id: int
    thread_id: int
    message_id: int


Record = User | Chat | Topic | Message | Media | Setting | PendingUpdate | ReadMark
TYPES: dict[str, type[Record]] = {
    "user": User,
    "chat": Chat,
    "topic": Topic,
    "message": Message,
    "media": Media,
    "setting": Setting,
    "update": PendingUpdate,
    "read": ReadMark,
}


class Records:
    """Typed access to the store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._kinds = {value: kind for kind, value in TYPES.items()}
        self._adapters = {kind: TypeAdapter[Record](value) for kind, value in TYPES.items()}

    def put(self, record: Record) -> None:
        if self.store.keeps:
            kind = self._kinds[type(record)]
            self.store.put(kind, _key(record), self._adapters[kind].dump_json(record).decode())

    def drop(self, record: Record) -> None:
        self.store.drop(self._kinds[type(record)], _key(record))

    def load(self) -> Iterator[Record]:
        for kind, _, body in self.store.everything():
            if adapter := self._adapters.get(kind):
                yield adapter.validate_json(body)


def _key(record: Record) -> str:
    match record:
        case User() | Chat():
            return str(record.id)
        case Topic() | Message():
            return f"{record.chat_id}/{record.id}"
        case Media():
            return record.file_id
        case Setting():
            return record.name
        case PendingUpdate():
            return str(record.update_id)
        case ReadMark():
            return f"{record.user_id}/{record.chat_id}/{record.thread_id}"
