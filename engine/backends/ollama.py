"""Ollama, over the `ollama` package's client: its own protocol, not the OpenAI one, for the window and the loading.

Knows what Ollama must be told each time (the same num_ctx, or it loads the model anew; no silent cutting) and how it
says that something is wrong. It does not know whether a prompt fits; it only refuses to have it cut.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from typing import Any

import ollama

from config.settings import BackendKind
from engine.backends.base import Capabilities, ChatRequest, ModelInfo
from engine.backends.cuts import fewest_tokens, may_cut, was_cut
from engine.backends.ollama_client import OllamaClient
from engine.backends.ollama_facts import capabilities_of, context_tokens_of, num_ctx, usage_of, wire_message
from engine.backends.refusals import error_of
from engine.backends.templates import with_fitting_roles
from engine.backends.wire import AiohttpTransport, Patience, credentials, public_url, renamed
from engine.errors import BackendError, BrokenStream, ContextTooLong, RequestRefused, ServerDown
from engine.events import Chunk, Delta, Finish, Thought, Waiting
from engine.messages import Message, Params

log = logging.getLogger(__name__)

SHOWN_AT_ONCE = 4


class OllamaBackend:
    """One Ollama server."""

    kind: BackendKind = "ollama"

    def __init__(self, server: str, url: str, patience: Patience) -> None:
        self.server = server
        self.url = public_url(url)
        self._patience = patience
        self._client = OllamaClient(
            self.url.rstrip("/").removesuffix("/v1"),
            transport=AiohttpTransport(url),
            timeout=patience.stream(),
            headers=credentials(url),
        )
        self._version: str | None = None
        self._digests: dict[str, str] = {}
        self._shown: dict[str, ollama.ShowResponse] = {}
        self._running: dict[str, int | None] = {}
        self._loaded_with: dict[str, int] = {}
        self._without_system: set[str] = set()

    def stream(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        """Waiting first if the model has to be loaded; thoughts apart from text where Ollama knows the model's marks.

        A server that cannot be forbidden to cut a prompt is caught at it: ContextTooLong instead of a Finish.
        """
        return with_fitting_roles(request, self._without_system, self._stream)

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        with self._renamed(model):
            answer = await self._client.embed(model, list(texts), truncate=False)
        return [list(vector) for vector in answer.embeddings]

    async def list(self) -> list[ModelInfo]:
        with self._renamed():
            tags = (await self._client.list()).models
        self._digests = {tag.model or "": tag.digest or "" for tag in tags}
        await self._look_at_running()
        gate = asyncio.Semaphore(SHOWN_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            shown = [group.create_task(self._shown_or_none(tag.model or "", gate)) for tag in tags]
        return [self._info(tag, show.result()) for tag, show in zip(tags, shown, strict=True)]

    async def health(self) -> None:
        with self._renamed():
            answer = await self._client.get("/api/version", self._patience.short())
        version = str(answer.get("version", ""))
        if version != self._version and may_cut(version):
            log.warning("%s runs Ollama %s, which may cut long prompts silently: update it", self.server, version)
        self._version = version

    async def capabilities(self, model: str) -> Capabilities:
        return capabilities_of(await self._facts(model))

    async def load(self, model: str, params: Params) -> None:
        if capabilities_of(await self._facts(model)).embeds:
            await self.embed(model, ["."])
            return
        n_ctx = await self._num_ctx(model, params)
        await self._chat_without_messages(self._body(model, params, n_ctx))
        self._running[model] = self._loaded_with[model] = n_ctx

    async def unload(self, model: str) -> None:
        await self._chat_without_messages({"model": model, "keep_alive": 0})
        self._running.pop(model, None)
        self._loaded_with.pop(model, None)

    async def count_tokens(self, model: str, messages: Sequence[Message]) -> int | None:
        """None: Ollama has no tokenizer to ask."""
        return None

    def window(self, model: ModelInfo, params: Params) -> int | None:
        return num_ctx(params.n_ctx, model.context_tokens)

    async def forget(self, cache_key: str, *, wholly: bool = True) -> None:
        """Nothing is kept here."""

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _stream(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        n_ctx = await self._num_ctx(request.model, request.params)
        if self._version is None:
            await self.health()
        watched = may_cut(self._version or "")
        if watched and fewest_tokens(request.messages) > n_ctx:
            raise ContextTooLong(self.server, request.model, n_ctx=n_ctx)
        if not self._is_running(request.model, n_ctx):
            yield Waiting("load")
            await self.load(request.model, request.params)
        async with aclosing(self._chat(request, n_ctx)) as chunks:
            async for chunk in chunks:
                if watched and isinstance(chunk, Finish):
                    self._raise_if_cut(request, chunk.usage.prompt_tokens, n_ctx)
                yield chunk

    async def _chat(self, request: ChatRequest, n_ctx: int) -> AsyncGenerator[Chunk, None]:
        body = self._body(request.model, request.params, n_ctx)
        body |= {"messages": [wire_message(message) for message in request.messages], "stream": True}
        if request.schema is not None:
            body["format"] = request.schema
        if request.params.think is not None and capabilities_of(await self._facts(request.model)).thinks:
            body["think"] = request.params.think
        with self._renamed(request.model):
            async with aclosing(self._client.stream("/api/chat", body, self._patience.stream())) as lines:
                async for line in lines:
                    if error := line.get("error"):
                        raise error_of(self.server, request.model, error)
                    message = line.get("message") or {}
                    if thought := message.get("thinking"):
                        yield Thought(thought)
                    if text := message.get("content"):
                        yield Delta(text)
                    if line.get("done"):
                        yield Finish("length" if line.get("done_reason") == "length" else "stop", usage_of(line))
                        return
        raise BrokenStream(self.server, request.model, detail="the stream ended before its last line")

    def _raise_if_cut(self, request: ChatRequest, counted: int | None, n_ctx: int) -> None:
        if counted is not None and was_cut(request.messages, counted, n_ctx):
            raise ContextTooLong(self.server, request.model, n_ctx=n_ctx)

    async def _chat_without_messages(self, body: dict[str, Any]) -> None:
        """Loads the model, or lets go of it when it shall be kept alive for 0 seconds."""
        with self._renamed(body["model"], self._patience.load_s):
            await self._client.post("/api/chat", body | {"messages": [], "stream": False}, self._patience.load())

    def _body(self, model: str, params: Params, n_ctx: int) -> dict[str, Any]:
        """What loading and asking have in common: Ollama loads a model anew if num_ctx, num_gpu or shift change."""
        options = {
            "num_ctx": n_ctx,
            "num_gpu": params.n_gpu_layers if (params.n_gpu_layers or 0) >= 0 else None,
            "temperature": params.temperature,
            "top_p": params.top_p,
            "top_k": params.top_k,
            "min_p": params.min_p,
            "repeat_penalty": params.repeat_penalty,
            "num_predict": params.max_tokens,
            "seed": params.seed,
            "stop": [*params.stop] or None,
        }
        said = {name: value for name, value in options.items() if value is not None}
        return {"model": model, "options": said, "truncate": False, "shift": False}

    async def _num_ctx(self, model: str, params: Params) -> int:
        return num_ctx(params.n_ctx, context_tokens_of(await self._facts(model)))

    def _is_running(self, model: str, n_ctx: int) -> bool:
        """Loaded, as far as known, with our window; a window that Ollama itself has corrected counts as ours."""
        return model in self._running and self._loaded_with.get(model, self._running[model]) in (None, n_ctx)

    async def _facts(self, model: str) -> ollama.ShowResponse:
        """What /api/show says, asked once for each digest."""
        key = self._digests.get(model) or model
        if key not in self._shown:
            with self._renamed(model):
                self._shown[key] = await self._client.show(model)
        return self._shown[key]

    async def _shown_or_none(self, model: str, gate: asyncio.Semaphore) -> ollama.ShowResponse | None:
        """None for a model that cannot be shown: it must not hide the others."""
        async with gate:
            try:
                return await self._facts(model)
            except BackendError:
                return None

    async def _look_at_running(self) -> None:
        """Ollama does not say what is loaded while it is loading something: then what was known stays."""
        try:
            with self._renamed():
                answer = ollama.ProcessResponse(**await self._client.get("/api/ps", self._patience.short()))
        except BackendError:
            return
        self._running = {model.model or model.name or "": model.context_length for model in answer.models}

    def _info(self, tag: ollama.ListResponse.Model, show: ollama.ShowResponse | None) -> ModelInfo:
        name = tag.model or ""
        return ModelInfo(
            name=name,
            size_bytes=int(tag.size) if tag.size else None,
            context_tokens=context_tokens_of(show) if show else None,
            capabilities=capabilities_of(show) if show else Capabilities(),
            loaded=name in self._running,
            loaded_tokens=self._running.get(name),
            parameters=tag.details.parameter_size if tag.details else None,
            quantisation=tag.details.quantization_level if tag.details else None,
            digest=tag.digest,
        )

    @contextmanager
    def _renamed(self, model: str = "", waited_s: float | None = None) -> Iterator[None]:
        try:
            with renamed(self.server, model, self.url, waited_s or self._patience.silence_s):
                yield
        except ollama.ResponseError as error:
            raise error_of(self.server, model, error.error, status=error.status_code, url=self.url) from error
        except ConnectionError as error:
            raise ServerDown(self.server, model, url=self.url) from error
        except (ValueError, TypeError) as error:
            raise RequestRefused(self.server, model, status=200, detail="this is not Ollama's protocol") from error
