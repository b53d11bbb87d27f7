"""The models of a stage: ticks, what is special about one of them there, another in its place; and all parameters."""

from dataclasses import replace

from aiogram import F, Router
from aiogram.types import CallbackQuery

from bot.parts import Parts
from bot.pipes.desk import Desk
from bot.pipes.model_views import PAGE_SIZE, models_view, swap_view, voice_view
from bot.pipes.opening import edited, looked
from bot.pipes.param_views import OWN_VALUE, param_kinds, param_view, params_view, with_value
from bot.pipes.taps import InStage, Param
from bot.replies import change, toast
from bot.texts import Texts
from config.pipeline import MAX_MODELS, Pipeline, Stage
from engine.dialogs import Place
from engine.errors import BadValue
from engine.pipelines.editing import model_changed, model_copied, model_removed, model_ticked, stage_changed
from engine.users import User

router = Router(name="stage_models")


@router.callback_query(InStage.filter(F.act.in_({"models", "look", "voice", "swaps", "params"})))
async def on_look(
    callback: CallbackQuery, callback_data: InStage, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """A screen about models or parameters; `look` asks the servers first."""
    desk = Desk(parts, user, texts, place)
    tap = callback_data
    found = await looked(desk, callback, tap)
    if found is None:
        return
    await toast(parts, callback)
    match tap.act:
        case "voice" if tap.voice >= 0:
            view = voice_view(desk, found, tap.stage, tap.voice)
        case "swaps" if tap.voice >= 0:
            view = swap_view(desk, found, tap.stage, tap.voice, tap.value)
        case "params":
            view = params_view(desk, found, tap.stage, tap.voice)
        case "look":
            await parts.engine.catalogue.refresh()
            view = await models_view(desk, found, tap.stage, tap.value)
        case _:
            view = await models_view(desk, found, tap.stage, tap.value)
    await change(parts, callback, *view)


@router.callback_query(InStage.filter(F.act == "tick"))
async def on_tick(
    callback: CallbackQuery, callback_data: InStage, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """A model comes into the stage or leaves it."""
    desk = Desk(parts, user, texts, place)
    tap = callback_data
    model = parts.engine.catalogue.get(tap.value)
    if model is None:
        await toast(parts, callback, texts("model-gone"), alert=True)
        return
    refused = False

    def tick(stage: Stage) -> Stage:
        nonlocal refused
        known = [voice.model for voice in stage.models if desk.model(voice.model) == model]
        ticked = model_ticked(stage, known[0] if known else desk.reference(model))
        refused = ticked == stage
        return ticked

    found = await edited(desk, callback, tap, lambda pipeline: stage_changed(pipeline, tap.stage, tick))
    if found is None:
        return
    await toast(parts, callback, texts("stage-models-range", most=MAX_MODELS) if refused else None, alert=refused)
    place_of_model = [known.id for known in parts.engine.catalogue.models()].index(model.id)
    await change(parts, callback, *await models_view(desk, found, tap.stage, place_of_model // PAGE_SIZE))


@router.callback_query(InStage.filter(F.act.in_({"quit", "swap", "again"}) & (F.voice >= 0)))
async def on_leave(
    callback: CallbackQuery, callback_data: InStage, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """A model leaves the stage, speaks in it once more, or another takes its place and its prompt."""
    desk = Desk(parts, user, texts, place)
    tap = callback_data
    model = parts.engine.catalogue.get(tap.value) if tap.act == "swap" else None
    if tap.act == "swap" and model is None:
        await toast(parts, callback, texts("model-gone"), alert=True)
        return
    reference = desk.reference(model) if model else None

    def leave(stage: Stage) -> Stage:
        if tap.act == "again":
            return model_copied(stage, tap.voice)
        if reference is None:
            return model_removed(stage, tap.voice)
        return model_changed(stage, tap.voice, lambda voice: replace(voice, model=reference))

    found = await edited(desk, callback, tap, lambda pipeline: stage_changed(pipeline, tap.stage, leave))
    if found is not None:
        await toast(parts, callback, texts("setting-saved"))
        await change(parts, callback, *await models_view(desk, found, tap.stage))


@router.callback_query(Param.filter(F.value != OWN_VALUE))
async def on_param(
    callback: CallbackQuery, callback_data: Param, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """A parameter, or a new value for it."""
    desk = Desk(parts, user, texts, place)
    tap = callback_data
    if tap.key not in param_kinds(tap.voice):
        await toast(parts, callback)
        return

    def set_it(pipeline: Pipeline) -> Pipeline:
        return stage_changed(pipeline, tap.stage, lambda stage: with_value(stage, tap.voice, tap.key, tap.value))

    try:
        found = await (edited(desk, callback, tap, set_it) if tap.value else looked(desk, callback, tap))
    except BadValue:  # no button of ours offers it
        await toast(parts, callback)
        return
    if found is not None:
        await toast(parts, callback, texts("setting-saved") if tap.value else None)
        await change(parts, callback, *param_view(desk, found, tap.stage, tap.voice, tap.key))
