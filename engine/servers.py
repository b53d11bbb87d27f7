"""The servers there are: looked for at the start, looked after all the time, each with its models or its trouble.

A server that fails is left out until it answers again. It does not choose between servers.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from config.settings import BackendKind, ServerAddress, Settings
from engine.backends.base import Backend, ModelInfo
from engine.backends.flavours import FLAVOURS
from engine.backends.ollama import OllamaBackend
from engine.backends.openai import OpenAIBackend
from engine.backends.wire import Patience
from engine.characters import is_whole
from engine.errors import BackendError, NotInstalled, ServerDown, SilentModel

log = logging.getLogger(__name__)

FIRST_LOOK_S = 2.0
"""How long the start waits for servers; an address that swallows packets is waited for in the background."""
LONGEST_PAUSE_S = 60.0
"""A dead server is asked less and less often, down to this."""


@dataclass(frozen=True, slots=True)
class ServerState:
    """`error` is why it is left out now; `checked_at` is in Unix seconds, None before the first look."""

    name: str
    kind: BackendKind
    url: str
    error: BackendError | None = None
    models: tuple[ModelInfo, ...] = ()
    checked_at: float | None = None

    @property
    def is_well(self) -> bool:
        return self.error is None and self.checked_at is not None

    @property
    def listed(self) -> tuple[ModelInfo, ...]:
        """Its models as people count them: without the guide."""
        return tuple(model for model in self.models if not model.is_guide)


class Servers:
    """All backends in their order of preference; `changed` is awaited after each difference in what they offer."""

    def __init__(
        self,
        backends: Sequence[Backend],
        check_interval_s: float,
        changed: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._backends = {backend.server: backend for backend in backends}
        self._check_interval_s = check_interval_s
        self._changed = changed
        self._states = {name: _unseen(backend) for name, backend in self._backends.items()}
        self._failures = dict.fromkeys(self._backends, 0)
        self._locks = {name: asyncio.Lock() for name in self._backends}
        self._wake = {name: asyncio.Event() for name in self._backends}
        self._all_seen = asyncio.Event()

    def states(self) -> tuple[ServerState, ...]:
        return tuple(self._states.values())

    @property
    def all_seen(self) -> bool:
        """Every server was looked at, at least once."""
        return self._all_seen.is_set()

    def backend(self, server: str) -> Backend:
        """The backend of a server by its name; KeyError if there is none."""
        return self._backends[server]

    async def watch(self) -> None:
        """Look after all servers until cancelled."""
        async with asyncio.TaskGroup() as group:
            for name in self._backends:
                group.create_task(self._watch(name))

    async def first_look(self, at_most_s: float = FIRST_LOOK_S) -> None:
        """Return when `watch` has looked at every server, or after `at_most_s`."""
        if not self._backends:
            return
        try:
            async with asyncio.timeout(at_most_s):
                await self._all_seen.wait()
        except TimeoutError:
            log.info("still waiting for %s", ", ".join(name for name, state in self._states.items() if _is_new(state)))

    async def refresh(self, server: str | None = None) -> None:
        """Look now, at one server or at all; a name that is not among them is nothing to look at."""
        names = [name for name in self._backends if server in (None, name)]
        async with asyncio.TaskGroup() as group:
            looks = [group.create_task(self._look_at(name)) for name in names]
        await self._tell(any(look.result() for look in looks))

    def look_again(self, server: str) -> None:
        """Look soon: somebody had trouble with this server; one that the settings do not name any more is let be."""
        if server in self._wake:
            self._wake[server].set()

    async def forget(self, cache_key: str, *, wholly: bool) -> None:
        """As Backend.forget, everywhere."""
        for backend in self._backends.values():
            await backend.forget(cache_key, wholly=wholly)

    async def aclose(self) -> None:
        for backend in self._backends.values():
            await backend.aclose()

    async def _watch(self, name: str) -> None:
        while True:
            self._wake[name].clear()
            await self._tell(await self._look_at(name))
            try:
                async with asyncio.timeout(self._pause_s(name)):
                    await self._wake[name].wait()
            except TimeoutError:
                continue

    def _pause_s(self, name: str) -> float:
        pause_s = self._check_interval_s * 2.0 ** min(self._failures[name], 10)
        return min(pause_s, max(LONGEST_PAUSE_S, self._check_interval_s))

    async def _look_at(self, name: str) -> bool:
        """True if the server now offers something else than before."""
        async with self._locks[name]:
            before = self._states[name]
            found = await _found(self._backends[name], before)
            self._states[name] = found
            self._failures[name] = 0 if found.error is None else self._failures[name] + 1
        if not any(_is_new(state) for state in self._states.values()):
            self._all_seen.set()
        _log_change(before, found)
        return _offer(found) != _offer(before)

    async def _tell(self, is_different: bool) -> None:
        if is_different and self._changed is not None:
            await self._changed()


def remote_backends(settings: Settings) -> list[Backend]:
    """A backend for each address of the settings, in the order of LLM_PROVIDERS."""
    patience = Patience(connect_s=settings.llm_connect_timeout_s, silence_s=settings.llm_silence_timeout_s)
    backends: dict[str, Backend] = {}
    for kind in settings.llm_providers:
        for address in _addresses(settings, kind):
            name = address.name if address.name not in backends else f"{address.name}-{kind}"
            backends[name] = _remote_backend(settings, kind, name, address.url, patience)
    return list(backends.values())


def in_order(backends: Iterable[Backend], kinds: Sequence[BackendKind]) -> list[Backend]:
    """The backends of `kinds` only, in that order."""
    return sorted((backend for backend in backends if backend.kind in kinds), key=lambda one: kinds.index(one.kind))


def _addresses(settings: Settings, kind: BackendKind) -> tuple[ServerAddress, ...]:
    match kind:
        case "ollama":
            return settings.ollama_base_url
        case "lmstudio":
            return settings.lmstudio_base_url
        case "vllm":
            return settings.vllm_base_url
        case "llama_server":
            return settings.llamacpp_base_url
        case "openai":
            return settings.openai_base_url
        case "llama_cpp":
            return ()


def _remote_backend(settings: Settings, kind: BackendKind, name: str, url: str, patience: Patience) -> Backend:
    if kind == "ollama":
        return OllamaBackend(name, url, patience)
    key = settings.openai_api_key if kind == "openai" else None
    return OpenAIBackend(name, url, FLAVOURS[kind], patience, key.get_secret_value() if key else None)


def _unseen(backend: Backend) -> ServerState:
    return ServerState(backend.server, backend.kind, backend.url)


def _is_new(state: ServerState) -> bool:
    return state.checked_at is None


async def _found(backend: Backend, before: ServerState) -> ServerState:
    """What a look at the server finds; one that was well and is too busy to answer in time counts as well."""
    try:
        await backend.health()
        models = _usable(await backend.list())
    except SilentModel as error:
        return before if before.is_well else replace(before, error=error, models=(), checked_at=time.time())
    except BackendError as error:
        return replace(before, error=error, models=(), checked_at=time.time())
    return replace(before, error=None, models=models, checked_at=time.time())


def _usable(models: Sequence[ModelInfo]) -> tuple[ModelInfo, ...]:
    """Each model once, and only those whose name can be stored: a foreign list may hold anything."""
    named = {model.name: model for model in models if isinstance(model.name, str) and is_whole(model.name)}
    return tuple(named.values())


def _offer(state: ServerState) -> tuple[object, ...]:
    return state.is_well, type(state.error), state.models


def _log_change(before: ServerState, found: ServerState) -> None:
    where = f"{found.name} at {found.url}" if found.url else found.name
    names = [model.name for model in found.models]
    if found.error is None and (not before.is_well or names != [model.name for model in before.models]):
        log.info("%s is there, models: %s", where, len(names))
    if found.error is None or type(found.error) is type(before.error):
        return
    match found.error:
        case ServerDown() if not before.is_well:
            log.info("%s is not there", where)
        case NotInstalled():
            log.info("%s: llama-cpp-python is not installed (yet)", where)
        case _:
            log.warning("%s is left out: %s", where, _reason(found.error))


def _reason(error: BackendError) -> str:
    return getattr(error, "detail", "") or type(error).__name__
