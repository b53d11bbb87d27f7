"""A pipeline: stages one after another. Chat with one model is a pipeline of one stage."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from engine.events import Event
from engine.messages import Message
from engine.pipelines.stage import Stage


@dataclass(frozen=True, slots=True)
class Pipeline:
    stages: tuple[Stage, ...]

    async def run(self, messages: tuple[Message, ...], cache_key: str) -> AsyncGenerator[Event, None]:
        """Every event of every stage."""
        for stage in self.stages:
            async with aclosing(stage.run(messages, cache_key)) as events:
                async for event in events:
                    yield event
