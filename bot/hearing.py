"""Hearing: which messages of a group are meant for the bot. It sees some that are not, and must forget those."""

import re
from collections.abc import Iterable

from aiogram import Router
from aiogram.enums import ContentType
from aiogram.filters import Command
from aiogram.types import Message

from bot.parts import Me

SERVICE = frozenset(
    {
        ContentType.MIGRATE_TO_CHAT_ID,
        ContentType.FORUM_TOPIC_CREATED,
        ContentType.FORUM_TOPIC_EDITED,
        ContentType.FORUM_TOPIC_CLOSED,
        ContentType.FORUM_TOPIC_REOPENED,
    }
)
"""What Telegram tells of a group; nobody's words are in these."""
SAID = frozenset(
    {
        *(ContentType.TEXT, ContentType.PHOTO, ContentType.DOCUMENT, ContentType.VOICE, ContentType.AUDIO),
        *(ContentType.VIDEO, ContentType.VIDEO_NOTE, ContentType.STICKER, ContentType.ANIMATION, ContentType.STORY),
        *(ContentType.CONTACT, ContentType.LOCATION, ContentType.VENUE, ContentType.POLL, ContentType.DICE),
        *(ContentType.CHECKLIST, ContentType.RICH_MESSAGE),
    }
)
"""What a person says, apart from what Telegram tells of a chat."""
COMMAND = re.compile(r"/(?P<name>\w+)(?:@(?P<bot>\w+))?(?:\s|$)")


def is_for_us(message: Message, me: Me, commands: Iterable[str], *, answers_all: bool) -> bool:
    """A command of ours, a mention, a reply to the bot, or anything where the group wants it so."""
    if message.content_type in SERVICE:
        return True
    if is_of_a_program(message):
        return False
    text = message.text or message.caption or ""
    if command := COMMAND.match(text):
        named = (command["bot"] or "").casefold()
        if named or command["name"] in commands:
            return named in ("", me.username.casefold())
    return answers_all or mentions(text, me.username) or is_reply_to(message, me)


def is_of_a_program(message: Message) -> bool:
    """Another bot's message, or a channel's; an admin who hides behind the group's name is a person."""
    sender = message.from_user
    hidden_admin = message.sender_chat is not None and message.sender_chat.id == message.chat.id
    return bool(message.is_automatic_forward) or (sender is not None and sender.is_bot and not hidden_admin)


def mentions(text: str, username: str) -> bool:
    return re.search(rf"(?<!\w)@{re.escape(username)}(?!\w)", text, re.IGNORECASE) is not None


def is_reply_to(message: Message, me: Me) -> bool:
    """In a topic that the bot made, everything seems to reply to the message that announced the topic."""
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created is not None:
        return False
    return replied.from_user is not None and replied.from_user.id == me.id


def commands_of(router: Router) -> frozenset[str]:
    """The commands that a router and those below it know."""
    filters = [
        filter_object.callback
        for below in router.chain_tail
        for handler in below.message.handlers
        for filter_object in handler.filters or []
    ]
    known = [command for found in filters if isinstance(found, Command) for command in found.commands]
    return frozenset(command for command in known if isinstance(command, str))
