"""Help: all commands, then what there is to know by topics, and a way to ask the guide. `/help words` finds topics."""

from collections.abc import Sequence

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message

from bot.buttons import button, keyboard
from bot.commands import GROUP, OWNER, PRIVATE
from bot.dialog_views import SHOWN_WORDS
from bot.features.dialogs import fresh_place, has_topics
from bot.features.start import next_step
from bot.guide import SECTIONS, TOPICS, answer, title
from bot.here import owner_of
from bot.menus import Menu, View, back
from bot.parts import Parts
from bot.replies import change, say, toast
from bot.texts import Texts
from engine.dialogs import Place
from engine.users import User

router = Router(name="help")

STEM_LENGTH = 5
"""So much of a word must be found: its end is different in each sentence."""
MOST_FOUND = 12


class Help(CallbackData, prefix="help"):
    """All sections, one of them, or one topic."""

    section: str = ""
    topic: str = ""


@router.message(Command("help"))
async def on_help(
    message: Message, command: CommandObject, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    words = (command.args or "").strip()
    view = found_view(words, texts) if words else help_view(parts, user, texts, place)
    await say(parts, place, *view)


@router.callback_query(Menu.filter(F.screen == "help"))
async def on_help_button(callback: CallbackQuery, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    await toast(parts, callback)
    await change(parts, callback, *help_view(parts, user, texts, place))


@router.callback_query(Help.filter())
async def on_topics(callback: CallbackQuery, callback_data: Help, parts: Parts, texts: Texts) -> None:
    """Buttons of an earlier version may name what is not there any more: then all sections are shown."""
    await toast(parts, callback)
    if callback_data.topic in TOPICS:
        view = topic_view(callback_data.topic, texts)
    elif callback_data.section in SECTIONS:
        view = section_view(callback_data.section, texts)
    else:
        view = sections_view(texts)
    await change(parts, callback, *view)


@router.callback_query(Menu.filter(F.screen == "guide"))
async def on_ask_guide(callback: CallbackQuery, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    """A dialog of its own, in which the guide answers whatever other models there are."""
    guide = parts.engine.catalogue.guide()
    await toast(parts, callback, texts("model-gone") if guide is None else None, alert=guide is None)
    if guide is None:
        return
    name = texts("guide-name")
    chat = callback.message.chat if callback.message else None
    fresh = await fresh_place(parts, place, name, forum=has_topics(parts, chat))
    if fresh is None:
        await say(parts, place, texts("new-topic-refused"))
        return
    await parts.engine.dialogs.new(fresh, await owner_of(parts, user, place), name, guide.id)
    if fresh.thread_id is not None:
        await say(parts, place, texts("new-topic-made", title=name))
    await say(parts, fresh, answer("hello", texts))


def help_view(parts: Parts, user: User, texts: Texts, place: Place) -> View:
    """The next step, then all commands in a line each, and the ways to know more."""
    names = PRIVATE if place.chat_id > 0 else GROUP
    if user.role == "owner" and place.chat_id > 0:
        names = (*names, *OWNER)
    lines = [f"/{name} – {texts(f'command-{name}')}" for name in names]
    text = "\n\n".join([texts("help-head"), next_step(parts, user, texts), "\n".join(lines)])
    ask = [button(texts("button-guide"), Menu(screen="guide"))] if parts.engine.catalogue.guide() else []
    topics = button(texts("button-help-topics"), Help())
    return text, keyboard([topics, *ask], back(texts, Menu(screen="start")))


def sections_view(texts: Texts) -> View:
    rows = [[button(texts(f"help-section-{name}"), Help(section=name))] for name in SECTIONS]
    return texts("help-topics-head"), keyboard(*rows, back(texts, Menu(screen="help")))


def section_view(section: str, texts: Texts) -> View:
    return texts(f"help-section-{section}"), keyboard(*topic_rows(SECTIONS[section], texts), back(texts, Help()))


def topic_view(topic: str, texts: Texts) -> View:
    section = next(name for name, topics in SECTIONS.items() if topic in topics)
    return f"{title(topic, texts)}\n\n{answer(topic, texts)}", keyboard(back(texts, Help(section=section)))


def found_view(words: str, texts: Texts) -> View:
    """The one topic that has all the words, or those to choose from."""
    found = topics_with(words, texts)
    if len(found) == 1:
        return topic_view(found[0], texts)
    if not found:
        _, markup = sections_view(texts)
        return texts("help-none-found", words=words[:SHOWN_WORDS]), markup
    return texts("help-found", words=words[:SHOWN_WORDS]), keyboard(*topic_rows(found, texts), back(texts, Help()))


def topic_rows(topics: Sequence[str], texts: Texts) -> list[list[InlineKeyboardButton]]:
    return [[button(title(topic, texts), Help(topic=topic))] for topic in topics]


def topics_with(words: str, texts: Texts) -> list[str]:
    """Topics with all the words in title or answer, those with them in the title first."""
    stems = [word[:STEM_LENGTH] for word in words.casefold().lstrip("/").split()]
    titled = [topic for topic in TOPICS if all(stem in title(topic, texts).casefold() for stem in stems)]
    told = [topic for topic in TOPICS if all(stem in answer(topic, texts).casefold() for stem in stems)]
    return list(dict.fromkeys([*titled, *told]))[:MOST_FOUND]
