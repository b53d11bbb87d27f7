"""Requests of the engine as frames for a child, and its replies as chunks. Knows no processes."""

import base64
import json
from collections.abc import Sequence

from engine.backends.base import ChatRequest
from engine.backends.llama_cpp.marks import digest, mark
from engine.backends.llama_cpp.resident import Wanted
from engine.backends.llama_cpp.wire import ChatLine, Finished, Generate, Load, Queued, Reply, Text
from engine.events import Chunk, Delta, Finish, Waiting
from engine.forecast import Setup
from engine.messages import Message, Usage


def lines(messages: Sequence[Message]) -> tuple[ChatLine, ...]:
    """Pictures stand before the words, as marks."""
    return tuple(
        ChatLine(message.role, "\n".join([*(mark(digest(image)) for image in message.images), message.text]))
        for message in messages
    )


def generate(request_id: int, request: ChatRequest) -> Generate:
    params = request.params
    return Generate(
        request_id,
        lines(request.messages),
        temperature=params.temperature,
        top_p=params.top_p,
        max_tokens=params.max_tokens,
        seed=params.seed,
        stop=params.stop,
        think=params.think,
        dialog=request.cache_key,
        top_k=params.top_k,
        min_p=params.min_p,
        repeat_penalty=params.repeat_penalty,
        logit_bias=params.logit_bias,
        pictures=tuple(base64.b64encode(image).decode() for message in request.messages for image in message.images),
        schema=None if request.schema is None else json.dumps(request.schema),
    )


def _usage(finished: Finished, load_s: float | None) -> Usage:
    return Usage(
        prompt_tokens=finished.prompt_tokens,
        reused_tokens=finished.reused_tokens,
        answer_tokens=finished.answer_tokens,
        load_s=load_s,
        prompt_s=finished.prompt_s,
        answer_s=finished.answer_s,
        queue_s=finished.queue_s,
    )


def chunk_of(reply: Reply, load_s: float | None) -> Chunk | None:
    """What there is to tell of a reply; None for a mere sign of life."""
    match reply:
        case Text():
            return Delta(reply.text)
        case Queued():
            return Waiting("queue", reply.place)
        case Finished():
            return Finish(reply.reason, _usage(reply, load_s))
        case _:
            return None


def load_as(
    wanted: Wanted, setup: Setup, request_id: int, n_gpu_layers: int | None, n_threads: int, repack: bool
) -> Load:
    """The load of a model in the way that was planned."""
    return Load(
        request_id,
        str(wanted.file.path.absolute()),
        n_ctx=wanted.n_ctx,
        n_gpu_layers=n_gpu_layers,
        n_threads=n_threads,
        embeds=wanted.file.header.embeds,
        repack=repack,
        n_slots=setup.slots,
        split=setup.split,
        cache_type=setup.cache_type,
        full_swa=setup.full_swa,
        least_batch=setup.least_batch,
        eyes=wanted.file.eyes_path,
    )
