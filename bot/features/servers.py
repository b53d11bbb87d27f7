"""Servers and models as they are now: /servers for the owner, /models for everybody."""

from urllib.parse import urlsplit, urlunsplit

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.buttons import button, keyboard
from bot.errors import sentence
from bot.features.downloads import Fetch
from bot.menus import View, back
from bot.owner import Admin, ModelList, ServerList, is_owner, turns
from bot.parts import Parts
from bot.picker import SIGNS
from bot.replies import change, say, toast
from bot.shortening import shortened
from bot.sizes import gib
from bot.texts import Texts
from config.settings import BackendKind
from engine.backends.base import ModelInfo
from engine.catalogue import Model
from engine.dialogs import Place
from engine.errors import BackendError, ServerBusy, ServerDown, SilentModel
from engine.fitting import Free
from engine.forecast import Need
from engine.memory import how_fits
from engine.servers import ServerState
from engine.users import User

router = Router(name="servers")

MODELS_ON_PAGE = 10
SERVERS_ON_PAGE = 10
LINE_LENGTH = 120
NAME_LENGTH = 60
KIB = 1024
KINDS: dict[BackendKind, str] = {
    "llama_cpp": "llama.cpp",
    "ollama": "Ollama",
    "lmstudio": "LM Studio",
    "vllm": "vLLM",
    "llama_server": "llama-server",
    "openai": "OpenAI API",
}


@router.message(Command("servers"), is_owner)
async def on_servers(message: Message, parts: Parts, texts: Texts, place: Place) -> None:
    await say(parts, place, *servers_view(parts, texts))


@router.callback_query(ServerList.filter(), is_owner)
async def on_servers_button(callback: CallbackQuery, callback_data: ServerList, parts: Parts, texts: Texts) -> None:
    await toast(parts, callback)
    if callback_data.refresh:
        await look_again(parts)
    await change(parts, callback, *servers_view(parts, texts, callback_data.page))


@router.message(Command("models"))
async def on_models(message: Message, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    await say(parts, place, *models_view(parts, texts, for_owner=await is_owner(message, user, place)))


@router.callback_query(ModelList.filter())
async def on_models_button(
    callback: CallbackQuery, callback_data: ModelList, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """Another page, or a fresh look: files that were added and servers that came up are there without a restart."""
    await toast(parts, callback)
    if callback_data.refresh:
        await look_again(parts)
    for_owner = await is_owner(callback, user, place)
    await change(parts, callback, *models_view(parts, texts, callback_data.page, for_owner=for_owner))


async def look_again(parts: Parts) -> None:
    await parts.engine.servers.refresh()
    await parts.engine.catalogue.sync()


def servers_view(parts: Parts, texts: Texts, page: int = 0) -> View:
    """A page of servers, each with its address, and its models or its trouble."""
    states = parts.engine.servers.states()
    last = max(0, (len(states) - 1) // SERVERS_ON_PAGE)
    page = max(0, min(page, last))
    shown = states[page * SERVERS_ON_PAGE : (page + 1) * SERVERS_ON_PAGE]
    lines = [server_lines(state, texts) for state in shown]
    text = "\n\n".join([texts("servers-head", count=len(states)), *lines]) if states else texts("servers-none")
    refresh = button(texts("servers-button-refresh"), ServerList(page=page, refresh=True))
    return text, keyboard(
        [*turns(page, last, lambda to: ServerList(page=to)), refresh],
        [button(texts("admin-button-models"), ModelList())],
        back(texts, Admin()),
    )


def server_lines(state: ServerState, texts: Texts) -> str:
    sign = "🟢" if state.is_well else "⚪" if state.error is None else "🔴"
    about = texts("servers-models", count=len(state.listed)) if state.is_well else trouble(state.error, texts)
    parts = [f"{sign} {state.name} · {KINDS[state.kind]}", shown_url(state.url), about]
    return "\n".join(shortened(part, LINE_LENGTH) for part in parts if part)


def trouble(error: BackendError | None, texts: Texts) -> str:
    """Why a server is left out, in a few words where no question is concerned."""
    match error:
        case None:
            return texts("servers-unseen")
        case ServerDown():
            return texts("servers-down")
        case ServerBusy():
            return texts("servers-busy")
        case SilentModel():
            return texts("servers-silent")
        case _:
            return sentence(error, texts)


def shown_url(url: str) -> str:
    """The address without a name and a password, and without what may be a key behind it."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def models_view(parts: Parts, texts: Texts, page: int = 0, *, for_owner: bool) -> View:
    """A page of models, with what is known of each."""
    models = parts.engine.catalogue.models()
    last = max(0, (len(models) - 1) // MODELS_ON_PAGE)
    page = max(0, min(page, last))
    shown = models[page * MODELS_ON_PAGE : (page + 1) * MODELS_ON_PAGE]
    free = parts.engine.catalogue.free_for_load()
    lines = [model_lines(model, free, texts) for model in shown]
    legend = texts("models-legend")
    text = "\n\n".join([texts("models-head", count=len(models)), *lines, legend]) if models else texts("models-none")
    refresh = button(texts("servers-button-refresh"), ModelList(page=page, refresh=True))
    fetch = (
        [button(texts("fetch-button-list"), Fetch(action="list"))]
        if for_owner and parts.engine.downloads.offers
        else []
    )
    way_back = back(texts, Admin()) if for_owner else []
    return text, keyboard([*turns(page, last, lambda to: ModelList(page=to)), refresh], fetch, way_back)


def model_lines(model: Model, free: Free, texts: Texts) -> str:
    """`🔵 qwen3:4b 👁🧠`, and below it what it weighs and holds."""
    info = model.info
    abilities = ("👁" if info.capabilities.sees else "") + ("🧠" if info.capabilities.thinks else "")
    head = f"{SIGNS[how_fits(info, free)]} {shortened(info.name, NAME_LENGTH)} {abilities}".rstrip()
    lines = [head, shortened(" · ".join([*facts(info, texts), model.server]), LINE_LENGTH)]
    if info.forecast is not None and how_fits(info, free) == "too big":
        lines.append(arithmetic(info.forecast.all, texts))
    return "\n".join(lines)


def arithmetic(need: Need, texts: Texts) -> str:
    """What a model that does not fit would take, with the default window."""
    parts = {"weights": gib(need.weights), "context": gib(need.context), "work": gib(need.work)}
    return texts("models-needs", need=gib(need.total), **parts)


def facts(info: ModelInfo, texts: Texts) -> list[str]:
    size = texts("models-size", gib=gib(info.size_bytes)) if info.size_bytes else ""
    window = texts("models-window", thousands=max(1, info.context_tokens // KIB)) if info.context_tokens else ""
    return [fact for fact in (size, window, info.parameters or "", info.quantisation or "") if fact]
