"""Pipelines of one's own: /pipe, the list, one of them, and what can be done with it as a whole.

Stages and parameters have files of their own, as have sharing and the ready-made ones.
"""

from dataclasses import replace

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.here import dialog_here
from bot.menus import View
from bot.parts import Parts
from bot.pipes.desk import Desk, Stored, stored
from bot.pipes.opening import owned, seen
from bot.pipes.taps import Base, Pipe
from bot.pipes.views import base_view, card_view, delete_view, list_view
from bot.replies import change, say, toast
from bot.texts import Texts
from config.pipeline import MAX_NAME, Pipeline, Stage, StageModel
from engine.dialogs import Dialog, Place
from engine.pipelines.editing import free_name
from engine.pipelines.store import MAX_PIPELINES, SavedPipeline
from engine.users import User

router = Router(name="pipes")


@router.message(Command("pipe"))
async def on_pipe(
    message: Message, command: CommandObject, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """`/pipe` opens the pipeline of this dialog, or the list; `/pipe words` the one with the words in its name."""
    desk = Desk(parts, user, texts, place)
    dialog = await dialog_here(parts, user, place)
    words = (command.args or "").strip()
    here = await parts.engine.pipelines.get(dialog.pipeline_id) if dialog and dialog.pipeline_id else None
    if not user.admitted and here is None:
        await say(parts, place, texts("members-only"))
    elif words and user.admitted:
        await say(parts, place, *await named_view(desk, dialog, words))
    elif here is not None and (here.owner_id == user.id or (dialog and dialog.mode == "manual")):
        await say(parts, place, *await card_view(desk, stored(here), dialog))
    else:
        await say(parts, place, *list_view(desk, await parts.engine.pipelines.list(user.id), dialog))


@router.callback_query(Pipe.filter(F.act == "list"))
async def on_list(
    callback: CallbackQuery, callback_data: Pipe, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    desk = Desk(parts, user, texts, place)
    if await is_member(desk, callback):
        await toast(parts, callback)
        await show_list(desk, callback, callback_data.page)


@router.callback_query(Pipe.filter(F.act == "open"))
async def on_open(
    callback: CallbackQuery, callback_data: Pipe, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    desk = Desk(parts, user, texts, place)
    found = await seen(desk, callback, callback_data.pipe)
    if found is not None:
        await toast(parts, callback)
        await show_card(desk, callback, found)


@router.callback_query(Pipe.filter(F.act == "new"))
async def on_new(callback: CallbackQuery, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    """A pipeline of one stage, with the model of this dialog or the first there is."""
    desk = Desk(parts, user, texts, place)
    dialog = await dialog_here(parts, user, place)
    models = parts.engine.catalogue.models()
    of_dialog = (model for model in models if dialog is not None and model.id == dialog.model_id)
    model = next(of_dialog, models[0] if models else None)
    if model is None:
        await toast(parts, callback, texts("pipe-no-models"), alert=True)
        return
    stage = Stage(texts("pipe-first-stage"), (StageModel(desk.reference(model)),))
    await take(desk, callback, Pipeline(texts("pipe-new-name"), (stage,)))


@router.callback_query(Pipe.filter(F.act == "use"))
async def on_use(
    callback: CallbackQuery, callback_data: Pipe, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """Let it answer in the dialog of this place from now on."""
    desk = Desk(parts, user, texts, place)
    found = await owned(desk, callback, callback_data.pipe)
    dialog = await dialog_here(parts, user, place)
    if found is None:
        return
    if dialog is None:
        await toast(parts, callback, texts("dialog-none-here"), alert=True)
        return
    await parts.engine.dialogs.choose_mode(dialog.id, "manual", found.id)
    await parts.live.chosen(dialog.id)
    await toast(parts, callback, texts("pipe-used"))
    await show_card(desk, callback, found)


@router.callback_query(Pipe.filter(F.act == "twin"))
async def on_twin(
    callback: CallbackQuery, callback_data: Pipe, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """A copy of one's own, of a pipeline that one can see."""
    desk = Desk(parts, user, texts, place)
    found = await seen(desk, callback, callback_data.pipe)
    if found is not None:
        await take(desk, callback, found.pipeline)


@router.callback_query(Pipe.filter(F.act == "delete"))
async def on_delete(
    callback: CallbackQuery, callback_data: Pipe, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """Ask once."""
    desk = Desk(parts, user, texts, place)
    found = await owned(desk, callback, callback_data.pipe)
    if found is not None:
        await toast(parts, callback)
        dialogs = await parts.engine.pipelines.dialogs_with(found.id)
        await change(parts, callback, *delete_view(desk, found, dialogs))


@router.callback_query(Pipe.filter(F.act == "gone"))
async def on_gone(
    callback: CallbackQuery, callback_data: Pipe, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    desk = Desk(parts, user, texts, place)
    found = await owned(desk, callback, callback_data.pipe)
    if found is not None:
        await parts.engine.pipelines.delete(found.id)
        await toast(parts, callback, texts("pipe-deleted"))
        await show_list(desk, callback)


@router.callback_query(Base.filter(F.act == "open"))
async def on_base(callback: CallbackQuery, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    """A look at the base pipeline."""
    pipeline = parts.engine.base_pipeline.state().pipeline
    if pipeline is None:
        await toast(parts, callback, texts("pipe-gone"), alert=True)
        return
    await toast(parts, callback)
    dialog = await dialog_here(parts, user, place)
    await change(parts, callback, *await base_view(Desk(parts, user, texts, place), pipeline, dialog))


@router.callback_query(Base.filter(F.act == "copy"))
async def on_base_copy(callback: CallbackQuery, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    pipeline = parts.engine.base_pipeline.state().pipeline
    if pipeline is None:
        await toast(parts, callback, texts("pipe-gone"), alert=True)
        return
    named = replace(pipeline, name=pipeline.name or texts("pipe-base-name"))
    await take(Desk(parts, user, texts, place), callback, named)


async def take(desk: Desk, callback: CallbackQuery, pipeline: Pipeline) -> None:
    """Keep a pipeline as one's own and open it."""
    if not await is_member(desk, callback):
        return
    saved = await kept(desk, pipeline)
    if saved is None:
        await toast(desk.parts, callback, desk.texts("pipes-full", most=MAX_PIPELINES), alert=True)
        return
    await toast(desk.parts, callback, desk.texts("setting-saved"))
    await show_card(desk, callback, stored(saved))


async def kept(desk: Desk, pipeline: Pipeline) -> SavedPipeline | None:
    """The pipeline as a new one of the person's, under a name that none of theirs has; None if they have too many."""
    pipelines = desk.parts.engine.pipelines
    names = [saved.name for saved in await pipelines.list(desk.user.id)]
    if len(names) >= MAX_PIPELINES:
        return None
    name = free_name(pipeline.name or desk.texts("pipe-new-name"), names)
    return await pipelines.add(desk.user.id, replace(pipeline, name=name[:MAX_NAME]))


async def show_list(desk: Desk, callback: CallbackQuery, page: int = 0) -> None:
    pipelines = await desk.parts.engine.pipelines.list(desk.user.id)
    dialog = await dialog_here(desk.parts, desk.user, desk.place)
    await change(desk.parts, callback, *list_view(desk, pipelines, dialog, page))


async def show_card(desk: Desk, callback: CallbackQuery, found: Stored) -> None:
    dialog = await dialog_here(desk.parts, desk.user, desk.place)
    await change(desk.parts, callback, *await card_view(desk, found, dialog))


async def named_view(desk: Desk, dialog: Dialog | None, words: str) -> View:
    """The one pipeline with the words in its name; else the list of those that fit, or of all."""
    everything = await desk.parts.engine.pipelines.list(desk.user.id)
    wanted = words.casefold().split()
    fitting = [saved for saved in everything if all(word in saved.name.casefold() for word in wanted)]
    if len(fitting) == 1:
        return await card_view(desk, stored(fitting[0]), dialog)
    return list_view(desk, fitting or everything, dialog)


async def is_member(desk: Desk, callback: CallbackQuery) -> bool:
    """Only admitted people have pipelines; guests of a group are told so."""
    if not desk.user.admitted:
        await toast(desk.parts, callback, desk.texts("members-only"), alert=True)
    return desk.user.admitted
