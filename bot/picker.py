"""The picker: which model answers. Shown under a question that has none, by /model, and under a failed answer."""

from aiogram.types import InlineKeyboardMarkup

from bot.buttons import PickModel, button, keyboard
from bot.sizes import GIB, gib
from bot.texts import Texts
from engine.catalogue import Catalogue, Model
from engine.fitting import Free
from engine.memory import Fit, free_memory, how_fits

PAGE_SIZE = 8
NAME_LENGTH = 40
SIGNS: dict[Fit, str] = {"loaded": "🔵", "fits": "🟢", "slow": "🟡", "too big": "🔴"}


def picker_text(catalogue: Catalogue, texts: Texts, *, question_waits: bool) -> str:
    """What stands above the models; what to do when there are none."""
    if not catalogue.models():
        return texts("picker-empty-waits" if question_waits else "picker-empty")
    return texts("picker-question-waits") if question_waits else texts("picker-choose")


def picker_keyboard(
    catalogue: Catalogue, texts: Texts, dialog_id: int, *, page: int = 0, chosen: int | None = None
) -> InlineKeyboardMarkup:
    """The models, a page of them; each with its size and whether it fits into the memory that is free now."""
    models = catalogue.models()
    page = min(page, max(0, (len(models) - 1) // PAGE_SIZE))
    free = free_memory()
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
    return keyboard(*rows, [*turns, refresh] if turns or not models else [refresh])


def label(model: Model, texts: Texts, free: Free, is_chosen: bool) -> str:
    """`✓ 🟢 qwen3:4b · 2.4 GB · ollama`"""
    info = model.info
    name = info.name if len(info.name) <= NAME_LENGTH else info.name[: NAME_LENGTH - 1] + "…"
    size = texts("models-size", gib=gib(info.size_bytes)) if info.size_bytes and info.size_bytes > GIB / 10 else ""
    abilities = ("👁" if info.capabilities.sees else "") + ("🧠" if info.capabilities.thinks else "")
    parts = [f"{SIGNS[how_fits(info, free)]} {name}", size, abilities, model.server]
    return ("✓ " if is_chosen else "") + " · ".join(part for part in parts if part)
