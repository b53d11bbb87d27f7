"""Wires the bot: engine, outbox, handlers, and the way updates come in. Only wires."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramUnauthorizedError
from aiogram.methods import GetMe
from aiogram.types import User as Person

from bot.access import Door
from bot.arena import Arena
from bot.commands import announce_commands
from bot.deliveries import Deliveries
from bot.errors import on_error
from bot.features import (
    admin,
    answers,
    chat,
    dialogs,
    downloads,
    duel,
    entrance,
    export,
    forgetting,
    groups,
    habits,
    help,
    history,
    invites,
    language,
    memory,
    models,
    modes,
    other,
    people,
    pipe_words,
    pipes,
    ready_made,
    requests,
    servers,
    settings,
    sharing,
    stage_models,
    stages,
    start,
    steps,
    stop,
    topics,
)
from bot.health import heartbeat_file
from bot.hearing import commands_of
from bot.live import Live
from bot.order import InOrder
from bot.outbox import Budget, Outbox, open_outbox
from bot.parts import Me, Parts
from bot.polling import poll
from bot.posting import Posting
from bot.webhook import serve_webhook
from config.settings import Settings
from engine.assembly import Engine, open_engine

log = logging.getLogger(__name__)

FEATURES = (
    *(stop, entrance, groups, requests, people, invites, servers, memory, admin, answers, models, downloads),
    *(sharing, modes, pipes, stages, stage_models, ready_made),
    *(start, help, dialogs, forgetting, topics, settings, habits, language, export, history),
    *(pipe_words, steps, duel, other, chat),
)
"""In this order; chat comes last, for it takes every text, and after other, which takes what no command is. sharing
stands before start, for it takes the links to pipelines; pipe_words takes the replies that it asked for."""
BEAT_S = 15.0
SETTLE_S = 3.0
LONGEST_PAUSE_S = 30.0


async def nothing_more(parts: Parts) -> None:
    """Nobody waits for the bot to be ready."""


@asynccontextmanager
async def open_bot(settings: Settings, token: str, api_url: str | None) -> AsyncIterator[Bot]:
    """The connection to Telegram, or to whatever speaks its protocol at `api_url`."""
    url = api_url or settings.bot_api_url
    api = TelegramAPIServer.from_base(url, is_local=settings.bot_api_local) if url else PRODUCTION
    session = AiohttpSession(api=api, proxy=settings.bot_proxy)
    bot = Bot(token, session=session)
    try:
        yield bot
    finally:
        await bot.session.close()


async def run_app(
    settings: Settings,
    token: str,
    api_url: str | None = None,
    *,
    budget: Budget | None = None,
    on_ready: Callable[[Parts], Awaitable[None]] = nothing_more,
) -> None:
    """Serve until cancelled; then stop every run, keep what was said, and leave within seconds.

    `on_ready` is awaited just before the first poll.
    """
    async with (
        open_engine(settings) as engine,
        open_bot(settings, token, api_url) as bot,
        open_outbox(bot, budget) as outbox,
    ):
        parts = assembled(engine, outbox, await introduce(bot))
        dispatcher = wired(parts)
        outbox.start(beat(heartbeat_file(settings.data_dir)))
        outbox.start(announce_commands(parts))
        await parts.live.resume()
        await parts.arena.resume()
        await on_ready(parts)
        try:
            if settings.bot_webhook_url:
                await serve_webhook(bot, dispatcher, settings)
            else:
                await poll(bot, dispatcher)
        finally:
            engine.runs.stop_all()
            await engine.runs.settle(SETTLE_S)


def assembled(engine: Engine, outbox: Outbox, person: Person) -> Parts:
    deliveries = Deliveries(engine.database)
    posting = Posting(engine, outbox, deliveries)
    me = Me(person.id, person.username or "", bool(person.has_topics_enabled))
    live, arena = Live(engine, outbox, deliveries, posting), Arena(engine, outbox)
    return Parts(engine, outbox, deliveries, posting, live, arena, me)


def wired(parts: Parts) -> Dispatcher:
    """A dispatcher with every feature; handlers get `parts` by name."""
    dispatcher = Dispatcher(parts=parts, disable_fsm=True)
    dispatcher.errors.register(on_error)
    for feature in FEATURES:
        dispatcher.include_router(own_copy(feature.router))
    dispatcher.update.outer_middleware(InOrder())
    dispatcher.update.outer_middleware(Door(parts, commands_of(dispatcher)))
    return dispatcher


def own_copy(router: Router) -> Router:
    """The same handlers in a router of one's own: aiogram ties a router to one dispatcher for ever."""
    copy = Router(name=router.name)
    for event_name, observer in router.observers.items():
        copy.observers[event_name].handlers = list(observer.handlers)
    return copy


async def introduce(bot: Bot) -> Person:
    """Ask Telegram who we are, as often as it takes; a wrong token is the only end."""
    pause_s = 1.0
    while True:
        try:
            return await bot(GetMe())
        except TelegramUnauthorizedError:
            raise
        except AiogramError as error:
            log.warning("telegram cannot be reached (%s), trying again in %.0f s", error, pause_s)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


async def beat(file: Path) -> None:
    """Show the health check that the event loop turns."""
    while True:
        await asyncio.to_thread(file.touch)
        await asyncio.sleep(BEAT_S)
