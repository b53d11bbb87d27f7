"""Prompts that chat templates accept: no two neighbours of one role, no system role where a template has none.

Pure rewriting of messages, and the one retry that finds out. It knows nothing of servers.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from itertools import groupby

from engine.backends.base import ChatRequest
from engine.backends.refusals import refuses_system_role
from engine.errors import RequestRefused
from engine.events import Chunk
from engine.messages import Message


def for_template(messages: Sequence[Message], system_role: bool = True) -> tuple[Message, ...]:
    """Neighbours of one role merged; without `system_role` the system's words open the first user message."""
    if not system_role:
        messages = [replace(message, role="user") if message.role == "system" else message for message in messages]
    return tuple(_merged(list(group)) for _, group in groupby(messages, key=lambda message: message.role))


async def with_fitting_roles(
    request: ChatRequest, without_system: set[str], stream: Callable[[ChatRequest], AsyncGenerator[Chunk, None]]
) -> AsyncGenerator[Chunk, None]:
    """`stream` of a prompt its template accepts; a model that refuses the system role is kept in `without_system`."""
    has_system = any(message.role == "system" for message in request.messages)
    if has_system and request.model not in without_system:
        try:
            async with aclosing(stream(_fitting(request, system_role=True))) as chunks:
                async for chunk in chunks:
                    yield chunk
            return
        except RequestRefused as error:
            if not refuses_system_role(error):
                raise
            without_system.add(request.model)
    async with aclosing(stream(_fitting(request, system_role=False))) as chunks:
        async for chunk in chunks:
            yield chunk


def _fitting(request: ChatRequest, system_role: bool) -> ChatRequest:
    return replace(request, messages=for_template(request.messages, system_role))


def _merged(group: list[Message]) -> Message:
    if len(group) == 1:
        return group[0]
    return Message(
        role=group[0].role,
        text="\n\n".join(message.text for message in group if message.text),
        images=tuple(image for message in group for image in message.images),
    )
