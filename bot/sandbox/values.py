"""What a Telegram server remembers, as plain frozen values: users, chats, topics, messages, files.

Nothing here knows about HTTP, JSON for bots or rules; a changed value is a new value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]
"""A JSON object as Telegram would write it."""

ChatKind = Literal["private", "group", "supergroup"]
BotStatus = Literal["member", "administrator", "left", "kicked"]
MediaKind = Literal["photo", "document", "voice", "audio", "video", "animation"]


@dataclass(frozen=True, slots=True)
class User:
    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str = "en"
    is_bot: bool = False

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}" if self.last_name else self.first_name


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation with the bot: one person's private chat, or a group."""

    id: int
    kind: ChatKind
    title: str = ""
    member_ids: tuple[int, ...] = ()
    admin_ids: tuple[int, ...] = ()
    is_forum: bool = False
    has_topics: bool = False
    """Private chats only: topics are switched on here."""
    is_started: bool = True
    """Private chats only: the person has written or pressed Start."""
    is_blocked: bool = False
    bot_status: BotStatus = "member"
    pinned_ids: tuple[int, ...] = ()

    @property
    def is_group(self) -> bool:
        return self.kind != "private"

    @property
    def holds_topics(self) -> bool:
        return self.is_forum or self.has_topics


@dataclass(frozen=True, slots=True)
class Topic:
    chat_id: int
    id: int
    name: str
    icon_color: int
    creator_id: int
    is_name_implicit: bool = False
    is_closed: bool = False
    icon_custom_emoji_id: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of formatted text; offset and length count UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    user_id: int | None = None
    language: str | None = None
    custom_emoji_id: str | None = None
    unix_time: int | None = None
    date_time_format: str | None = None

    @property
    def end(self) -> int:
        return self.offset + self.length


@dataclass(frozen=True, slots=True)
class Button:
    text: str
    data: str | None = None
    url: str | None = None
    copy_text: str | None = None
    style: str | None = None


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Media:
    """A file that a message carries."""

    kind: MediaKind
    file_id: str
    name: str
    mime: str
    size_bytes: int
    width: int = 0
    height: int = 0
    duration_s: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    chat_id: int
    id: int
    sender_id: int
    date: int
    text: str = ""
    """The text, or the caption under a file."""
    entities: tuple[Entity, ...] = ()
    thread_id: int | None = None
    is_topic: bool = False
    edit_date: int | None = None
    reply_to: int | None = None
    quote: str | None = None
    media: Media | None = None
    media_group_id: str | None = None
    keyboard: Keyboard = ()
    reply_markup: Json | None = None
    """A reply keyboard, its removal or a forced reply, as the bot sent it."""
    rich: Json | None = None
    service: Json | None = None
    forwarded_from: int | None = None
    reactions: tuple[tuple[int, str], ...] = ()
    """Pairs of who reacted and with which emoji."""
    client_key: str | None = None
    """Made by the page, so that a repeated send after a broken connection is known again."""

    @property
    def buttons(self) -> list[Button]:
        return [button for row in self.keyboard for button in row]

    @property
    def topic_id(self) -> int | None:
        """The topic it lies in; None outside topics, also for a thread of replies."""
        return self.thread_id if self.is_topic else None


@dataclass(frozen=True, slots=True)
class Draft:
    """A preview of an answer in the making; shown for 30 s and never stored."""

    chat_id: int
    thread_id: int | None
    draft_id: int
    text: str = ""
    entities: tuple[Entity, ...] = ()
    rich: Json | None = None
    can_stop: bool = False
    keep_on_stop: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the bot, as it was answered."""

    method: str
    params: Json
    at: float
    code: int
    description: str = ""

    @property
    def is_ok(self) -> bool:
        return self.code == 200

    @property
    def chat_id(self) -> int | None:
        raw = self.params.get("chat_id")
        return int(raw) if raw is not None and str(raw).lstrip("-").isdigit() else None


@dataclass(frozen=True, slots=True)
class Violation:
    """A 429 that the bot earned by calling too often."""

    method: str
    chat_id: int | None
    retry_after_s: int
    at: float
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What answerCallbackQuery showed to the person who pressed."""

    text: str = ""
    show_alert: bool = False
    url: str | None = None
