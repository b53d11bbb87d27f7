"""Ollama's JSON read and written: what a model can do, what an answer cost, what a message looks like there.

Pure functions; they know the fields of the protocol and nothing of connections.
"""

import base64
from collections.abc import Mapping
from typing import Any

import ollama

from engine.backends.base import Capabilities
from engine.messages import Message, Usage

DEFAULT_NUM_CTX = 8192


def wire_message(message: Message) -> dict[str, Any]:
    said: dict[str, Any] = {"role": message.role, "content": message.text}
    if message.images:
        said["images"] = [base64.b64encode(image).decode() for image in message.images]
    return said


def num_ctx(n_ctx: int | None, longest: int | None) -> int:
    """The same window each time: DEFAULT_NUM_CTX unless the person set one, within what the model knows."""
    return min(n_ctx or DEFAULT_NUM_CTX, longest or n_ctx or DEFAULT_NUM_CTX)


def context_tokens_of(show: ollama.ShowResponse) -> int | None:
    facts = show.modelinfo or {}
    found = facts.get(f"{facts.get('general.architecture')}.context_length")
    return found if isinstance(found, int) else None


def capabilities_of(show: ollama.ShowResponse) -> Capabilities:
    """From the server's list; one too old to have it tells at least by the model's keys."""
    facts = show.modelinfo or {}
    if show.capabilities is None:
        pooled = any(key.endswith(".pooling_type") for key in facts)
        return Capabilities(sees=any(".vision." in key for key in facts), embeds=pooled)
    named = set(show.capabilities)
    return Capabilities(
        sees="vision" in named, thinks="thinking" in named, embeds="embedding" in named and "completion" not in named
    )


def usage_of(line: Mapping[str, Any]) -> Usage:
    return Usage(
        prompt_tokens=line.get("prompt_eval_count"),
        answer_tokens=line.get("eval_count"),
        load_s=_seconds(line.get("load_duration")),
        prompt_s=_seconds(line.get("prompt_eval_duration")),
        answer_s=_seconds(line.get("eval_duration")),
    )


def _seconds(duration_ns: int | None) -> float | None:
    return None if duration_ns is None else duration_ns / 1e9
