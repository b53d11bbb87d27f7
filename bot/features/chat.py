"""Chat: a text becomes a question; an edited one changes it.

The question is stored first. A dialog without a model gets the picker under it; otherwise the answer begins.
"""

import re

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command, CommandObject
from aiogram.methods import CreateForumTopic, EditForumTopic
from aiogram.types import Message

from bot.here import is_outside, owner_of
from bot.parts import Parts
from bot.replies import say
from bot.texts import Texts
from engine.dialogs import Dialog, Place, title_from
from engine.questions import Part
from engine.users import User

router = Router(name="chat")

COMMAND = r"^/\w+(@\w+)?(\s|$)"
ASK = re.compile(r"^/ask(@\w+)?\s+")
LONG_PART_LENGTH = 3900
"""A message this long may be one part of a paste that Telegram has cut at 4096."""
HOLD_S = 1.5


@router.message(Command("ask"))
async def on_ask(
    message: Message, command: CommandObject, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """`/ask question`: for groups, where the bot does not hear everything."""
    if not command.args:
        await say(parts, place, texts("ask-empty"))
        return
    await ask(message, command.args, parts, user, place)


@router.message(F.text & ~F.text.regexp(COMMAND))
async def on_text(message: Message, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    """Anything that is not a command is a question; a mention of the bot in it is not a part of it."""
    text = without_mention(message.text or "", parts.me.username)
    if not text:
        await say(parts, place, texts("ask-nothing"))
        return
    await ask(message, text, parts, user, place)


@router.edited_message(F.text)
async def on_edit(message: Message, parts: Parts, place: Place) -> None:
    """An edited question of which nothing was answered yet is asked as it is now; else it is only remembered so."""
    text = without_mention(ASK.sub("", message.text or ""), parts.me.username) or message.text or ""
    question = await parts.engine.questions.edit(Part(place.chat_id, message.message_id, text))
    run = parts.engine.runs.of(question.dialog_id) if question else None
    if question and run and run.question_id == question.id and not run.said:
        await parts.engine.questions.set_state(question.id, "waiting", only_from=("running",))
        run.stop("joined")


async def ask(message: Message, text: str, parts: Parts, user: User, place: Place) -> None:
    """Store the question, then see to its answer."""
    dialog = await dialog_for(message, text, parts, user, place)
    run = parts.engine.runs.of(dialog.id)
    joins = run is not None and run.is_fresh and run.author_id == user.id
    part = Part(place.chat_id, message.message_id, text)
    question = await parts.engine.questions.add(dialog.id, user.id, part, join_running=joins)
    if question is None:
        return  # Telegram sent it twice
    if not dialog.title:
        await name_dialog(parts, dialog, title_from(text))
    if joins and run is not None and run.question_id == question.id:
        run.stop("joined")
    parts.live.wake(dialog.id, HOLD_S if len(text) >= LONG_PART_LENGTH else 0.0)


async def dialog_for(message: Message, text: str, parts: Parts, user: User, place: Place) -> Dialog:
    """The dialog that a message belongs to: that of the answer it replies to, else that of its place.

    Outside the topics of a private chat a new topic begins, with the model that was chosen out there.
    """
    if place.thread_id is None and (dialog := await dialog_replied_to(message, parts, place)):
        await parts.engine.dialogs.switch(dialog)
        return dialog
    model_id = user.preferences.model_id
    if is_outside(parts, place):
        outside = await parts.engine.dialogs.at(place)
        model_id = outside.model_id if outside and outside.model_id and not outside.stands_in else model_id
        place = await new_topic(parts, place, title_from(text))
    return await parts.engine.dialogs.open(place, await owner_of(parts, user, place), model_id)


async def dialog_replied_to(message: Message, parts: Parts, place: Place) -> Dialog | None:
    """In a chat without topics, a reply to an old question or answer goes on with its dialog."""
    replied = message.reply_to_message
    if replied is None:
        return None
    question_id = await parts.deliveries.question_of(place.chat_id, replied.message_id)
    if question_id is None:
        question = await parts.engine.questions.of_message(place.chat_id, replied.message_id)
    else:
        question = await parts.engine.questions.here(question_id, place.chat_id)
    return await parts.engine.dialogs.here(question.dialog_id, place.chat_id) if question else None


async def name_dialog(parts: Parts, dialog: Dialog, title: str) -> None:
    """The first question gives the dialog its title, and a private topic its name."""
    await parts.engine.dialogs.rename(dialog.id, title, "question")
    chat_id, thread_id = dialog.place.chat_id, dialog.place.thread_id
    if thread_id is not None and chat_id > 0 and title:
        rename = EditForumTopic(chat_id=chat_id, message_thread_id=thread_id, name=title)
        parts.outbox.start(parts.outbox.attempt(chat_id, rename))


async def new_topic(parts: Parts, place: Place, title: str) -> Place:
    """A topic for a dialog that begins outside of any; where the person has switched topics off, the chat itself."""
    try:
        topic = await parts.outbox.call(place.chat_id, CreateForumTopic(chat_id=place.chat_id, name=title or "…"))
    except TelegramBadRequest:
        return place
    return Place(place.chat_id, topic.message_thread_id)


def without_mention(text: str, username: str) -> str:
    """The text without `@bot` at its beginning or end; "" if that is all there is."""
    mention = f"@{username}".casefold()
    stripped = text.strip()
    if stripped.casefold().startswith(mention):
        stripped = stripped[len(mention) :].lstrip(" ,:")
    if stripped.casefold().endswith(mention):
        stripped = stripped[: -len(mention)].rstrip()
    return stripped
