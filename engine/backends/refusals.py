"""Servers' refusals renamed: an HTTP status and a server's own words become one error of engine.errors.

Ollama, LM Studio, vLLM, llama-server and OpenAI each put the same six troubles differently; all their phrasings
stand here. It knows nothing of connections.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import (
    BackendError,
    ContextTooLong,
    EngineError,
    ModelCrashed,
    NoMemory,
    NoSuchModel,
    RequestRefused,
    ServerBusy,
    ServerDown,
)

TOO_LONG_KINDS = frozenset({"exceed_context_size_error", "context_length_exceeded"})
TOO_LONG = re.compile(
    r"maximum context length|context size|context length|maximum model length|n_keep.*n_ctx"
    r"|max_tokens must be at least 1, got -|physical batch size",
    re.IGNORECASE,
)
NO_MEMORY = re.compile(
    r"out of (device )?memory|malloc failed|failed to allocate|allocation failed|more system memory"
    r"|(not enough|insufficient) (system )?(memory|resources)|compute error|unable to allocate|OUT_OF_DEVICE_MEMORY",
    re.IGNORECASE,
)
NO_MODEL_KINDS = frozenset({"model_not_found", "notfounderror"})
NO_MODEL = re.compile(
    r"\bmodel\b.*(not found|does not exist|not loaded)|no models? loaded|(unknown|invalid) model", re.I | re.S
)
CRASHED = re.compile(r"runner.*(unexpectedly stopped|terminated)|model (has )?crashed|enginedeaderror", re.IGNORECASE)
BUSY = re.compile(r"server busy|loading model|overloaded|too many requests|rate.?limit", re.IGNORECASE)
NO_SYSTEM_ROLE = re.compile(
    r"system role( is)? not supported|only user(,)? and assistant roles|unknown role:? '?system", re.IGNORECASE
)

WINDOW_NUMBERS = (
    r"(?:context length|model length)(?: \w+)? (?:is|of)(?: only)? (\d+)",
    r"context size \((\d+)",
    r"n_ctx[: ]*\(?(\d+)",
    r"context length \((\d+)\)",
)
PROMPT_NUMBERS = (
    r"(\d+) in (?:the messages|your prompt)",
    r"(?:messages resulted in|contains at least|requested) (\d+)",
    r"request \((\d+) tokens\)",
    r"n_keep[: ]*\(?(\d+)",
    r"(?:keep the first|prompt \(length|input length \() ?(\d+)",
)
SIZE = r"(\d+(?:\.\d+)?) ?([KMGT])(i?)B"
NEED = re.compile(rf"requires?\D{{0,60}}?{SIZE}", re.IGNORECASE)
FREE = re.compile(rf"(?:available|free)\D{{0,20}}?{SIZE}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A server's no, taken apart: its words, its name for the trouble ("" if none), and the object they stood in."""

    words: str
    kind: str
    facts: Mapping[str, Any]


def read_refusal(body: Any) -> Refusal:
    """Find the words in a body: a string, {"error": text or object}, {"message"} or FastAPI's {"detail"}."""
    if isinstance(body, bytes | str):
        try:
            body = json.loads(body)
        except ValueError:
            text = body.decode(errors="replace") if isinstance(body, bytes) else str(body)
            return Refusal(text.strip(), "", {})
    inner = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(inner, dict):
        return Refusal(str(inner), "", {})
    words = inner.get("message") or inner.get("detail") or inner
    kind = str(inner.get("code") or "") if isinstance(inner.get("code"), str) else str(inner.get("type") or "")
    return Refusal(words if isinstance(words, str) else json.dumps(words, ensure_ascii=False), kind, inner)


def error_of(
    server: str, model: str, body: Any, *, status: int = 0, retry_after: str | None = None, url: str = ""
) -> BackendError:
    """The error that a refusal means; `status` is 0 for one that came in the middle of a stream."""
    refusal = read_refusal(body)
    words, kind = refusal.words, refusal.kind.lower()
    if kind in TOO_LONG_KINDS or TOO_LONG.search(words):
        prompt_tokens, n_ctx = _token_numbers(refusal)
        return ContextTooLong(server, model, prompt_tokens=prompt_tokens, n_ctx=n_ctx)
    if NO_MEMORY.search(words):
        return NoMemory(server, model, need_bytes=_size(NEED, words), free_bytes=_size(FREE, words))
    if CRASHED.search(words):
        return ModelCrashed(server, model, exit_code=_number((r"exit status (\d+)",), words))
    if kind in NO_MODEL_KINDS or NO_MODEL.search(words):
        return NoSuchModel(server, model)
    if status in (502, 504):
        return ServerDown(server, model, url=url)
    if kind != "insufficient_quota" and (status in (429, 503, 529) or BUSY.search(words)):
        return ServerBusy(server, model, retry_after_s=_seconds(retry_after))
    return RequestRefused(server, model, status=status, detail=words)


def lacks_memory(error: EngineError) -> bool:
    """Whether memory ran out: told so, killed for it by the system, or dead with such last words."""
    match error:
        case NoMemory() | ModelCrashed(cause="killed"):
            return True
        case ModelCrashed(detail=detail):
            return NO_MEMORY.search(detail) is not None
        case _:
            return False


def refuses_system_role(error: RequestRefused) -> bool:
    """True if the model's chat template knows no system role."""
    return NO_SYSTEM_ROLE.search(error.detail) is not None


def _token_numbers(refusal: Refusal) -> tuple[int | None, int | None]:
    prompt_tokens, n_ctx = refusal.facts.get("n_prompt_tokens"), refusal.facts.get("n_ctx")
    return (
        prompt_tokens if isinstance(prompt_tokens, int) else _number(PROMPT_NUMBERS, refusal.words),
        n_ctx if isinstance(n_ctx, int) else _number(WINDOW_NUMBERS, refusal.words),
    )


def _number(patterns: tuple[str, ...], words: str) -> int | None:
    for pattern in patterns:
        if found := re.search(pattern, words, re.IGNORECASE):
            return int(found[1])
    return None


def _size(pattern: re.Pattern[str], words: str) -> int | None:
    found = pattern.search(words)
    if found is None:
        return None
    step = 1024 if found[3] else 1000
    return int(float(found[1]) * step ** ("KMGT".index(found[2].upper()) + 1))


def _seconds(header: str | None) -> float | None:
    """Retry-After in seconds; its other form, a date, is rare enough to be left."""
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None
