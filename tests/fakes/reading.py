"""Asking a backend and reading its stream: what tests of backends begin with."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from engine.backends.base import Backend, ChatRequest
from engine.backends.flavours import FLAVOURS
from engine.backends.ollama import OllamaBackend
from engine.backends.openai import OpenAIBackend
from engine.backends.wire import Patience
from engine.events import Chunk, Delta, Finish, Thought
from engine.messages import Message, Params
from tests.fakes.ollama import FakeOllama
from tests.fakes.openai import FakeOpenAI

PATIENCE = Patience(connect_s=5.0, silence_s=30.0, load_s=30.0)


def request(model: str, *messages: Message | str, **params: Any) -> ChatRequest:
    """A prompt; plain strings are the user's."""
    said = tuple(message if isinstance(message, Message) else Message("user", message) for message in messages)
    return ChatRequest(model, said or (Message("user", "Hello there"),), Params(**params))


async def chunks_of(stream: AsyncGenerator[Chunk, None]) -> list[Chunk]:
    async with aclosing(stream) as chunks:
        return [chunk async for chunk in chunks]


def text_of(chunks: list[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks if isinstance(chunk, Delta))


def thought_of(chunks: list[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks if isinstance(chunk, Thought))


def finish_of(chunks: list[Chunk]) -> Finish:
    last = chunks[-1]
    assert isinstance(last, Finish)
    return last


@asynccontextmanager
async def closing(backend: Backend) -> AsyncIterator[Backend]:
    try:
        yield backend
    finally:
        await backend.aclose()


@asynccontextmanager
async def ollama_at(server: FakeOllama, patience: Patience = PATIENCE) -> AsyncIterator[OllamaBackend]:
    """The adapter, its first look at the server taken."""
    backend = OllamaBackend("ollama", server.url, patience)
    try:
        await backend.health()
        await backend.list()
        yield backend
    finally:
        await backend.aclose()


@asynccontextmanager
async def openai_at(server: FakeOpenAI, patience: Patience = PATIENCE) -> AsyncIterator[OpenAIBackend]:
    """The adapter, its first look at the server taken; the server's key is known to it."""
    backend = OpenAIBackend(server.flavour, server.url, FLAVOURS[server.flavour], patience, server.key)
    try:
        await backend.list()
        yield backend
    finally:
        await backend.aclose()
