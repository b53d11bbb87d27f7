"""The parts of the bot that handlers work with, wired once in bot.app."""

from dataclasses import dataclass

from bot.arena import Arena
from bot.deliveries import Deliveries
from bot.live import Live
from bot.outbox import Outbox
from bot.posting import Posting
from engine.assembly import Engine


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is; `private_topics`: its private chats have topics (Threaded Mode in BotFather)."""

    id: int
    username: str
    private_topics: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """The open parts; handlers get them as `parts`, and `user`, `texts`, `place` from the door."""

    engine: Engine
    outbox: Outbox
    deliveries: Deliveries
    posting: Posting
    live: Live
    arena: Arena
    me: Me
