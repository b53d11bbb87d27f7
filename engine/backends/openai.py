"""Servers that speak OpenAI's protocol: LM Studio, vLLM, llama-server, OpenAI and all that are compatible.

One adapter; what differs is in flavours.py. It does not know whether a prompt fits or what the words mean.
"""

import base64
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import replace
from typing import Any

from config.settings import BackendKind
from engine.backends.base import Capabilities, ChatRequest, ModelInfo
from engine.backends.cuts import fewest_tokens
from engine.backends.flavours import Flavour
from engine.backends.openai_line import OpenAILine
from engine.backends.templates import for_template, with_fitting_roles
from engine.backends.wire import Patience
from engine.errors import BackendError, BrokenStream, ContextTooLong, NoSuchModel, RequestRefused
from engine.events import Chunk, Delta, Finish, Thought, Waiting
from engine.messages import FinishReason, Message, Params, Usage

SIGNATURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp", b"GIF8": "image/gif"}
OPENAI = "api.openai.com"


class OpenAIBackend:
    """One server. The key is given for services that ask for one, never for servers at home."""

    def __init__(self, server: str, url: str, flavour: Flavour, patience: Patience, api_key: str | None = None) -> None:
        self._line = OpenAILine(server, url, patience, api_key)
        self.server = server
        self.kind: BackendKind = flavour.kind
        self.url = self._line.url
        self._flavour = flavour
        self._models: dict[str, ModelInfo] = {}
        self._without_system: set[str] = set()
        # OpenAI's reasoning models refuse max_tokens; the servers that copy its protocol know nothing else.
        self._limit = "max_completion_tokens" if OPENAI in self.url else "max_tokens"

    def stream(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        """Waiting first if the server will load the model; thoughts apart from text where the server tells them."""
        return with_fitting_roles(request, self._without_system, self._stream)

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        body = {"model": model, "input": list(texts)}
        answer = await self._line.post(f"{self._line.v1}/embeddings", body, model, self._line.patience.stream())
        with self._understood():
            return [entry["embedding"] for entry in sorted(answer["data"], key=lambda entry: int(entry["index"]))]

    async def list(self) -> list[ModelInfo]:
        with self._understood():
            models = await self._flavour.list_models(self._line)
        self._models = {model.name: model for model in models}
        return models

    async def health(self) -> None:
        base = self._line.v1 if self.kind == "openai" else self._line.root
        for page in self._flavour.alive:
            if await self._line.is_there(base + page):
                return
        raise RequestRefused(self.server, status=404, detail="this is not OpenAI's protocol")

    async def capabilities(self, model: str) -> Capabilities:
        if model not in self._models:
            await self.list()
        if model not in self._models:
            raise NoSuchModel(self.server, model)
        return self._models[model].capabilities

    async def load(self, model: str, params: Params) -> None:
        if self._flavour.load is not None:
            with self._understood():
                await self._flavour.load(self._line, model, params)

    async def unload(self, model: str) -> None:
        if self._flavour.unload is not None:
            with self._understood():
                await self._flavour.unload(self._line, model)

    async def count_tokens(self, model: str, messages: Sequence[Message]) -> int | None:
        """Exact on llama-server and vLLM; None elsewhere, and where a server in their place has no tokenizer page."""
        if self._flavour.count is None:
            return None
        fitting = for_template(messages, system_role=model not in self._without_system)
        try:
            with self._understood():
                return await self._flavour.count(self._line, model, [_message(message) for message in fitting])
        except RequestRefused:
            return None

    def window(self, model: ModelInfo, params: Params) -> int | None:
        """What the server has loaded the model with; it cannot be asked for another window."""
        if model.loaded_tokens or self._flavour.unloaded_n_ctx is None:
            return model.loaded_tokens or model.context_tokens
        return min(self._flavour.unloaded_n_ctx, model.context_tokens or self._flavour.unloaded_n_ctx)

    async def forget(self, cache_key: str, *, wholly: bool = True) -> None:
        """Nothing is kept here."""

    async def aclose(self) -> None:
        await self._line.aclose()

    async def _stream(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        patience = self._line.patience.stream()
        info = self._models.get(request.model)
        if info is not None and not info.loaded and self._flavour.loads_on_demand:
            yield Waiting("load")
            patience = self._line.patience.load()
        events = self._line.events(self._body(request), request.model, patience)
        usage: Mapping[str, Any] = {}
        timings: Mapping[str, Any] = {}
        finish: FinishReason | None = None
        has_text = False
        async with aclosing(events):
            async for event in events:
                if choices := event.get("choices"):
                    choice = choices[0]
                    said = choice.get("delta") or choice.get("message") or {}
                    if thought := said.get("reasoning_content") or said.get("reasoning"):
                        has_text = True
                        yield Thought(thought)
                    if text := said.get("content"):
                        has_text = True
                        yield Delta(text)
                    if reason := choice.get("finish_reason"):
                        finish = "length" if reason == "length" else "stop"
                usage = event.get("usage") or usage
                timings = event.get("timings") or timings
        if finish is None:
            raise self._broken(request, has_text)
        if info is not None:
            self._models[request.model] = replace(info, loaded=True)
        yield Finish(finish, _usage(usage, timings))

    def _broken(self, request: ChatRequest, has_text: bool) -> BackendError:
        """An answer without an end. One that is empty as well is how some servers refuse a prompt too long."""
        if has_text:
            return BrokenStream(self.server, request.model, detail="the stream ended before its last event")
        info = self._models.get(request.model)
        window = info.loaded_tokens if info else None
        if window is not None and fewest_tokens(request.messages) >= window:
            return ContextTooLong(self.server, request.model, n_ctx=window)
        return BrokenStream(self.server, request.model, detail="an empty answer")

    @contextmanager
    def _understood(self) -> Iterator[None]:
        """An answer without what must be in it is not of this protocol."""
        try:
            yield
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RequestRefused(self.server, status=200, detail=f"an answer of another kind: {error!r}") from error

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        params = request.params
        said: dict[str, Any] = {
            "temperature": params.temperature,
            "top_p": params.top_p,
            "seed": params.seed,
            "stop": [*params.stop] or None,
            "logit_bias": {str(token): bias for token, bias in params.logit_bias} or None,
            self._limit: params.max_tokens,
            **{wire: getattr(params, name) for name, wire in self._flavour.further_params.items()},
        }
        if request.schema is not None:
            said["response_format"] = _response_format(request.schema)
        if params.think is not None and self._flavour.template_switches_thinking:
            said["chat_template_kwargs"] = {"enable_thinking": params.think}
        return {
            "model": request.model,
            "messages": [_message(message) for message in request.messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            **{name: value for name, value in said.items() if value is not None},
            **self._flavour.extra,
        }


def _response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}


def _message(message: Message) -> dict[str, Any]:
    if not message.images:
        return {"role": message.role, "content": message.text}
    parts: list[dict[str, Any]] = [{"type": "text", "text": message.text}] if message.text else []
    parts += [{"type": "image_url", "image_url": {"url": _data_uri(image)}} for image in message.images]
    return {"role": message.role, "content": parts}


def _data_uri(image: bytes) -> str:
    mime = next((mime for start, mime in SIGNATURES.items() if image.startswith(start)), "image/png")
    return f"data:{mime};base64,{base64.b64encode(image).decode()}"


def _usage(usage: Mapping[str, Any], timings: Mapping[str, Any]) -> Usage:
    """OpenAI's usage, and llama-server's timings where there are any."""
    reused = (usage.get("prompt_tokens_details") or {}).get("cached_tokens")
    return Usage(
        prompt_tokens=usage.get("prompt_tokens"),
        reused_tokens=timings.get("cache_n") if reused is None else reused,
        answer_tokens=usage.get("completion_tokens"),
        prompt_s=_seconds(timings.get("prompt_ms")),
        answer_s=_seconds(timings.get("predicted_ms")),
    )


def _seconds(duration_ms: float | None) -> float | None:
    return None if duration_ms is None else duration_ms / 1000
