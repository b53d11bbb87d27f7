"""What LM Studio, vLLM, llama-server and OpenAI do each in their own way: listing, counting, loading.

Everything else they have in common, and it stands in openai.py. A flavour is a record; what differs is a function.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from config.settings import BackendKind
from engine.backends.base import GUIDE_NAME, Capabilities, ModelInfo
from engine.backends.openai_line import OpenAILine
from engine.errors import NoMemory, NoSuchModel, RequestRefused, SilentModel
from engine.messages import Params

WireMessages = Sequence[Mapping[str, Any]]
LMSTUDIO_N_CTX = 4096
"""The window LM Studio gives a model that it loads by itself, unless the person has set another one there."""
STATUS_EVERY_S = 0.5
CONTEXT_KEYS = ("max_model_len", "context_length", "context_window", "max_context_length")


@dataclass(frozen=True, slots=True)
class Flavour:
    """`alive` are pages to ask for a sign of life, the next one where the server has no such page.

    `extra` goes into every chat request; `loads_on_demand` means that asking a model loads it first.
    `further_params` are the fields of Params that OpenAI's protocol lacks and this server knows, by its names for them.
    """

    kind: BackendKind
    alive: tuple[str, ...]
    list_models: Callable[[OpenAILine], Awaitable[list[ModelInfo]]]
    count: Callable[[OpenAILine, str, WireMessages], Awaitable[int]] | None = None
    load: Callable[[OpenAILine, str, Params], Awaitable[None]] | None = None
    unload: Callable[[OpenAILine, str], Awaitable[None]] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    further_params: Mapping[str, str] = field(default_factory=dict)
    loads_on_demand: bool = False
    unloaded_n_ctx: int | None = None
    template_switches_thinking: bool = False


async def lmstudio_models(line: OpenAILine) -> list[ModelInfo]:
    """By LM Studio's own list of version 0.4, failing that of 0.3.6, failing that OpenAI's."""
    for path, key, read in (("/api/v1/models", "models", _lmstudio_v1), ("/api/v0/models", "data", _lmstudio_v0)):
        try:
            answer = await line.get(line.root + path)
        except RequestRefused:
            continue
        return [read(entry) for entry in answer.get(key, [])]
    return await openai_models(line)


async def openai_models(line: OpenAILine) -> list[ModelInfo]:
    """By GET /v1/models, with whatever a service adds to it."""
    answer = await line.get(f"{line.v1}/models")
    return [_openai_model(entry) for entry in answer.get("data", [])]


async def vllm_models(line: OpenAILine) -> list[ModelInfo]:
    """vLLM serves what it was started with, all of it loaded."""
    answer = await line.get(f"{line.v1}/models")
    return [_openai_model(entry, loaded=True) for entry in answer.get("data", [])]


async def llama_server_models(line: OpenAILine) -> list[ModelInfo]:
    """The router's list with the state of each model; a plain llama-server has one and tells more at /props."""
    entries = (await line.get(f"{line.v1}/models")).get("data", [])
    if any("status" in entry for entry in entries):
        # A router that serves our models folder finds the guide there, which is offered by the bot itself.
        return [_routed_model(entry) for entry in entries if entry["id"] not in (GUIDE_NAME, f"{GUIDE_NAME}.gguf")]
    try:
        props = await line.get(f"{line.root}/props")
    except (RequestRefused, NoSuchModel):
        props = {}
    return [_served_model(entry, props) for entry in entries]


async def llama_server_count(line: OpenAILine, model: str, messages: WireMessages) -> int:
    """The template filled in by the server, then its own tokenizer."""
    filled = await line.post(f"{line.root}/apply-template", {"model": model, "messages": messages}, model)
    body = {"model": model, "content": filled["prompt"], "add_special": True, "parse_special": True}
    return len((await line.post(f"{line.root}/tokenize", body, model))["tokens"])


async def vllm_count(line: OpenAILine, model: str, messages: WireMessages) -> int:
    body = {"model": model, "messages": messages, "add_generation_prompt": True}
    return int((await line.post(f"{line.root}/tokenize", body, model))["count"])


async def lmstudio_load(line: OpenAILine, model: str, params: Params) -> None:
    body = {"model": model} | ({"context_length": params.n_ctx} if params.n_ctx else {})
    await line.post(f"{line.root}/api/v1/models/load", body, model, line.patience.load())


async def lmstudio_unload(line: OpenAILine, model: str) -> None:
    for entry in (await line.get(f"{line.root}/api/v1/models")).get("models", []):
        for instance in entry["loaded_instances"] if entry["key"] == model else []:
            await line.post(f"{line.root}/api/v1/models/unload", {"instance_id": instance["id"]}, model)


async def llama_server_load(line: OpenAILine, model: str, params: Params) -> None:
    """Ask the router and wait until it has done; a plain llama-server has its only model loaded."""
    if await _routed_status(line, model) is None:
        return
    await line.post(f"{line.root}/models/load", {"model": model}, model)
    try:
        async with asyncio.timeout(line.patience.load_s):
            await _until_loaded(line, model)
    except TimeoutError as error:
        raise SilentModel(line.server, model, waited_s=line.patience.load_s) from error


