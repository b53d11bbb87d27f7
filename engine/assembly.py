"""Opens the parts of the engine in their order and closes them in reverse."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from config.downloads_file import read_downloads
from config.settings import Settings
from engine.answering import Answering
from engine.answers import Answers
from engine.backends.base import Backend
from engine.backends.llama_cpp.files import GUIDE_FILE
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.backends.llama_cpp.state_files import StateFiles
from engine.catalogue import Catalogue
from engine.database import Database, held, open_database
from engine.dialogs import Dialogs
from engine.downloads import Downloads
from engine.duelling import Duelling
from engine.duels import Duels
from engine.errors import StorageError
from engine.forgetting import Forgetting
from engine.groups import Groups
from engine.history import History
from engine.measurements import Measurements
from engine.pipelines.base import BasePipeline
from engine.pipelines.choosing import Choosing
from engine.pipelines.store import Pipelines
from engine.prompting import Prompting
from engine.questions import Questions
from engine.runs import Runs
from engine.servers import Servers, in_order, remote_backends
from engine.sessions import Sessions
from engine.tasks import Tasks
from engine.users import Users
from engine.warmth import Warmth

log = logging.getLogger(__name__)

DATABASE_NAME = "consilium.db"
STATES_NAME = "kv"
"""Folder for what embedded models computed of dialogs."""
GB = 1 << 30
LOCK_NAME = "consilium.lock"
MODELS_FILE_NAME = "models.yaml"
PIPELINE_FILE_NAME = "pipeline.yaml"
DOWNLOADS_FILE_NAME = "downloads.yaml"


@dataclass(frozen=True, slots=True)
class Engine:
    """The open parts."""

    settings: Settings
    database: Database
    users: Users
    groups: Groups
    dialogs: Dialogs
    questions: Questions
    answers: Answers
    servers: Servers
    catalogue: Catalogue
    base_pipeline: BasePipeline
    pipelines: Pipelines
    sessions: Sessions
    runs: Runs
    answering: Answering
    history: History
    duels: Duels
    duelling: Duelling
    downloads: Downloads


@asynccontextmanager
async def open_engine(settings: Settings) -> AsyncIterator[Engine]:
    """Everything opened, what was interrupted marked so; servers are looked for meanwhile.

    Raises StorageError if the database cannot be had, DatabaseInUse if another program serves it already.
    """
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(held(settings.data_dir / LOCK_NAME))
        database = await stack.enter_async_context(open_database(settings.data_dir / DATABASE_NAME))
        states = state_files(settings)
        await asyncio.to_thread(states.tidy)
        measurements = Measurements(database)
        await measurements.open()
        offered = backends(settings, measurements, states)
        servers = Servers(offered, settings.llm_check_interval_s, changed=lambda: keep_up(engine))
        stack.push_async_callback(servers.aclose)
        forgetting = Forgetting(database, servers)
        database.also_forget(forgetting.finish)
        catalogue = Catalogue(database, servers)
        await catalogue.open()
        tasks = await stack.enter_async_context(Tasks())
        engine = assembled(settings, database, servers, catalogue, tasks)
        await engine.answers.interrupt_running()
        await engine.sessions.interrupt_running()
        await forgetting.finish()
        await engine.duels.interrupt_running()
        tasks.start(servers.watch())
        tasks.start(tell_at_first(engine))
        for embedded in (backend for backend in offered if isinstance(backend, LlamaCppBackend)):
            tasks.start(keep_warm(engine, embedded))
        yield engine


async def keep_up(engine: Engine) -> None:
    """After a change of the servers; a disk in trouble must not end the looking after them."""
    try:
        await engine.catalogue.sync()
    except StorageError as error:
        log.warning("new models could not be noted: %s", error)
    if engine.servers.all_seen:
        engine.base_pipeline.tell()


async def tell_at_first(engine: Engine) -> None:
    """Even where no server offers anything, say why the base pipeline cannot be used."""
    await engine.servers.first_look()
    await keep_up(engine)


async def keep_warm(engine: Engine, embedded: LlamaCppBackend) -> None:
    """Load what was loaded, once all servers were looked at; then unload what is idle."""
    warmth = Warmth(embedded, engine.answers, engine.dialogs, engine.settings.llm_keep_alive)
    await engine.servers.first_look()
    if engine.settings.llm_warm_start:
        await warmth.warm_up()
    await warmth.watch()


def state_files(settings: Settings) -> StateFiles:
    """None are kept where no embedded model can use them."""
    is_used = "llama_cpp" in settings.llm_providers
    return StateFiles(settings.data_dir / STATES_NAME, int(settings.llm_kept_gb * GB) if is_used else 0)


def backends(
    settings: Settings, measurements: Measurements | None = None, states: StateFiles | None = None
) -> list[Backend]:
    """All backends of the settings, in the order of LLM_PROVIDERS."""
    embedded = LlamaCppBackend(
        settings.models_dir,
        settings.config_dir / MODELS_FILE_NAME,
        silence_timeout_s=settings.llm_silence_timeout_s,
        measurements=measurements,
        states=states,
        guide=GUIDE_FILE if settings.guide_enabled else None,
    )
    return in_order([embedded, *remote_backends(settings)], settings.llm_providers)


def assembled(settings: Settings, database: Database, servers: Servers, catalogue: Catalogue, tasks: Tasks) -> Engine:
    dialogs = Dialogs(database, catalogue.stand_in)
    questions, answers = Questions(database), Answers(database)
    prompting = Prompting(dialogs, questions, catalogue)
    base_pipeline = BasePipeline(settings.config_dir / PIPELINE_FILE_NAME, catalogue)
    pipelines = Pipelines(database)
    sessions = Sessions(database, settings.sessions_dir, catalogue, tasks)
    duels = Duels(database)
    choosing = Choosing(base_pipeline, pipelines, catalogue)
    history = History(database)
    return Engine(
        settings=settings,
        database=database,
        users=Users(database, settings.bot_max_users),
        groups=Groups(database),
        dialogs=dialogs,
        questions=questions,
        answers=answers,
        servers=servers,
        catalogue=catalogue,
        base_pipeline=base_pipeline,
        pipelines=pipelines,
        sessions=sessions,
        runs=Runs(),
        answering=Answering(dialogs, answers, catalogue, prompting, choosing, sessions, history),
        history=history,
        duels=duels,
        duelling=Duelling(dialogs, duels, catalogue, prompting),
        downloads=Downloads(
            settings.models_dir, settings.hf_endpoint, read_downloads(settings.config_dir / DOWNLOADS_FILE_NAME)
        ),
    )
