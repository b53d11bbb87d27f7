"""Asking one model once: its words as they come, thoughts apart, whole characters only."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import assert_never

from engine.backends.base import Backend, ChatRequest
from engine.characters import Characters
from engine.errors import BrokenStream
from engine.events import Chunk, Delta, Finish, Thought, Waiting
from engine.thinking import opens_in_prompt, split_thoughts


async def ask(backend: Backend, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
    """Chunks of the answer, Finish last; raises the BackendErrors of the server."""
    finish: Finish | None = None
    thinks_at_once = opens_in_prompt(request.model) and request.params.think is not False
    spoken, reasoned = Characters(), Characters()
    async with aclosing(split_thoughts(backend.stream(request), opened=thinks_at_once)) as chunks:
        async for chunk in chunks:
            match chunk:
                case Delta():
                    yield Delta(spoken.whole(chunk.text))
                case Thought():
                    yield Thought(reasoned.whole(chunk.text))
                case Waiting():
                    yield chunk
                case Finish():
                    finish = chunk
                case _:
                    assert_never(chunk)
    if finish is None:
        raise BrokenStream(backend.server, request.model)
    yield finish
