"""What the console says at the start: where the bot is, how its owner gets in, or why it cannot run."""

import errno
import locale
import os
import sqlite3
import sys

from aiogram.exceptions import TelegramUnauthorizedError
from aiogram.utils.token import TokenValidationError

from bot.features.entrance import owner_link
from bot.parts import Parts
from bot.texts import Texts, language_of, texts
from config.settings import BadSettings, Settings
from engine.errors import DatabaseInUse, DatabaseNewer, DiskFull, StorageError


def console_texts(settings: Settings | None = None) -> Texts:
    """Texts in the language of the settings, else of the computer."""
    if settings and settings.bot_language:
        return texts(settings.bot_language)
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return texts(language_of((named or locale.getlocale()[0] or "en").replace("_", "-")))


async def greet(parts: Parts) -> None:
    """The bot works: where it is, and how the owner gets in."""
    say = console_texts(parts.engine.settings)
    print(say("console-running", link=f"https://t.me/{parts.me.username}"), flush=True)
    if link := await owner_link(parts):
        print(say("console-owner-link", link=link), flush=True)


def greet_in_sandbox(settings: Settings, page_url: str) -> None:
    """Where the page is; its first person owns the bot already."""
    print(console_texts(settings)("console-sandbox", link=page_url), flush=True)


def complain(problem: BaseException, settings: Settings | None = None) -> int:
    """Say why the bot cannot run; returns the exit status. Raises what nobody foresaw."""
    for line in complaints(problem, console_texts(settings), settings):
        print(line, file=sys.stderr)
    return 2


def complaints(problem: BaseException, say: Texts, settings: Settings | None) -> list[str]:
    match problem:
        case BadSettings():
            return [
                say("console-bad-setting", name=item.name, value=item.given, allowed=item.allowed)
                for item in problem.problems
            ]
        case TelegramUnauthorizedError() | TokenValidationError():
            return [say("console-bad-token")]
        case DatabaseNewer():
            return [say("console-database-newer", found=problem.found, known=problem.known)]
        case DatabaseInUse() if settings:
            return [say("console-in-use", folder=str(settings.data_dir))]
        case DiskFull():
            return [say("error-disk-full")]
        case StorageError() if settings:
            return [say("console-database", folder=str(settings.data_dir), detail=str(problem))]
        case sqlite3.Error() if settings:
            return [say("console-database", folder=str(settings.sandbox_dir), detail=str(problem))]
        case OSError(errno=errno.EADDRINUSE) if settings:
            return [say("console-port", port=str(settings.sandbox_port))]
        case OSError() if settings:
            return [say("console-folder", detail=str(problem))]
        case _:
            raise problem
