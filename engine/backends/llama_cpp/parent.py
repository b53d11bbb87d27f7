"""Embedded llama.cpp as a backend: GGUF files answer from child processes, one a loaded model.

Knows which files there are and how a request becomes frames; not how a model computes, nor how it is loaded.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from config.settings import BackendKind
from engine.backends.base import Capabilities, ChatRequest, ModelInfo
from engine.backends.llama_cpp.child import Child
from engine.backends.llama_cpp.cores import Cores
from engine.backends.llama_cpp.files import DEFAULT_N_CTX, Files, ModelFile
from engine.backends.llama_cpp.frames import chunk_of, generate, lines
from engine.backends.llama_cpp.keeping import Keeping
from engine.backends.llama_cpp.machine import Machine
from engine.backends.llama_cpp.plans import MAX_EMBED_TOKENS, Plans, build
from engine.backends.llama_cpp.refusals import error_of
from engine.backends.llama_cpp.resident import N_SLOTS, Wanted, allowed_threads
from engine.backends.llama_cpp.residents import Residents
from engine.backends.llama_cpp.state_files import StateFiles
from engine.backends.llama_cpp.taking import given_back
from engine.backends.llama_cpp.turns import PATIENCE_S
from engine.backends.llama_cpp.wire import (
    Count,
    Counted,
    Embed,
    Failed,
    Vector,
)
from engine.errors import (
    BadModelFile,
    CannotSee,
    NoMemory,
    NoSuchModel,
    NotInstalled,
    SilentModel,
)
from engine.events import Chunk, Finish, Waiting
from engine.fitting import Free
from engine.measurements import Measurements
from engine.memory import free_memory
from engine.memory_plan import Candidate
from engine.messages import Message, Params


def is_installed() -> bool:
    """Whether llama-cpp-python is there; it is only ever imported in a child."""
    return find_spec("llama_cpp") is not None


class LlamaCppBackend:
    """Use as `async with`, or call aclose at the end. `models_dir` and `models_file` may come, change and go.

    A model answers up to `n_slots` dialogs at the same time; what it computed of them goes to `states` at its end.
    All models together compute with at most `n_threads`.
    """

    server = "llama_cpp"
    kind: BackendKind = "llama_cpp"
    url = ""

    def __init__(
        self,
        models_dir: Path,
        models_file: Path,
        *,
        silence_timeout_s: float = 120.0,
        load_timeout_s: float = 600.0,
        n_slots: int = N_SLOTS,
        n_threads: int | None = None,
        guide: Path | None = None,
        free_memory: Callable[[], Free] = free_memory,
        measurements: Measurements | None = None,
        states: StateFiles | None = None,
        installed: Callable[[], bool] = is_installed,
        patience_s: float = PATIENCE_S,
    ) -> None:
        n_threads = n_threads or allowed_threads()
        self._files = Files(models_dir, models_file, guide)
        self._guide = guide
        self._known: dict[str, ModelFile] = {}
        self._scanning = asyncio.Lock()
        self._installed = installed
        self._plans = Plans(self.server, lambda: self._known.values(), measurements, build(), n_slots)
        self._keeping = Keeping(states)
        self._residents = Residents(
            self.server,
            Machine(free_memory, n_threads),
            self._plans,
            self._keeping,
            silence_timeout_s,
            load_timeout_s,
            patience_s,
        )
        self._cores = Cores(n_threads)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        """Waiting("load") and Waiting("queue", place) if need be, Deltas, one Finish; closing stops the model."""
        file = await self._file(request.model)
        if file.eyes is None and any(message.images for message in request.messages):
            raise CannotSee(self.server, file.name)
        wanted = _wanted(file, request.params)
        was_ready = self._residents.is_ready(wanted)
        if not was_ready:
            yield Waiting("load")
        started = asyncio.get_running_loop().time()
        async with self._answering(wanted) as child:
            load_s = None if was_ready else asyncio.get_running_loop().time() - started
            try:
                async with aclosing(child.replies(generate(child.next_id(), request))) as replies:
                    async for reply in replies:
                        if isinstance(reply, Failed):
                            raise error_of(reply, self.server, file)
                        chunk = chunk_of(reply, load_s)
                        if isinstance(chunk, Finish) and await asyncio.to_thread(self._files.was_overwritten, file):
                            raise BadModelFile(self.server, file.name, file=file.path.name, fault="changed")
                        if chunk:
                            yield chunk
            except SilentModel:
                await self._residents.drop(child)
                raise

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """One vector of length 1 a text, by the model's own pooling, else the mean."""
        file = await self._file(model)
        vectors = []
        async with self._residents.use(_wanted(file, Params())) as child:
            for text in texts:
                reply = await child.ask(Embed(child.next_id(), text))
                if not isinstance(reply, Vector):
                    raise error_of(reply, self.server, file)
                vectors.append(list(reply.values))
        return vectors

    async def list(self) -> list[ModelInfo]:
        """Usable files, registered ones first; none without llama-cpp-python."""
        if not self._installed():
            return []
        await self._scan()
        uses_gpu = await self._residents.uses_gpu()
        return [self._info(file, uses_gpu) for file in self._known.values()]

    async def health(self) -> None:
        """Raises NotInstalled if llama-cpp-python is not there."""
        if not self._installed():
            raise NotInstalled(self.server, guide=self._guide is not None and self._guide.is_file())

    async def capabilities(self, model: str) -> Capabilities:
        return _capabilities(await self._file(model))

    async def load(self, model: str, params: Params) -> None:
        async with self._residents.use(_wanted(await self._file(model), params)):
            return

    async def unload(self, model: str) -> None:
        """Waits for answers in the making."""
        await self._residents.unload(model)

    async def count_tokens(self, model: str, messages: Sequence[Message]) -> int | None:
        """Exact; opens only the vocabulary of a model that is not loaded, and does not wait for answers."""
        file = await self._file(model)
        if any(message.images for message in messages):
            return None  # how many tokens a picture takes is known when it is opened
        async with self._residents.counting(file) as child:
            reply = await child.ask(Count(child.next_id(), lines(messages)))
        if isinstance(reply, Counted):
            return reply.tokens
        raise error_of(reply, self.server, file)

    def window(self, model: ModelInfo, params: Params) -> int | None:
        """What `params` ask for, else the default of models.yaml, else the model's own up to DEFAULT_N_CTX."""
        if params.n_ctx:
            return params.n_ctx
        file = self._known.get(model.name)
        tokens = file.default_n_ctx if file else min(model.context_tokens or DEFAULT_N_CTX, DEFAULT_N_CTX)
        return min(tokens, MAX_EMBED_TOKENS) if model.capabilities.embeds else tokens

    async def candidate(self, model: str, params: Params) -> Candidate:
        """The model for planning with others; nothing is loaded."""
        return self._residents.candidate(_wanted(await self._file(model), params))

    async def room(self, wanted: Sequence[str]) -> Free:
        """What is free, with what loaded models would give back that are idle or `wanted`."""
        return await self._residents.room(wanted)

    async def refusal(self, model: str, params: Params) -> NoMemory | None:
        """Why the model cannot be loaded even once all others have left; None where it can."""
        return await self._residents.refusal(_wanted(await self._file(model), params))

    async def unload_idle(self, model: str) -> None:
        """Unload the model unless somebody uses it."""
        await self._residents.unload(model, only_idle=True)

    async def unload_unused(self, now_s: float, keep_alive_s: float) -> None:
        """Unload what nobody used for longer than models.yaml says, else `keep_alive_s`; `now_s` is monotonic."""
        await self._residents.unload_unused(now_s, keep_alive_s)

    async def load_beside(self, model: str, params: Params) -> bool:
        """Load a model if it fits beside all that is loaded; False if it does not."""
        wanted = _wanted(await self._file(model), params)
        if not await self._residents.has_room(wanted):
            return False
        await self.load(model, params)
        return True

    async def forget(self, cache_key: str, *, wholly: bool = True) -> None:
        """In the memory of loaded models and in files; raises StorageError if one of these cannot be removed."""
        await self._keeping.forget(cache_key, wholly)

    async def aclose(self) -> None:
        await self._residents.aclose()

    @asynccontextmanager
    async def _answering(self, wanted: Wanted) -> AsyncIterator[Child]:
        """The child with the model, and its share of the cores."""
        async with self._residents.use(wanted) as child:
            with self._cores.answering(child):
                yield child

    async def _file(self, name: str) -> ModelFile:
        if not self._installed():
            raise NotInstalled(self.server, name)
        file = self._known.get(name)
        if file is None or not await asyncio.to_thread(self._files.is_unchanged, file):
            await self._scan()
        if file := self._known.get(name):
            return file
        trouble = self._files.trouble(name)
        raise replace(trouble, server=self.server, model=name) if trouble else NoSuchModel(self.server, name)

    async def _scan(self) -> None:
        async with self._scanning:
            self._known = await asyncio.to_thread(self._files.scan)

    def _info(self, file: ModelFile, uses_gpu: bool) -> ModelInfo:
        resident = self._residents.loaded(file.name)
        header = file.header
        return ModelInfo(
            file.name,
            size_bytes=header.size_bytes,
            context_tokens=header.context_tokens,
            capabilities=_capabilities(file),
            loaded=resident is not None,
            loaded_tokens=resident.n_ctx if resident else None,
            parameters=_short(header.parameters),
            quantisation=header.quantisation,
            description=file.entry.description,
            forecast=(resident.forecast if resident else None) or self._plans.default(file),
            measured=resident.taken if resident else None,
            gives_back=given_back(resident) if resident else None,
            uses_gpu=uses_gpu,
            least_bytes=None if resident else self._plans.least(file),
            files=header.parts,
            is_guide=self._guide is not None and file.path == self._guide,
        )


def _wanted(file: ModelFile, params: Params) -> Wanted:
    return Wanted(file, params.n_ctx or file.default_n_ctx, params.n_ctx is not None, params.n_gpu_layers)


def _capabilities(file: ModelFile) -> Capabilities:
    return Capabilities(sees=file.eyes is not None, thinks=file.header.thinks, embeds=file.header.embeds)


def _short(parameters: int) -> str:
    """As models are called: 7.2B, 135M."""
    if parameters >= 999_500_000:
        return f"{parameters / 1e9:.1f}B"
    return f"{max(1, round(parameters / 1e6))}M"
