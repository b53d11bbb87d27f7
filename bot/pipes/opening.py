"""What a press may reach: a pipeline is changed by its owner alone, and seen by others where it answers.

A tap costs one read or one write of the pipeline, a toast and an edit of the message.
"""

from aiogram.types import CallbackQuery

from bot.pipes.desk import Desk, Stored, stored
from bot.pipes.taps import NO_VOICE, Choice, InStage, Param
from bot.pipes.views import card_view
from bot.replies import change, toast
from config.pipeline import Pipeline
from engine.pipelines.editing import Edit, mark_of

StageTap = InStage | Choice | Param


class Moved(Exception):
    """The pipeline does not look any more as it did when the button was drawn."""


async def seen(desk: Desk, press: CallbackQuery, pipeline_id: int) -> Stored | None:
    """A pipeline to look at: one's own, or one that answers in this chat; tells the person if there is none."""
    pipelines = desk.parts.engine.pipelines
    saved = await pipelines.get(pipeline_id)
    if saved is not None and saved.owner_id != desk.user.id:
        saved = saved if await pipelines.answers_in(pipeline_id, desk.place.chat_id) else None
    if saved is None:
        await toast(desk.parts, press, desk.texts("pipe-gone"), alert=True)
        return None
    return stored(saved)


async def owned(desk: Desk, press: CallbackQuery, pipeline_id: int) -> Stored | None:
    """A pipeline of one's own; tells the person if it is not."""
    found = await seen(desk, press, pipeline_id)
    if found is not None and found.owner_id != desk.user.id:
        await toast(desk.parts, press, desk.texts("pipe-not-yours"), alert=True)
        return None
    return found


async def looked(desk: Desk, press: CallbackQuery, tap: StageTap) -> Stored | None:
    """The pipeline of a tap inside a stage, if it looks as it did when the button was drawn."""
    found = await owned(desk, press, tap.pipe)
    if found is None:
        return None
    try:
        check(found.pipeline, tap)
    except Moved:
        await show_moved(desk, press, found)
        return None
    return found


async def edited(desk: Desk, press: CallbackQuery, tap: StageTap, edit: Edit) -> Stored | None:
    """Change the pipeline of a tap and keep it; None if that cannot be, which the person is told."""

    def checked(pipeline: Pipeline) -> Pipeline:
        check(pipeline, tap)
        return edit(pipeline)

    try:
        saved = await desk.parts.engine.pipelines.edit(tap.pipe, desk.user.id, checked)
    except Moved:
        found = await owned(desk, press, tap.pipe)
        if found is not None:
            await show_moved(desk, press, found)
        return None
    if saved is None:
        found = await seen(desk, press, tap.pipe)
        if found is not None:
            await toast(desk.parts, press, desk.texts("pipe-not-yours"), alert=True)
        return None
    return stored(saved)


def check(pipeline: Pipeline, tap: StageTap) -> None:
    """Raises Moved if the stage or model of a tap is not the one that its button stood for."""
    voice = NO_VOICE if isinstance(tap, Choice) else tap.voice
    if tap.stage >= len(pipeline.stages):
        raise Moved
    if mark_of(pipeline, None if voice == NO_VOICE else tap.stage) != tap.mark:
        raise Moved
    if voice >= len(pipeline.stages[tap.stage].models):
        raise Moved


async def show_moved(desk: Desk, press: CallbackQuery, found: Stored) -> None:
    """The message was old: show the pipeline as it is now."""
    await toast(desk.parts, press, desk.texts("pipe-moved"))
    dialog = await desk.parts.engine.dialogs.at(desk.place)
    await change(desk.parts, press, *await card_view(desk, found, dialog))
