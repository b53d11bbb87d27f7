"""Sharing pipelines: as a YAML file, by a link inside the bot, and what somebody sends or opens."""

import re

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Document, Message

from bot.buttons import button, keyboard
from bot.features.other import is_meant
from bot.features.pipes import kept, take
from bot.files import downloaded
from bot.parts import Parts
from bot.pipes.desk import Desk, stored
from bot.pipes.links import shared_code
from bot.pipes.opening import owned
from bot.pipes.problems import problem_text
from bot.pipes.taps import Pipe, Shared
from bot.pipes.views import card_view, more_view, shared_view
from bot.replies import change, say, send_file, toast
from bot.texts import Texts
from config.pipeline_file import MAX_FILE, read_pipeline
from config.pipeline_nodes import PipelineProblem
from config.pipeline_writing import write_pipeline
from engine.dialogs import Place
from engine.pipelines.store import MAX_PIPELINES
from engine.users import User

router = Router(name="sharing")

SUFFIXES = (".yaml", ".yml")
FILE_LIMIT_BYTES = 4 * MAX_FILE
"""A character takes at most so many bytes."""
NAME_LENGTH = 60


async def is_pipeline_file(message: Message, parts: Parts) -> bool | dict[str, Document]:
    """A filter: a YAML document without words under it; in a group only one that is meant for the bot."""
    document = message.document
    if document is None or not (document.file_name or "").lower().endswith(SUFFIXES):
        return False
    if message.chat.id < 0:
        return {"document": document} if is_meant(message, parts) else False
    return False if message.caption else {"document": document}


@router.message(Command("start", magic=F.args.func(shared_code)))
async def on_link(
    message: Message, command: CommandObject, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """`/start p_CODE`: somebody opened a link to a pipeline."""
    desk = Desk(parts, user, texts, place)
    code = shared_code(command.args or "") or ""
    saved = await parts.engine.pipelines.by_code(code)
    if saved is None:
        await say(parts, place, texts("pipe-link-gone"))
    elif saved.owner_id == user.id:
        await say(parts, place, *await card_view(desk, stored(saved), await parts.engine.dialogs.at(place)))
    else:
        await say(parts, place, *await shared_view(desk, stored(saved), code))


@router.message(is_pipeline_file)
async def on_file(message: Message, document: Document, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    """A pipeline as a file: kept as a new one, or what is wrong with it."""
    desk = Desk(parts, user, texts, place)
    if not user.admitted:
        await say(parts, place, texts("members-only"))
        return
    content = await downloaded(parts, document, FILE_LIMIT_BYTES)
    if content is None:
        await say(parts, place, texts("pipe-file-large", most=MAX_FILE // 1000))
        return
    try:
        pipeline = read_pipeline(decoded(content, document.file_name or ""), document.file_name or "")
    except PipelineProblem as problem:
        to_list = keyboard([button(texts("button-pipes-all"), Pipe(act="list"))])
        await say(parts, place, texts("pipe-file-wrong", problem=problem_text(problem, texts)), to_list)
        return
    saved = await kept(desk, pipeline)
    if saved is None:
        await say(parts, place, texts("pipes-full", most=MAX_PIPELINES))
        return
    text, markup = await card_view(desk, stored(saved), await parts.engine.dialogs.at(place))
    await say(parts, place, f"{texts('pipe-file-taken')}\n\n{text}", markup)


@router.callback_query(Shared.filter())
async def on_take(
    callback: CallbackQuery, callback_data: Shared, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """A copy of what somebody shares, as it is now."""
    saved = await parts.engine.pipelines.by_code(callback_data.code)
    if saved is None:
        await toast(parts, callback, texts("pipe-link-gone"), alert=True)
        return
    await take(Desk(parts, user, texts, place), callback, saved.read())


@router.callback_query(Pipe.filter(F.act.in_({"more", "link", "unlink"})))
async def on_more(
    callback: CallbackQuery, callback_data: Pipe, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """What can be done with a pipeline, the link to it included."""
    desk = Desk(parts, user, texts, place)
    found = await owned(desk, callback, callback_data.pipe)
    if found is None:
        return
    if callback_data.act == "link":
        await parts.engine.pipelines.share(found.id)
    elif callback_data.act == "unlink":
        await parts.engine.pipelines.unshare(found.id)
    saved = await parts.engine.pipelines.get(found.id)
    await toast(parts, callback)
    if saved is not None:
        await change(parts, callback, *more_view(desk, stored(saved)))


@router.callback_query(Pipe.filter(F.act == "file"))
async def on_send(
    callback: CallbackQuery, callback_data: Pipe, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """The pipeline as a YAML file; sent back into a chat with the bot, it is a pipeline again."""
    desk = Desk(parts, user, texts, place)
    found = await owned(desk, callback, callback_data.pipe)
    if found is None:
        return
    await toast(parts, callback)
    content = write_pipeline(found.pipeline).encode("utf-8", "replace")
    await send_file(parts, place, f"{file_name(found.pipeline.name)}.yaml", content, texts("pipe-file-caption"))


def decoded(content: bytes, name: str) -> str:
    """The text of a file; raises PipelineProblem."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = PipelineProblem(1, "not_utf8", allowed="UTF-8")
        problem.file = name
        raise problem from error


def file_name(name: str) -> str:
    """The name as a file name that every system takes."""
    return re.sub(r"[^\w\- ]+", "", name).strip()[:NAME_LENGTH] or "pipeline"
