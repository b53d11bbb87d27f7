"""Language: /lang. It acts at once, on the menu of commands too."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.buttons import button, keyboard
from bot.commands import announce_to
from bot.menus import Menu, View, back
from bot.parts import Parts
from bot.replies import change, say, toast
from bot.texts import LANGUAGES, Texts
from bot.texts import texts as texts_in
from config.settings import Language
from engine.dialogs import Place
from engine.users import User

router = Router(name="language")

NAMES: dict[Language, str] = {"ru": "Русский", "en": "English"}


class Speak(CallbackData, prefix="lang"):
    """A language was chosen."""

    language: Language


@router.message(Command("lang"))
async def on_lang(
    message: Message, command: CommandObject, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """`/lang` offers the languages, `/lang ru` chooses one."""
    words = (command.args or "").strip()
    chosen = language_named(words)
    if not words:
        await say(parts, place, *language_view(texts))
    elif chosen is None:
        await say(parts, place, texts("language-unknown", words=words[:40]))
    elif not user.admitted:
        await say(parts, place, texts("members-only"))
    else:
        await say(parts, place, await speak(parts, user, chosen))


@router.callback_query(Menu.filter(F.screen == "language"))
async def on_menu(callback: CallbackQuery, parts: Parts, texts: Texts) -> None:
    await toast(parts, callback)
    await change(parts, callback, *language_view(texts))


@router.callback_query(Speak.filter())
async def on_choice(callback: CallbackQuery, callback_data: Speak, parts: Parts, user: User, texts: Texts) -> None:
    if not user.admitted:
        await toast(parts, callback, texts("members-only"), alert=True)
        return
    done = await speak(parts, user, callback_data.language)
    await toast(parts, callback, done)
    await change(parts, callback, *language_view(texts_in(callback_data.language)))


async def speak(parts: Parts, user: User, language: Language) -> str:
    """Speak this language with a person from now on; returns the first words in it."""
    await parts.engine.users.set_language(user.id, language)
    await announce_to(parts, user, language)
    return texts_in(language)("language-set")


def language_named(words: str) -> Language | None:
    """The language by its code or name."""
    wanted = words.casefold()
    return next((code for code in LANGUAGES if wanted in (code, NAMES[code].casefold())), None)


def language_view(texts: Texts) -> View:
    buttons = [
        button(("✓ " if code == texts.language else "") + NAMES[code], Speak(language=code)) for code in LANGUAGES
    ]
    return texts("language-head"), keyboard(buttons, back(texts, Menu(screen="start")))
