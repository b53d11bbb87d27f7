"""Memory: what is free in RAM and on each GPU, and what the loaded models take, as forecast and in fact."""

import asyncio

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.buttons import button, keyboard
from bot.menus import View, back
from bot.owner import Admin, is_owner
from bot.parts import Parts
from bot.replies import change, say, toast
from bot.sizes import gib
from bot.texts import Texts
from engine.catalogue import Model
from engine.dialogs import Place
from engine.forecast import Forecast, Setup
from engine.memory import Gpu, free_ram_bytes, gpus

router = Router(name="memory")

LOADED_AT_MOST = 20


@router.message(Command("memory"), is_owner)
async def on_memory(message: Message, parts: Parts, texts: Texts, place: Place) -> None:
    await say(parts, place, *await memory_view(parts, texts))


@router.callback_query(Admin.filter(F.screen == "memory"), is_owner)
async def on_memory_button(callback: CallbackQuery, parts: Parts, texts: Texts) -> None:
    await toast(parts, callback)
    await change(parts, callback, *await memory_view(parts, texts))


async def memory_view(parts: Parts, texts: Texts) -> View:
    """Asks the embedded models anew; servers tell their part whenever they are looked at."""
    await parts.engine.servers.refresh("llama_cpp")
    ram, cards = await asyncio.to_thread(lambda: (free_ram_bytes(), gpus()))
    lines = [texts("memory-ram", gib=gib(ram)), *gpu_lines(cards, texts)]
    loaded = [model for model in parts.engine.catalogue.models() if model.info.loaded]
    lines += ["", texts("memory-loaded", count=len(loaded))]
    lines += [model_lines(model, texts) for model in loaded[:LOADED_AT_MOST]]
    refresh = button(texts("servers-button-refresh"), Admin(screen="memory"))
    return "\n".join(lines), keyboard([refresh], back(texts, Admin()))


def gpu_lines(cards: tuple[Gpu, ...], texts: Texts) -> list[str]:
    if not cards:
        return [texts("memory-no-vram")]
    return [
        texts("memory-vram", name=card.name, gib=gib(card.free_bytes), total=gib(card.total_bytes)) for card in cards
    ]


def model_lines(model: Model, texts: Texts) -> str:
    """`🔵 qwen3.gguf · 2.4 GB · llama_cpp`; below it, for a model of ours, how it is loaded, forecast and fact."""
    info = model.info
    size = texts("models-size", gib=gib(info.size_bytes)) if info.size_bytes else ""
    head = " · ".join(part for part in (f"🔵 {model.name[:60]}", size, model.server) if part)
    return head if info.forecast is None else f"{head}\n{numbers(model, info.forecast, texts)}"


def setup_words(setup: Setup, texts: Texts) -> list[str]:
    """The window and the layers on GPUs; and what the load had to do without, where memory was short."""
    words = [texts("memory-setup", tokens=str(setup.n_ctx), layers=setup.gpu_layers)]
    if setup.cache_type != "f16":
        words.append(texts("memory-keys", type=setup.cache_type))
    if not setup.full_swa:
        words.append(texts("memory-short-windows"))
    if not setup.embeds:
        words.append(texts("memory-slots", dialogs=setup.slots))
    return words


def numbers(model: Model, forecast: Forecast, texts: Texts) -> str:
    setup = " · ".join(setup_words(forecast.setup, texts))
    forecast_text = texts("memory-forecast", gib=gib(forecast.all.total))
    if model.info.measured is None:
        return f"{setup} · {forecast_text}"
    taken, fact = model.info.measured, model.info.measured.all
    parts = {"weights": gib(fact.weights), "context": gib(fact.context), "work": gib(fact.work)}
    said = [setup, forecast_text, texts("memory-fact", gib=gib(fact.total), **parts)]
    if taken.vram.total:
        said.append(texts("memory-apart", ram=gib(taken.ram.total), gpu=gib(taken.vram.total)))
    return " · ".join(said)
