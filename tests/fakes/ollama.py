"""A server of ours that speaks Ollama's protocol, written from its API documents and its answers.

It loads models, keeps windows, cuts long prompts silently unless forbidden (and unless it is too old to be
forbidden), counts, streams, thinks, embeds, and fails in Ollama's words.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.fakes.model_server import FakeModel, ModelServer, Reply, drop_connection, serving, words

CREATED_AT = "2026-01-01T00:00:00.000000000Z"
DEFAULT_NUM_CTX = 4096


class FakeOllama(ModelServer):
    """`running` maps loaded models to their windows; `loads` lists (model, num_ctx) for each time one was loaded.

    `vectors` has those of texts, for embedding; other texts get one by their length.
    """

    def __init__(self, *models: FakeModel, version: str = "0.20.0") -> None:
        super().__init__(*models)
        self.version = version
        self.is_busy = False
        self.least_n_ctx = 4
        self.vectors: dict[str, list[float]] = {}
        self.running: dict[str, int] = {}
        self.loads: list[tuple[str, int]] = []

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/version", self._tell_version),
            web.get("/api/tags", self._tags),
            web.get("/api/ps", self._ps),
            web.post("/api/show", self._show),
            web.post("/api/chat", self._chat),
            web.post("/api/embed", self._embed),
        ]

    async def _tell_version(self, request: web.Request) -> web.Response:
        return web.json_response({"version": self.version})

    async def _tags(self, request: web.Request) -> web.Response:
        return web.json_response({"models": [_tag(model) for model in self.models.values()]})

    async def _ps(self, request: web.Request) -> web.Response:
        running = [
            _tag(self.models[name]) | {"size_vram": 0, "expires_at": CREATED_AT, "context_length": n_ctx}
            for name, n_ctx in self.running.items()
        ]
        return web.json_response({"models": running})

    async def _show(self, request: web.Request) -> web.Response:
        model = self.models.get((await request.json())["model"])
        if model is None:
            return _refusal(404, f"model '{(await request.json())['model']}' not found")
        abilities = {"embedding": model.embeds, "completion": not model.embeds}
        abilities |= {"vision": model.sees, "thinking": model.thinks}
        return web.json_response(
            {
                "details": _tag(model)["details"],
                "model_info": {"general.architecture": "llama", "llama.context_length": model.context_tokens},
                "capabilities": [name for name, has in abilities.items() if has],
            }
        )

    async def _embed(self, request: web.Request) -> web.Response:
        body = await request.json()
        model = self.models[body["model"]]
        texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
        if not body.get("truncate", True) and any(len(text.split()) > model.n_ctx for text in texts):
            return _refusal(400, "the input length exceeds the context length")
        if model.load_error is not None:
            return _refusal(500, model.load_error)
        vectors = [self.vectors.get(text, [float(len(text)), 1.0]) for text in texts]
        return web.json_response({"model": model.name, "embeddings": vectors})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if self.is_busy:
            return _refusal(503, "server busy, please try again.  maximum pending requests exceeded")
        model = self.models.get(body["model"])
        if model is None:
            return _refusal(404, f"model '{body['model']}' not found")
        if body.get("keep_alive") == 0 and not body["messages"]:
            self.running.pop(model.name, None)
            return web.json_response(_line(model.name) | {"done": True, "done_reason": "unload"})
        if body.get("think") and not model.thinks:
            return _refusal(400, f'"{model.name}" does not support thinking')
        asked = max(body.get("options", {}).get("num_ctx", DEFAULT_NUM_CTX), self.least_n_ctx)
        n_ctx = min(asked, model.context_tokens)
        if (refusal := await self._load(model, n_ctx)) is not None:
            return refusal
        if not body["messages"]:
            return web.json_response(_line(model.name) | {"done": True, "done_reason": "load"})
        messages = body["messages"]
        if words(messages) > n_ctx and self._obeys(body):
            return _refusal(400, "the input length exceeds the context length")
        return await self._answer(request, model, min(words(_cut(messages, n_ctx)), n_ctx))

    async def _load(self, model: FakeModel, n_ctx: int) -> web.Response | None:
        if self.running.get(model.name) == n_ctx:
            return None
        if model.may_load is not None:
            await model.may_load.wait()
        if model.load_error is not None:
            return _refusal(500, model.load_error)
        self.loads.append((model.name, n_ctx))
        self.running[model.name] = n_ctx
        return None

    async def _answer(self, request: web.Request, model: FakeModel, prompt_tokens: int) -> web.StreamResponse:
        reply = self.next_reply(model.name)
        if reply.status is not None:
            return web.json_response(reply.body, status=reply.status, headers=reply.headers)
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        async for kind, piece in reply.paced():
            said = {"thinking": piece} if kind == "thought" else {}
            message = {"role": "assistant", "content": piece if kind == "text" else ""} | said
            await _write(response, _line(model.name) | {"message": message, "done": False})
        if reply.drop:
            drop_connection(request)
        elif reply.error is not None:
            await _write(response, {"error": reply.error})
        else:
            await _write(response, _line(model.name) | _figures(reply, prompt_tokens))
        return response

    def _obeys(self, body: dict[str, Any]) -> bool:
        knows = tuple(map(int, self.version.split("."))) >= (0, 12, 6)
        return knows and body.get("truncate") is False


@asynccontextmanager
async def open_ollama(*models: FakeModel, version: str = "0.20.0", port: int = 0) -> AsyncIterator[FakeOllama]:
    """A running server with `models`, none loaded but those that say so."""
    server = FakeOllama(*(models or (FakeModel("llama3:latest"),)), version=version)
    server.running = {model.name: model.n_ctx for model in server.models.values() if model.loaded}
    async with serving(server, port):
        yield server


def _cut(messages: list[dict[str, Any]], n_ctx: int) -> list[dict[str, Any]]:
    """As Ollama does it: the oldest leave until the rest fits; the system's words and the last message never."""
    for first in range(len(messages)):
        system = [message for message in messages[:first] if message["role"] == "system"]
        if words(kept := [*system, *messages[first:]]) <= n_ctx:
            return kept
    return kept


def _tag(model: FakeModel) -> dict[str, Any]:
    details = {"format": "gguf", "family": "llama", "parameter_size": "8B", "quantization_level": "Q4_K_M"}
    return {
        "name": model.name,
        "model": model.name,
        "modified_at": CREATED_AT,
        "size": model.size_bytes,
        "digest": f"digest-of-{model.name}-{model.context_tokens}",
        "details": details,
    }


def _line(model: str) -> dict[str, Any]:
    return {"model": model, "created_at": CREATED_AT, "message": {"role": "assistant", "content": ""}}


def _figures(reply: Reply, prompt_tokens: int) -> dict[str, Any]:
    tokens = len(reply.pieces())
    answer_s = tokens / reply.tokens_per_s if reply.tokens_per_s else 2.0
    return {
        "done": True,
        "done_reason": reply.finish,
        "total_duration": 5_000_000_000,
        "load_duration": 1_000_000_000,
        "prompt_eval_count": prompt_tokens,
        "prompt_eval_duration": 500_000_000,
        "eval_count": tokens,
        "eval_duration": int(answer_s * 1e9),
    }


def _refusal(status: int, words_of_ollama: str) -> web.Response:
    return web.json_response({"error": words_of_ollama}, status=status)


async def _write(response: web.StreamResponse, line: dict[str, Any]) -> None:
    await response.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
