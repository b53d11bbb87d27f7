"""A stage: one step of a pipeline. Asks its model and tells what comes, then sums it up in StageDone."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import assert_never

from engine.backends.base import Backend, ChatRequest
from engine.characters import Characters
from engine.errors import BrokenStream
from engine.events import Delta, Event, Finish, StageDone, Thought, Waiting
from engine.messages import Message, Params
from engine.thinking import opens_in_prompt, split_thoughts


@dataclass(frozen=True, slots=True)
class Stage:
    """`model` is the model's name on the server of `backend`."""

    name: str
    backend: Backend
    model: str
    params: Params

    async def run(self, messages: tuple[Message, ...], cache_key: str) -> AsyncGenerator[Event, None]:
        """Events of the model as they come, StageDone last; raises the BackendErrors of the server."""
        text: list[str] = []
        thought: list[str] = []
        finish: Finish | None = None
        request = ChatRequest(self.model, messages, self.params, cache_key)
        thinks_at_once = opens_in_prompt(self.model) and self.params.think is not False
        spoken, reasoned = Characters(), Characters()
        async with aclosing(split_thoughts(self.backend.stream(request), opened=thinks_at_once)) as chunks:
            async for chunk in chunks:
                match chunk:
                    case Delta():
                        text.append(spoken.whole(chunk.text))
                        yield Delta(text[-1])
                    case Thought():
                        thought.append(reasoned.whole(chunk.text))
                        yield Thought(thought[-1])
                    case Waiting():
                        yield chunk
                    case Finish():
                        finish = chunk
                    case _:
                        assert_never(chunk)
        if finish is None:
            raise BrokenStream(self.backend.server, self.model)
        yield StageDone(self.name, "".join(text), "".join(thought), finish)
