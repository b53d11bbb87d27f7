"""The commands menu: which commands Telegram offers to whom, in both languages."""

from aiogram.methods import SetMyCommands, SetMyDescription, SetMyShortDescription
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)

from bot import owner
from bot.parts import Parts
from bot.people import language_for
from bot.texts import Texts, texts
from config.settings import Language
from engine.users import User

PRIVATE = (
    "new",
    "model",
    "mode",
    "pipe",
    "models",
    "dialogs",
    "steps",
    "history",
    "settings",
    "stop",
    "retry",
    "duel",
    "system",
    "rename",
    "clear",
    "delete",
    "export",
    "lang",
    "help",
)
GROUP = (
    "ask",
    "all",
    "new",
    "model",
    "mode",
    "pipe",
    "dialogs",
    "steps",
    "history",
    "settings",
    "stop",
    "retry",
    "duel",
    "system",
    "rename",
    "clear",
    "export",
    "help",
)
OWNER = owner.COMMANDS
UNLISTED = ("start", "set", "models", "all", "chats", "reset", "cancel", "regenerate")
"""These work too: aliases that people know, and what is easier to type than to find."""
KNOWN = tuple(dict.fromkeys((*PRIVATE, *GROUP, *OWNER, *UNLISTED)))


async def announce_commands(parts: Parts) -> None:
    """Tell Telegram what there is, for everybody and for those who see something of their own; failures do no harm."""
    announced: tuple[tuple[Language, str | None], ...] = (("en", None), ("ru", "ru"))
    for language, code in announced:
        words = texts(language)
        private, group = BotCommandScopeAllPrivateChats(), BotCommandScopeAllGroupChats()
        await parts.outbox.tell(SetMyCommands(commands=listed(PRIVATE, words), scope=private, language_code=code))
        await parts.outbox.tell(SetMyCommands(commands=listed(GROUP, words), scope=group, language_code=code))
        await parts.outbox.tell(SetMyDescription(description=words("bot-description"), language_code=code))
        short = words("bot-short-description")
        await parts.outbox.tell(SetMyShortDescription(short_description=short, language_code=code))
    for user in await parts.engine.users.all():
        if user.role == "owner" or (user.admitted and user.language):
            await announce_to(parts, user, language_for(user, parts.engine.settings))


async def announce_to(parts: Parts, user: User, language: Language) -> None:
    """The menu of one person, in the language they chose."""
    names = (*PRIVATE, *OWNER) if user.role == "owner" else PRIVATE
    scope = BotCommandScopeChat(chat_id=user.id)
    await parts.outbox.tell(SetMyCommands(commands=listed(names, texts(language)), scope=scope))


def listed(names: tuple[str, ...], words: Texts) -> list[BotCommand]:
    return [BotCommand(command=name, description=words(f"command-{name}")) for name in names]
