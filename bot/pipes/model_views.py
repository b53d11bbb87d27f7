"""The screens about the models of a stage: which take part, and what is special about one of them there."""

from collections.abc import Callable

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.buttons import button, keyboard
from bot.menus import View, back
from bot.picker import label
from bot.pipes.desk import Desk, Stored
from bot.pipes.forecast import outlook
from bot.pipes.stage_views import SHOWN_PROMPT_UNITS, stage_row, to
from bot.pipes.taps import StageAct
from bot.pipes.words import beginning, model_label, params_line, short, voice_name
from config.pipeline import MAX_MODELS

PAGE_SIZE = 6


async def models_view(desk: Desk, stored: Stored, index: int, page: int = 0) -> View:
    """The models to tick; below, the way to what is special about each that speaks here."""
    texts, stage = desk.texts, stored.pipeline.stages[index]
    here = {model.id for voice in stage.models if (model := desk.model(voice.model))}
    catalogue = desk.parts.engine.catalogue
    models, free = catalogue.models(), catalogue.free_for_load()
    last = max(0, (len(models) - 1) // PAGE_SIZE)
    page = max(0, min(page, last))
    rows = [
        [button(label(model, texts, free, model.id in here), to(stored, index, "tick", value=model.id))]
        for model in models[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    ]
    turns = [
        button(sign, to(stored, index, "models", value=page + step))
        for sign, step in (("‹", -1), ("›", 1))
        if 0 <= page + step <= last
    ]
    refresh = button(texts("picker-refresh"), to(stored, index, "look", value=page))
    voices = [
        button(f"⚙️ {number + 1}. {voice_name(desk, voice)}", to(stored, index, "voice", number))
        for number, voice in enumerate(stage.models)
    ]
    special = [voices[start : start + 2] for start in range(0, len(voices), 2)]
    chosen = ", ".join(voice_name(desk, voice) for voice in stage.models)
    head, now = texts("stage-models-head", most=MAX_MODELS), texts("stage-models-now", models=chosen)
    text = "\n\n".join([head, now, (await outlook(desk, (stage,), index + 1)).text])
    return text, keyboard(*rows, [*turns, refresh], *special, stage_row(desk, stored, index))


def voice_view(desk: Desk, stored: Stored, index: int, voice: int) -> View:
    """One model of a stage: how many answers of it, its own prompt and parameters."""
    texts, model = desk.texts, stored.pipeline.stages[index].models[voice]

    def act(text_id: str, name: StageAct) -> InlineKeyboardButton:
        return button(texts(text_id), to(stored, index, name, voice))

    is_gone = desk.model(model.model) is None
    lines = [texts("voice-head", model=model_label(desk, model.model))]
    if is_gone:
        lines.append(texts("voice-gone"))
    lines.append(texts("voice-samples", samples=model.samples))
    if params := params_line(texts, model.params):
        lines.append(texts("stage-params", params=params))
    prompt = beginning(model.system_prompt or "", SHOWN_PROMPT_UNITS)
    lines.append(texts("voice-prompt", prompt=prompt) if prompt else texts("voice-prompt-none"))
    count = len(stored.pipeline.stages[index].models)
    rows = [
        [] if is_gone else [act("button-stage-prompt", "prompt"), act("button-stage-params", "params")],
        [act("button-voice-swap", "swaps"), *([act("button-voice-again", "again")] if count < MAX_MODELS else [])],
        [act("button-voice-quit", "quit")] if count > 1 else [],
        back(texts, to(stored, index, "models")),
    ]
    return "\n\n".join(lines), keyboard(*rows)


def swap_view(desk: Desk, stored: Stored, index: int, voice: int, page: int = 0) -> View:
    """Another model in the place of one; all that is special about it here stays."""
    model = stored.pipeline.stages[index].models[voice].model
    return choose_view(
        desk,
        desk.texts("voice-swap-head", model=short(model)),
        lambda value: to(stored, index, "swap", voice, value),
        lambda value: to(stored, index, "swaps", voice, value),
        page=page,
        up=to(stored, index, "voice", voice),
        chosen=model,
    )


def choose_view(
    desk: Desk,
    head: str,
    pick: Callable[[int], CallbackData],
    turn: Callable[[int], CallbackData],
    *,
    page: int,
    up: CallbackData,
    chosen: str | None,
) -> View:
    """One model out of all: `pick` makes the data of a model's button, `turn` that of a page's."""
    catalogue = desk.parts.engine.catalogue
    models, free = catalogue.models(), catalogue.free_for_load()
    last = max(0, (len(models) - 1) // PAGE_SIZE)
    page = max(0, min(page, last))
    now = desk.model(chosen) if chosen else None
    rows = [
        [button(label(model, desk.texts, free, now is not None and model.id == now.id), pick(model.id))]
        for model in models[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    ]
    turns = [button(sign, turn(at)) for sign, at in (("‹", page - 1), ("›", page + 1)) if 0 <= at <= last]
    return head, keyboard(*rows, turns, back(desk.texts, up))
