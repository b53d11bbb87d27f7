"""Stages of a pipeline: every button inside a stage but those about models, parameters and words to be sent.

A tap reads or changes the pipeline, then shows the screen it belongs to; what has moved meanwhile is never changed.
"""

from dataclasses import replace
from functools import partial
from typing import cast, get_args

from aiogram import F, Router
from aiogram.types import CallbackQuery

from bot.menus import View
from bot.parts import Parts
from bot.pipes.desk import Desk, Stored
from bot.pipes.merge_views import FIRST_TEMPLATE, asks_model, merge_view, merger_view, preview_view
from bot.pipes.model_views import models_view
from bot.pipes.opening import edited, looked
from bot.pipes.stage_views import inputs_view, prompt_view, runs_view, stage_view
from bot.pipes.taps import NO_VOICE, Choice, InStage
from bot.pipes.views import card_view
from bot.replies import change, toast
from bot.texts import Texts
from config.pipeline import (
    Aggregation,
    AggregationKind,
    Execution,
    Input,
    Pipeline,
    Stage,
    StageModel,
    TieRule,
)
from engine.dialogs import Place
from engine.pipelines.editing import (
    Edit,
    aggregated,
    model_changed,
    stage_added,
    stage_changed,
    stage_copied,
    stage_moved,
    stage_removed,
)
from engine.users import User

router = Router(name="stages")

LOOKS = ("show", "inputs", "runs", "merging", "mergers", "preview")
MOVES = ("add", "move", "twin", "drop")
SETS = ("noprompt", "merger", "nomerge")


