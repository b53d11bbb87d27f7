"""The people and groups that a new sandbox starts with, so that there is somebody to be."""

from __future__ import annotations

from bot.sandbox.sandbox import Sandbox

NAMES = {
    "ru": ("Анна", "Борис", "Вера", "Команда", "Друзья"),
    "en": ("Anna", "Boris", "Vera", "Team", "Friends"),
}


def furnish(sandbox: Sandbox, language: str) -> None:
    """Three people with private chats, a forum and a plain group; nothing where there is somebody already.

    The bot is in neither group: it has to be added, as in Telegram.
    """
    if sandbox.people():
        return
    first, second, third, forum, group = NAMES.get(language, NAMES["en"])
    anna = sandbox.person(first, language=language, username="anna")
    boris = sandbox.person(second, language=language, username="boris")
    vera = sandbox.person(third, language=language, username="vera")
    for person in (anna, vera):
        sandbox.private_chat(person, topics=True)
    sandbox.group(forum, [anna, boris], forum=True, with_bot=False)
    sandbox.group(group, [anna, boris, vera], with_bot=False)
