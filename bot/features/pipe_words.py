"""What has to be written for a pipeline: names, prompts, templates, values of one's own.

A button asks by a message that wants a reply; the reply, or a text file as one, is put where it belongs, and the
editor goes on below it.
"""

from dataclasses import replace

from aiogram import F, Router
from aiogram.methods import DeleteMessages, SendMessage
from aiogram.types import CallbackQuery, ForceReply, Message, MessageEntity, ReplyParameters
from aiogram.types import User as Person

from bot.files import downloaded
from bot.markdown import utf16_len
from bot.menus import View
from bot.parts import Parts
from bot.pipes.asked import Asked, Asking, Target
from bot.pipes.desk import Desk, Stored, stored
from bot.pipes.merge_views import FIRST_TEMPLATE, merge_view
from bot.pipes.opening import Moved, looked, owned
from bot.pipes.param_views import OWN_VALUE, param_kinds, param_view
from bot.pipes.stage_views import prompt_view, stage_view
from bot.pipes.taps import InStage, Param, Pipe
from bot.pipes.views import more_view
from bot.pipes.writing import NoWords, TooLong, with_words
from bot.replies import say, toast
from bot.texts import Texts
from config.pipeline import MAX_NAME, MAX_PROMPT
from engine.dialogs import Place
from engine.users import User

router = Router(name="pipe_words")

FILE_LIMIT_BYTES = 4 * MAX_PROMPT


async def is_asked_for(message: Message, parts: Parts, user: User) -> bool | dict[str, Asking]:
    """A filter: a reply to the message that asked this person for words."""
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.from_user.id != parts.me.id:
        return False
    asking = await Asked(parts.engine.database).get(message.chat.id, user.id)
    return {"asking": asking} if asking is not None and asking.message_id == replied.message_id else False


