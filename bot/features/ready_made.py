"""Ready-made pipelines: the list, one put together from the models at hand, ticks that change who takes part."""

from dataclasses import replace

from aiogram import F, Router
from aiogram.types import CallbackQuery

from bot.features.pipes import is_member, kept
from bot.parts import Parts
from bot.pipes.desk import Desk, Stored, stored
from bot.pipes.opening import owned
from bot.pipes.ready_made import Recipe, filled, is_untouched, models_at_hand, recipes
from bot.pipes.ready_views import PAGE_SIZE, recipes_view, ticks_view
from bot.pipes.taps import Ready
from bot.replies import change, toast
from bot.texts import Texts
from config.pipeline import Pipeline
from engine.dialogs import Place
from engine.pipelines.store import MAX_PIPELINES
from engine.users import User

router = Router(name="ready_made")


@router.callback_query(Ready.filter(F.act == "list"))
async def on_list(callback: CallbackQuery, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    desk = Desk(parts, user, texts, place)
    if await is_member(desk, callback):
        await toast(parts, callback)
        await change(parts, callback, *recipes_view(desk))


@router.callback_query(Ready.filter(F.act == "make"))
async def on_make(
    callback: CallbackQuery, callback_data: Ready, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """Put it together and keep it; which models take part can be changed on the next screen."""
    desk = Desk(parts, user, texts, place)
    recipe = recipe_of(callback_data)
    if not await is_member(desk, callback):
        return
    models = models_at_hand(desk, recipe.wanted)
    if not models:
        await toast(parts, callback, texts("pipe-no-models"), alert=True)
        return
    saved = await kept(desk, filled(recipe, texts, models))
    if saved is None:
        await toast(parts, callback, texts("pipes-full", most=MAX_PIPELINES), alert=True)
        return
    await toast(parts, callback, texts("setting-saved"))
    await change(parts, callback, *await ticks_view(desk, stored(saved), callback_data.recipe, recipe))


@router.callback_query(Ready.filter(F.act == "page"))
async def on_page(
    callback: CallbackQuery, callback_data: Ready, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    desk = Desk(parts, user, texts, place)
    recipe, found = recipe_of(callback_data), await owned(desk, callback, callback_data.pipe)
    if found is not None:
        await toast(parts, callback)
        await change(parts, callback, *await ticks_view(desk, found, callback_data.recipe, recipe, callback_data.value))


@router.callback_query(Ready.filter(F.act == "tick"))
async def on_tick(
    callback: CallbackQuery, callback_data: Ready, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """A model comes in or leaves, and the parts are given out anew."""
    desk = Desk(parts, user, texts, place)
    recipe, found = recipe_of(callback_data), await owned(desk, callback, callback_data.pipe)
    if found is None:
        return
    names = ticked(desk, found, callback_data.value)
    if names is None or not 1 <= len(names) <= recipe.most:
        is_gone = names is None
        await toast(parts, callback, texts("model-gone") if is_gone else refusal(texts, recipe), alert=True)
        return

    def fill(pipeline: Pipeline) -> Pipeline:
        if not is_untouched(recipe, texts, pipeline):
            return pipeline
        return replace(filled(recipe, texts, names), name=pipeline.name)

    saved = await parts.engine.pipelines.edit(found.id, user.id, fill)
    if saved is None:
        await toast(parts, callback, texts("pipe-gone"), alert=True)
        return
    changed = stored(saved)
    is_mine_now = changed.pipeline == found.pipeline
    await toast(parts, callback, texts("ready-touched") if is_mine_now else None, alert=is_mine_now)
    place_of_model = [model.id for model in parts.engine.catalogue.models()].index(callback_data.value)
    view = await ticks_view(desk, changed, callback_data.recipe, recipe, place_of_model // PAGE_SIZE)
    await change(parts, callback, *view)


@router.callback_query(Ready.filter(F.act == "drop"))
async def on_drop(
    callback: CallbackQuery, callback_data: Ready, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """Not wanted after all: what was not touched since goes without a question."""
    desk = Desk(parts, user, texts, place)
    recipe, found = recipe_of(callback_data), await owned(desk, callback, callback_data.pipe)
    if found is None:
        return
    if is_untouched(recipe, texts, found.pipeline):
        await parts.engine.pipelines.delete(found.id)
    await toast(parts, callback)
    await change(parts, callback, *recipes_view(desk))


def recipe_of(tap: Ready) -> Recipe:
    """A number that no button carries means the last one."""
    known = recipes()
    return known[min(tap.recipe, len(known) - 1)]


def ticked(desk: Desk, found: Stored, model_id: int) -> list[str] | None:
    """The names that take part after a tick; None for a model that is gone."""
    model = desk.parts.engine.catalogue.get(model_id)
    if model is None:
        return None
    names = list(found.pipeline.models)
    known = [name for name in names if desk.model(name) == model]
    return [name for name in names if name not in known] if known else [*names, desk.reference(model)]


def refusal(texts: Texts, recipe: Recipe) -> str:
    return texts("ready-range", most=recipe.most)
