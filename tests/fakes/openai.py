"""A server of ours that speaks OpenAI's protocol as LM Studio, vLLM, llama-server or OpenAI do, refusals included.

Written from their API documents and from what they answered to other people.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

from aiohttp import web

from tests.fakes.model_server import FakeModel, ModelServer, Reply, drop_connection, serving, text_of, words
from tests.fakes.openai_refusals import FlavourName, no_such_model, refusal, too_long

ALTERNATION = "Conversation roles must alternate user/assistant/user/assistant/..."


class FakeOpenAI(ModelServer):
    """`own_lists` are LM Studio's list pages; `is_router` makes llama-server one; `thought_key` names thoughts."""

    def __init__(self, flavour: FlavourName, *models: FakeModel) -> None:
        super().__init__(*models)
        self.flavour = flavour
        self.thought_key = "reasoning_content"
        self.own_lists: set[str] = {"v1", "v0"}
        self.is_router = False
        self.is_loading = False
        self.key: str | None = None
        self.has_tokenizer = True
        self.is_mute_when_too_long = False

    def routes(self) -> list[web.RouteDef]:
        common = [
            web.get("/v1/models", self._v1_models),
            web.post("/v1/chat/completions", self._chat),
            web.post("/v1/embeddings", self._embed),
        ]
        match self.flavour:
            case "lmstudio":
                own = [
                    web.get("/api/v1/models", self._lmstudio_v1),
                    web.get("/api/v0/models", self._lmstudio_v0),
                    web.post("/api/v1/models/load", self._lmstudio_load),
                    web.post("/api/v1/models/unload", self._lmstudio_unload),
                ]
            case "vllm":
                own = [web.get("/health", self._health), web.post("/tokenize", self._tokenize)]
            case "llama_server":
                own = [
                    web.get("/health", self._health),
                    web.get("/props", self._props),
                    web.post("/apply-template", self._apply_template),
                    web.post("/tokenize", self._tokenize),
                    web.post("/models/load", self._router_load),
                    web.post("/models/unload", self._router_unload),
                ]
            case "openai":
                own = []
        return common + own

    async def _health(self, request: web.Request) -> web.Response:
        if self.is_loading:
            return refusal(503, {"code": 503, "message": "Loading model", "type": "unavailable_error"})
        return web.json_response({"status": "ok"})

    async def _v1_models(self, request: web.Request) -> web.Response:
        if self.key is not None and request.headers.get("Authorization") != f"Bearer {self.key}":
            return refusal(401, {"message": "Incorrect API key provided.", "code": "invalid_api_key"})
        return web.json_response({"object": "list", "data": [self._entry(model) for model in self.models.values()]})

    def _entry(self, model: FakeModel) -> dict[str, Any]:
        entry: dict[str, Any] = {"id": model.name, "object": "model"}
        if self.flavour == "vllm":
            return entry | {"max_model_len": model.n_ctx}
        if self.flavour == "llama_server":
            meta = {"n_ctx_train": model.context_tokens, "size": model.size_bytes}
            if self.is_router:
                kinds = ["text", "image"] if model.sees else ["text"]
                entry |= {"status": {"value": "loaded" if model.loaded else "unloaded"}}
                entry |= {"architecture": {"input_modalities": kinds}}
                meta = {"n_ctx": model.n_ctx} | meta if model.loaded else {}
                if model.load_error is not None:
                    entry["status"] |= {"failed": True, "exit_code": 1}
            return entry | {"meta": meta}
        return entry

    async def _lmstudio_v1(self, request: web.Request) -> web.Response:
        if "v1" not in self.own_lists:
            return _unexpected(request)
        return web.json_response({"models": [_lmstudio_entry(model) for model in self.models.values()]})

    async def _lmstudio_v0(self, request: web.Request) -> web.Response:
        if "v0" not in self.own_lists:
            return _unexpected(request)
        entries = [
            {
                "id": model.name,
                "type": "embeddings" if model.embeds else "vlm" if model.sees else "llm",
                "quantization": "Q4_K_M",
                "state": "loaded" if model.loaded else "not-loaded",
                "max_context_length": model.context_tokens,
            }
            for model in self.models.values()
        ]
        return web.json_response({"object": "list", "data": entries})

    async def _lmstudio_load(self, request: web.Request) -> web.Response:
        body = await request.json()
        model = self.models[body["model"]]
        if model.load_error is not None:
            return refusal(500, {"type": "model_load_failed", "message": model.load_error})
        model.loaded, model.n_ctx = True, body.get("context_length", 4096)
        return web.json_response({"type": "llm", "instance_id": model.name, "status": "loaded"})

    async def _lmstudio_unload(self, request: web.Request) -> web.Response:
        name = (await request.json())["instance_id"].removesuffix(":1")
        self.models[name].loaded = False
        return web.json_response({"instance_id": name})

    async def _router_load(self, request: web.Request) -> web.Response:
        if not self.is_router:
            return refusal(404, {"code": 404, "message": "File Not Found", "type": "not_found_error"})
        model = self.models[(await request.json())["model"]]
        model.loaded = model.load_error is None
        return web.json_response({"success": True})

    async def _router_unload(self, request: web.Request) -> web.Response:
        self.models[(await request.json())["model"]].loaded = False
        return web.json_response({"success": True})

    async def _props(self, request: web.Request) -> web.Response:
        model = next(iter(self.models.values()))
        return web.json_response(
            {
                "default_generation_settings": {"n_ctx": model.n_ctx},
                "modalities": {"vision": model.sees, "audio": False},
                "chat_template": "{% if enable_thinking %}<think>{% endif %}" if model.thinks else "{{ messages }}",
            }
        )

    async def _apply_template(self, request: web.Request) -> web.Response:
        if not self.has_tokenizer:
            return web.json_response({"detail": "Not Found"}, status=404)
        messages = (await request.json())["messages"]
        return web.json_response({"prompt": " ".join(f"<{m['role']}> {text_of(m)}" for m in messages)})

    async def _tokenize(self, request: web.Request) -> web.Response:
        if not self.has_tokenizer:
            return web.json_response({"detail": "Not Found"}, status=404)
        body = await request.json()
        if "messages" in body:
            count = words(body["messages"])
            return web.json_response({"count": count, "max_model_len": 8192, "tokens": [*range(count)]})
        return web.json_response({"tokens": [*range(len(body["content"].split()))]})

    async def _embed(self, request: web.Request) -> web.Response:
        texts = (await request.json())["input"]
        data = [{"index": index, "embedding": [float(len(text)), 1.0]} for index, text in enumerate(texts)]
        return web.json_response({"data": data[::-1]})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        model = self.models.get(body["model"])
        if model is None:
            return no_such_model(self.flavour, body["model"])
        roles = [message["role"] for message in body["messages"]]
        if not model.has_system_role and "system" in roles:
            return refusal(400, {"message": "Error rendering prompt: System role not supported", "type": "BadRequest"})
        if any(one == next_one for one, next_one in pairwise(roles)):
            return refusal(400, {"message": ALTERNATION, "type": "BadRequestError", "code": 400})
        if words(body["messages"]) > model.n_ctx and not self.is_mute_when_too_long:
            return too_long(self.flavour, words(body["messages"]), model.n_ctx)
        reply = self.next_reply()
        if reply.status is not None:
            if isinstance(reply.body, str):
                return web.Response(text=reply.body, status=reply.status, headers=reply.headers)
            return web.json_response(reply.body, status=reply.status, headers=reply.headers)
        return await self._answer(request, reply, words(body["messages"]))

    async def _answer(self, request: web.Request, reply: Reply, prompt_tokens: int) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        async for kind, piece in reply.paced():
            key = "content" if kind == "text" else self.thought_key
            await _write(response, _chunk({key: piece}))
        if reply.drop:
            drop_connection(request)
        elif reply.error is not None:
            await _write(response, {"error": {"message": reply.error}})
        else:
            await _write(response, _chunk({}, reply.finish))
            await _write(response, self._figures(reply, prompt_tokens))
            await response.write(b"data: [DONE]\n\n")
        return response

    def _figures(self, reply: Reply, prompt_tokens: int) -> dict[str, Any]:
        usage: dict[str, Any] = {"prompt_tokens": prompt_tokens, "completion_tokens": len(reply.pieces())}
        figures: dict[str, Any] = {"choices": [], "usage": usage}
        if self.flavour == "llama_server":
            figures["timings"] = {"cache_n": 3, "prompt_ms": 500.0, "predicted_ms": 2000.0}
        if self.flavour == "vllm":
            usage["prompt_tokens_details"] = {"cached_tokens": 2}
        return figures


