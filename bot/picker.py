"""The picker: who answers, a model or a pipeline. Shown under a question that waits for the choice, by /model, and
under a failed answer.
"""

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.buttons import PickModel, button, keyboard
from bot.pipes.taps import Mode, Pipe
from bot.shortening import shortened
from bot.sizes import GIB, gib
from bot.texts import Texts
from engine.assembly import Engine
from engine.catalogue import Catalogue, Model
from engine.dialogs import Dialog
from engine.fitting import Free
from engine.memory import Fit, how_fits

PAGE_SIZE = 8
SHOWN_PIPELINES = 3
NAME_LENGTH = 40
SIGNS: dict[Fit, str] = {"loaded": "🔵", "fits": "🟢", "slow": "🟡", "too big": "🔴"}


def picker_text(catalogue: Catalogue, texts: Texts, *, question_waits: bool) -> str:
    """What stands above the models; what to do when there are none."""
    if not catalogue.models():
        missing = "picker-empty-waits" if question_waits else "picker-guide" if catalogue.guide() else "picker-empty"
        return f"{texts(missing)}\n\n{texts('guide-waits')}" if catalogue.guide_waits() else texts(missing)
    return texts("picker-question-waits") if question_waits else texts("picker-choose")


async def picker_keyboard(
    engine: Engine, texts: Texts, dialog: Dialog, person_id: int, *, page: int = 0
) -> InlineKeyboardMarkup:
    """The models, a page of them; each with its size and whether it fits into the memory that is free now.

    Below the first page the pipelines that can answer: the base one, and in a private chat the person's own.
    """
    models, dialog_id = engine.catalogue.models(), dialog.id
    chosen = dialog.model_id if dialog.mode == "chat" else None
    page = min(page, max(0, (len(models) - 1) // PAGE_SIZE))
    free = engine.catalogue.free_for_load()
    shown = models[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    rows = [
        [button(label(model, texts, free, model.id == chosen), PickModel(dialog=dialog_id, model=model.id))]
        for model in shown
    ]
    turns = [
        button(sign, PickModel(dialog=dialog_id, model=0, page=page + step))
        for sign, step in (("‹", -1), ("›", 1))
        if 0 <= page + step <= (len(models) - 1) // PAGE_SIZE
    ]
    refresh = button(texts("picker-refresh"), PickModel(dialog=dialog_id, model=-1, page=page))
    pipelines = await pipeline_rows(engine, texts, dialog, person_id) if page == 0 else []
    return keyboard(*rows, *pipelines, [*turns, refresh])


async def pipeline_rows(
    engine: Engine, texts: Texts, dialog: Dialog, person_id: int
) -> list[list[InlineKeyboardButton]]:
    """The base pipeline if it can answer now, and the few that the person has changed last."""
    rows = []
    if engine.base_pipeline.state().is_ready:
        rows.append([button(texts("button-mode-base"), Mode(mode="base", dialog=dialog.id))])
    own = await engine.pipelines.list(person_id) if dialog.place.chat_id > 0 else []
    for saved in own[:SHOWN_PIPELINES]:
        rows.append(
            [button(f"🧩 {shortened(saved.name, NAME_LENGTH)}", Mode(mode="manual", dialog=dialog.id, pipe=saved.id))]
        )
    if len(own) > SHOWN_PIPELINES:
        rows.append([button(texts("button-pipes-all"), Pipe(act="list"))])
    return rows


def label(model: Model, texts: Texts, free: Free, is_chosen: bool) -> str:
    """`✓ 🟢 qwen3:4b · 2.4 GB · ollama`"""
    info = model.info
    size = texts("models-size", gib=gib(info.size_bytes)) if info.size_bytes and info.size_bytes > GIB / 10 else ""
    abilities = ("👁" if info.capabilities.sees else "") + ("🧠" if info.capabilities.thinks else "")
    parts = [f"{SIGNS[how_fits(info, free)]} {shortened(info.name, NAME_LENGTH)}", size, abilities, model.server]
    return ("✓ " if is_chosen else "") + " · ".join(part for part in parts if part)