async def llama_server_unload(line: OpenAILine, model: str) -> None:
    if await _routed_status(line, model) is not None:
        await line.post(f"{line.root}/models/unload", {"model": model}, model)


async def _until_loaded(line: OpenAILine, model: str) -> None:
    while (status := await _routed_status(line, model)) is not None and status["value"] != "loaded":
        if status.get("failed"):
            raise NoMemory(line.server, model)
        await asyncio.sleep(STATUS_EVERY_S)


async def _routed_status(line: OpenAILine, model: str) -> Mapping[str, Any] | None:
    """What the router says of the model's state; None if there is no router."""
    entries = (await line.get(f"{line.v1}/models")).get("data", [])
    if not any("status" in entry for entry in entries):
        return None
    found = next((entry for entry in entries if entry["id"] == model), None)
    if found is None:
        raise NoSuchModel(line.server, model)
    status: Mapping[str, Any] = found["status"]
    return status


def _lmstudio_v1(entry: Mapping[str, Any]) -> ModelInfo:
    said = entry.get("capabilities") or {}
    instances = entry.get("loaded_instances") or []
    return ModelInfo(
        name=entry["key"],
        size_bytes=entry.get("size_bytes"),
        context_tokens=entry.get("max_context_length"),
        capabilities=Capabilities(
            sees=bool(said.get("vision")), thinks=bool(said.get("reasoning")), embeds=entry.get("type") == "embedding"
        ),
        loaded=bool(instances),
        loaded_tokens=instances[0].get("config", {}).get("context_length") if instances else None,
        parameters=entry.get("params_string"),
        quantisation=(entry.get("quantization") or {}).get("name"),
        description=entry.get("description") or "",
    )


def _lmstudio_v0(entry: Mapping[str, Any]) -> ModelInfo:
    return ModelInfo(
        name=entry["id"],
        context_tokens=entry.get("max_context_length"),
        capabilities=Capabilities(sees=entry.get("type") == "vlm", embeds=entry.get("type") == "embeddings"),
        loaded=entry.get("state") == "loaded",
        loaded_tokens=entry.get("loaded_context_length"),
        quantisation=entry.get("quantization"),
    )


def _openai_model(entry: Mapping[str, Any], loaded: bool = False) -> ModelInfo:
    context_tokens = next((entry[key] for key in CONTEXT_KEYS if isinstance(entry.get(key), int)), None)
    return ModelInfo(
        name=entry["id"],
        context_tokens=context_tokens,
        capabilities=Capabilities(sees=_takes_images(entry), embeds="embed" in entry["id"].lower()),
        loaded=loaded,
        loaded_tokens=context_tokens if loaded else None,
    )


def _routed_model(entry: Mapping[str, Any]) -> ModelInfo:
    meta = entry.get("meta") or {}
    return ModelInfo(
        name=entry["id"],
        size_bytes=meta.get("size"),
        context_tokens=meta.get("n_ctx_train"),
        capabilities=Capabilities(sees=_takes_images(entry)),
        loaded=entry["status"]["value"] == "loaded",
        loaded_tokens=meta.get("n_ctx"),
    )


def _served_model(entry: Mapping[str, Any], props: Mapping[str, Any]) -> ModelInfo:
    meta = entry.get("meta") or {}
    template = props.get("chat_template") or ""
    return ModelInfo(
        name=entry["id"],
        size_bytes=meta.get("size"),
        context_tokens=meta.get("n_ctx_train"),
        capabilities=Capabilities(
            sees=bool((props.get("modalities") or {}).get("vision")),
            thinks="enable_thinking" in template or "<think>" in template,
        ),
        loaded=True,
        loaded_tokens=(props.get("default_generation_settings") or {}).get("n_ctx"),
    )


def _takes_images(entry: Mapping[str, Any]) -> bool:
    return "image" in ((entry.get("architecture") or {}).get("input_modalities") or ())


FLAVOURS: Mapping[BackendKind, Flavour] = {
    "lmstudio": Flavour(
        kind="lmstudio",
        alive=("/v1/models",),
        list_models=lmstudio_models,
        load=lmstudio_load,
        unload=lmstudio_unload,
        further_params={"top_k": "top_k", "repeat_penalty": "repeat_penalty"},
        loads_on_demand=True,
        unloaded_n_ctx=LMSTUDIO_N_CTX,
    ),
    "vllm": Flavour(
        kind="vllm",
        alive=("/health", "/v1/models"),
        list_models=vllm_models,
        count=vllm_count,
        further_params={"top_k": "top_k", "min_p": "min_p", "repeat_penalty": "repetition_penalty"},
        template_switches_thinking=True,
    ),
    "llama_server": Flavour(
        kind="llama_server",
        alive=("/health", "/v1/models"),
        list_models=llama_server_models,
        count=llama_server_count,
        load=llama_server_load,
        unload=llama_server_unload,
        extra={"cache_prompt": True},
        further_params={"top_k": "top_k", "min_p": "min_p", "repeat_penalty": "repeat_penalty"},
        loads_on_demand=True,
        template_switches_thinking=True,
    ),
    "openai": Flavour(kind="openai", alive=("/models",), list_models=openai_models),
}