@router.message(F.text, is_asked_for)
async def on_words(message: Message, asking: Asking, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    await take_in(Desk(parts, user, texts, place), message, asking, message.text or "")


@router.message(F.document, is_asked_for)
async def on_file(message: Message, asking: Asking, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    """A prompt longer than a message comes as a text file."""
    assert message.document is not None
    content = await downloaded(parts, message.document, FILE_LIMIT_BYTES)
    try:
        text = content.decode("utf-8-sig") if content is not None else None
    except UnicodeDecodeError:
        text = None
    if text is None:
        await say(parts, place, texts("words-file", most=MAX_PROMPT))
        return
    await take_in(Desk(parts, user, texts, place), message, asking, text)


@router.callback_query(Pipe.filter(F.act == "rename"))
async def on_rename(
    callback: CallbackQuery, callback_data: Pipe, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    desk = Desk(parts, user, texts, place)
    found = await owned(desk, callback, callback_data.pipe)
    if found is not None:
        await toast(parts, callback)
        await ask(desk, callback, Target("pipeline", found.id), texts("words-pipeline", most=MAX_NAME))


@router.callback_query(InStage.filter(F.act.in_({"name", "prompt", "mergeas", "template"})))
async def on_write(
    callback: CallbackQuery, callback_data: InStage, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """A name, a prompt or a template is to be written."""
    desk = Desk(parts, user, texts, place)
    tap = callback_data
    if await looked(desk, callback, tap) is None:
        return
    await toast(parts, callback)
    target = Target("stage", tap.pipe, tap.stage, tap.voice, tap.mark)
    match tap.act:
        case "name":
            await ask(desk, callback, target, texts("words-stage", most=MAX_NAME))
        case "prompt":
            await ask(desk, callback, replace(target, what="prompt"), texts("words-prompt", most=MAX_PROMPT))
        case "mergeas":
            await ask(desk, callback, replace(target, what="merge"), texts("words-merge", most=MAX_PROMPT))
        case _:
            await ask(
                desk, callback, replace(target, what="template"), f"{texts('words-template')}\n\n{FIRST_TEMPLATE}"
            )


@router.callback_query(Param.filter(F.value == OWN_VALUE))
async def on_own_value(
    callback: CallbackQuery, callback_data: Param, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    desk = Desk(parts, user, texts, place)
    tap = callback_data
    kind = param_kinds(tap.voice).get(tap.key)
    found = await looked(desk, callback, tap)
    if found is None:
        return
    await toast(parts, callback)
    if kind is None:
        return
    target = Target("param", tap.pipe, tap.stage, tap.voice, tap.mark, tap.key)
    text = texts("words-param", key=tap.key, allowed=kind.allowed, example=kind.example)
    await ask(desk, callback, target, text)


async def ask(desk: Desk, callback: CallbackQuery, target: Target, text: str) -> None:
    """Send the message that wants a reply; the one that asked before goes."""
    parts, chat_id = desk.parts, desk.place.chat_id
    asked = Asked(parts.engine.database)
    before = await asked.get(chat_id, desk.user.id)
    wish = ForceReply(force_reply=True, selective=chat_id < 0)
    named = mention(desk.user) if chat_id < 0 else ("", [])  # selective: those who are named in the text
    screen_id = callback.message.message_id if callback.message else None
    reply_to = ReplyParameters(message_id=screen_id, allow_sending_without_reply=True) if screen_id else None
    method = SendMessage(
        chat_id=chat_id,
        message_thread_id=desk.place.thread_id,
        text=named[0] + text,
        entities=named[1],
        reply_markup=wish,
        reply_parameters=reply_to,
    )
    sent = await parts.outbox.call(chat_id, method)
    await asked.put(chat_id, desk.user.id, Asking(target, sent.message_id, screen_id))
    if before is not None:
        await parts.outbox.attempt(chat_id, DeleteMessages(chat_id=chat_id, message_ids=[before.message_id]))


def mention(user: User) -> tuple[str, list[MessageEntity]]:
    """The person's name, and what makes it a mention."""
    name = user.name or str(user.id)
    person = Person(id=user.id, is_bot=False, first_name=name)
    return f"{name}: ", [MessageEntity(type="text_mention", offset=0, length=utf16_len(name), user=person)]


async def take_in(desk: Desk, message: Message, asking: Asking, text: str) -> None:
    """Put the words where they belong; what cannot be is said, and may be sent again."""
    parts, target = desk.parts, asking.target
    try:
        saved = await parts.engine.pipelines.edit(
            target.pipe, desk.user.id, lambda known: with_words(known, target, text)
        )
    except TooLong as refusal:
        await say(parts, desk.place, desk.texts("words-too-long", length=len(text.strip()), most=refusal.most))
        return
    except NoWords:
        await say(parts, desk.place, desk.texts("words-nothing"))
        return
    except Moved:
        saved = await parts.engine.pipelines.get(target.pipe)
        await say(parts, desk.place, desk.texts("pipe-moved"))
    await Asked(parts.engine.database).drop(message.chat.id, desk.user.id)
    gone = [known for known in (asking.message_id, asking.screen_id) if known is not None]
    if saved is None:
        await say(parts, desk.place, desk.texts("pipe-gone"))
    else:
        await say(parts, desk.place, *await view_after(desk, stored(saved), target))
    await parts.outbox.attempt(message.chat.id, DeleteMessages(chat_id=message.chat.id, message_ids=gone))


async def view_after(desk: Desk, found: Stored, target: Target) -> View:
    """The screen that shows what was written; the pipeline may have become shorter since."""
    if target.what == "pipeline" or target.stage >= len(found.pipeline.stages):
        return more_view(desk, found)
    match target.what:
        case "stage":
            return await stage_view(desk, found, target.stage)
        case "prompt":
            return prompt_view(desk, found, target.stage, target.voice)
        case "merge" | "template":
            return merge_view(desk, found, target.stage)
        case "param":
            return param_view(desk, found, target.stage, target.voice, target.key)
