"""Opens the parts of the engine in their order and closes them in reverse."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from config.settings import Settings
from engine.answering import Answering
from engine.answers import Answers
from engine.catalogue import Catalogue
from engine.database import Database, open_database
from engine.dialogs import Dialogs
from engine.groups import Groups
from engine.prompting import Prompting
from engine.questions import Questions
from engine.runs import Runs
from engine.servers import Servers
from engine.users import Users

DATABASE_NAME = "consilium.db"


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
    runs: Runs
    answering: Answering


@asynccontextmanager
async def open_engine(settings: Settings) -> AsyncIterator[Engine]:
    """Everything opened, what was interrupted marked so; servers are looked for meanwhile.

    Raises StorageError if the database cannot be had.
    """
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings.data_dir / DATABASE_NAME))
        servers = await stack.enter_async_context(open_servers(settings))
        engine = await assembled(settings, database, servers)
        await engine.answers.interrupt_running()
        yield engine


@asynccontextmanager
async def open_servers(settings: Settings) -> AsyncIterator[Servers]:
    raise NotImplementedError
    yield


async def assembled(settings: Settings, database: Database, servers: Servers) -> Engine:
    dialogs, questions, answers = Dialogs(database), Questions(database), Answers(database)
    catalogue = Catalogue(database, servers)
    await catalogue.open()
    prompting = Prompting(dialogs, questions, catalogue)
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
        runs=Runs(),
        answering=Answering(dialogs, answers, catalogue, prompting),
    )