@router.callback_query(InStage.filter(F.act.in_(LOOKS)))
async def on_look(
    callback: CallbackQuery, callback_data: InStage, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """A screen of the stage."""
    desk = Desk(parts, user, texts, place)
    found = await looked(desk, callback, callback_data)
    if found is not None:
        await toast(parts, callback)
        await change(parts, callback, *await screen(desk, found, callback_data))


@router.callback_query(InStage.filter((F.act == "prompt") & (F.value == 0)))
async def on_prompt(
    callback: CallbackQuery, callback_data: InStage, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """The system prompt of the stage, or of one model of it."""
    desk = Desk(parts, user, texts, place)
    found = await looked(desk, callback, callback_data)
    if found is not None:
        await toast(parts, callback)
        await change(parts, callback, *prompt_view(desk, found, callback_data.stage, callback_data.voice))


@router.callback_query(InStage.filter(F.act.in_(MOVES)))
async def on_move(
    callback: CallbackQuery, callback_data: InStage, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """A stage comes, goes or changes its place."""
    desk = Desk(parts, user, texts, place)
    tap = callback_data
    found = await edited(desk, callback, tap, moving(texts, tap))
    if found is None:
        return
    await toast(parts, callback, texts("setting-saved"))
    last = len(found.pipeline.stages) - 1
    match tap.act:
        case "add":
            view = await models_view(desk, found, last)
        case "drop":
            view = await card_view(desk, found, await parts.engine.dialogs.at(place))
        case "twin":
            view = await stage_view(desk, found, min(last, tap.stage + 1))
        case _:
            view = await stage_view(desk, found, max(0, min(last, tap.stage + tap.value)))
    await change(parts, callback, *view)


@router.callback_query(InStage.filter(F.act.in_(SETS)))
async def on_set(
    callback: CallbackQuery, callback_data: InStage, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """A prompt goes, or another model puts the answers together."""
    desk = Desk(parts, user, texts, place)
    tap = callback_data
    model = parts.engine.catalogue.get(tap.value) if tap.act == "merger" else None
    if tap.act == "merger" and model is None:
        await toast(parts, callback, texts("model-gone"), alert=True)
        return
    reference = desk.reference(model) if model else None
    found = await edited(desk, callback, tap, setting(tap, reference))
    if found is None:
        return
    await toast(parts, callback, texts("setting-saved"))
    is_prompt = tap.act == "noprompt"
    view = prompt_view(desk, found, tap.stage, tap.voice) if is_prompt else merge_view(desk, found, tap.stage)
    await change(parts, callback, *view)


@router.callback_query(Choice.filter())
async def on_choice(
    callback: CallbackQuery, callback_data: Choice, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """One word of a few."""
    desk = Desk(parts, user, texts, place)
    wanted = chosen(callback_data)
    if wanted is None:
        await toast(parts, callback)
        return
    found = await edited(desk, callback, callback_data, wanted)
    if found is None:
        return
    await toast(parts, callback, texts("setting-saved"))
    index = callback_data.stage
    match callback_data.what:
        case "input":
            view = await stage_view(desk, found, index)
        case "execution" | "needs":
            view = await runs_view(desk, found, index)
        case "kind" | "tie":
            view = merge_view(desk, found, index)
    await change(parts, callback, *view)


async def screen(desk: Desk, found: Stored, tap: InStage) -> View:
    match tap.act:
        case "inputs":
            return inputs_view(desk, found, tap.stage)
        case "runs":
            return await runs_view(desk, found, tap.stage)
        case "merging":
            return merge_view(desk, found, tap.stage)
        case "mergers":
            return merger_view(desk, found, tap.stage, tap.value)
        case "preview":
            return preview_view(desk, found, tap.stage)
        case _:
            return await stage_view(desk, found, tap.stage)


def moving(texts: Texts, tap: InStage) -> Edit:
    """A new stage begins with the model of the last one, so that no pipeline is ever unfinished."""
    match tap.act:
        case "add":
            return lambda pipeline: stage_added(pipeline, fresh_stage(texts, pipeline))
        case "twin":
            return lambda pipeline: stage_copied(pipeline, tap.stage)
        case "drop":
            return lambda pipeline: stage_removed(pipeline, tap.stage)
        case _:
            return lambda pipeline: stage_moved(pipeline, tap.stage, 1 if tap.value > 0 else -1)


def fresh_stage(texts: Texts, pipeline: Pipeline) -> Stage:
    models = pipeline.stages[-1].models[:1] if pipeline.stages else ()
    return Stage(texts("pipe-fresh-stage"), tuple(StageModel(model.model) for model in models))


def setting(tap: InStage, reference: str | None) -> Edit:
    """What a tap of SETS does to its stage."""

    def change_stage(stage: Stage) -> Stage:
        if tap.act == "merger":
            return aggregated(stage, lambda merge: replace(merge, model=reference))
        if tap.act == "nomerge":
            return aggregated(stage, lambda merge: replace(merge, prompt=None))
        if tap.voice == NO_VOICE:
            return replace(stage, system_prompt="")
        return model_changed(stage, tap.voice, lambda model: replace(model, system_prompt=None))

    return lambda pipeline: stage_changed(pipeline, tap.stage, change_stage)


def chosen(tap: Choice) -> Edit | None:
    """The change that a word means; None for a word that there is not."""
    word = tap.word
    allowed: dict[str, tuple[str, ...]] = {
        "input": get_args(Input),
        "execution": get_args(Execution),
        "needs": ("one", "all"),
        "kind": get_args(AggregationKind),
        "tie": get_args(TieRule),
    }
    if word not in allowed[tap.what]:
        return None
    return lambda pipeline: stage_changed(pipeline, tap.stage, partial(with_word, tap))


def with_word(tap: Choice, stage: Stage) -> Stage:
    match tap.what:
        case "input":
            return replace(stage, input=cast(Input, tap.word))
        case "execution":
            return replace(stage, execution=cast(Execution, tap.word))
        case "needs":
            return replace(stage, needs_all=tap.word == "all")
        case "tie":
            return aggregated(stage, lambda merge: whole(replace(merge, tie=cast(TieRule, tap.word)), stage))
        case "kind":
            return aggregated(stage, lambda merge: whole(replace(merge, kind=cast(AggregationKind, tap.word)), stage))


def whole(aggregation: Aggregation, stage: Stage) -> Aggregation:
    """With what its way needs: a model that writes or judges, a template to begin with."""
    if asks_model(aggregation) and aggregation.model is None and stage.models:
        aggregation = replace(aggregation, model=stage.models[0].model)
    if aggregation.kind == "custom_template" and aggregation.template is None:
        aggregation = replace(aggregation, template=FIRST_TEMPLATE)
    return aggregation