@asynccontextmanager
async def open_openai(flavour: FlavourName, *models: FakeModel, port: int = 0) -> AsyncIterator[FakeOpenAI]:
    """A running server of that flavour with `models`."""
    async with serving(FakeOpenAI(flavour, *(models or (FakeModel("small"),))), port) as server:
        yield server


def _lmstudio_entry(model: FakeModel) -> dict[str, Any]:
    instance = {"id": f"{model.name}:1", "config": {"context_length": model.n_ctx}}
    entry: dict[str, Any] = {
        "type": "embedding" if model.embeds else "llm",
        "key": model.name,
        "quantization": {"name": "Q4_K_M", "bits_per_weight": 4},
        "size_bytes": model.size_bytes,
        "params_string": "7B",
        "loaded_instances": [instance] if model.loaded else [],
        "max_context_length": model.context_tokens,
        "format": "gguf",
    }
    if not model.embeds:
        reasoning = {"reasoning": {"allowed_options": ["off", "on"], "default": "on"}} if model.thinks else {}
        entry |= {"capabilities": {"vision": model.sees, "trained_for_tool_use": True} | reasoning, "description": None}
    return entry


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def _unexpected(request: web.Request) -> web.Response:
    return web.json_response({"error": f"Unexpected endpoint or method. ({request.method} {request.path})"})


async def _write(response: web.StreamResponse, event: dict[str, Any]) -> None:
    await response.write(
        b"data: " + json.dumps(event, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n\n"
    )
