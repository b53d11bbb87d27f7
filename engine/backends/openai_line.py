"""Requests and event streams of servers that speak OpenAI's protocol; refusals arrive as engine.errors.

It knows addresses, JSON and server-sent events, nothing of what chat requests hold.
"""

import json
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx

from engine.backends.refusals import error_of
from engine.backends.wire import AiohttpTransport, Patience, credentials, lines, public_url, renamed
from engine.errors import BrokenStream, RequestRefused


class OpenAILine:
    """One server. `v1` is the base of OpenAI's paths, `root` that of the server's own."""

    def __init__(self, server: str, url: str, patience: Patience, api_key: str | None = None) -> None:
        self.server = server
        self.url = public_url(url)
        self.patience = patience
        self.root = self.url.rstrip("/").removesuffix("/v1")
        self.v1 = self.url.rstrip("/") if urlsplit(url).path.strip("/") else f"{self.root}/v1"
        self._client = httpx.AsyncClient(
            transport=AiohttpTransport(url),
            timeout=patience.short(),
            headers={"Authorization": f"Bearer {api_key}"} if api_key else credentials(url),
        )

    async def get(self, url: str) -> dict[str, Any]:
        """The JSON object at `url`."""
        with self._renamed(""):
            return self._object(await self._client.get(url), "")

    async def post(
        self, url: str, body: Mapping[str, Any], model: str, timeout: httpx.Timeout | None = None
    ) -> dict[str, Any]:
        """The JSON object that answers `body`; `model` is for the errors."""
        with self._renamed(model):
            return self._object(
                await self._client.post(url, json=body, timeout=timeout or self.patience.short()), model
            )

    async def is_there(self, url: str) -> bool:
        """True if `url` answers well, False if there is no such page; raises the BackendErrors of all else."""
        with self._renamed(""):
            response = await self._client.get(url)
        if response.status_code == 404:
            return False
        self._raise_if_refused(response, "")
        return True

    async def events(
        self, body: Mapping[str, Any], model: str, timeout: httpx.Timeout
    ) -> AsyncGenerator[dict[str, Any], None]:
        """The events of a chat answer up to [DONE]; an answer that is one JSON object counts as one event."""
        with self._renamed(model):
            async with self._client.stream("POST", f"{self.v1}/chat/completions", json=body, timeout=timeout) as answer:
                if answer.is_error or "json" in answer.headers.get("content-type", ""):
                    await answer.aread()
                    yield self._object(answer, model)
                    return
                async with aclosing(lines(answer)) as found:
                    async for line in found:
                        if not line.startswith(b"data:"):
                            continue
                        data = line[5:].strip()
                        if data == b"[DONE]":
                            return
                        yield self._event(data, model)

    async def aclose(self) -> None:
        await self._client.aclose()

    def _event(self, data: bytes, model: str) -> dict[str, Any]:
        try:
            event: dict[str, Any] = dict(json.loads(data))
        except (ValueError, TypeError) as error:
            raise BrokenStream(self.server, model, detail="an event that is no JSON object") from error
        if event.get("error"):
            raise error_of(self.server, model, event)
        return event

    def _object(self, response: httpx.Response, model: str) -> dict[str, Any]:
        self._raise_if_refused(response, model)
        try:
            found = response.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise RequestRefused(
                self.server, model, status=response.status_code, detail="this is not OpenAI's protocol"
            )
        if found.get("error"):  # LM Studio refuses an unknown page with 200
            raise error_of(self.server, model, found, status=response.status_code, url=self.url)
        return found

    def _raise_if_refused(self, response: httpx.Response, model: str) -> None:
        if response.is_error:
            retry_after = response.headers.get("retry-after")
            raise error_of(
                self.server,
                model,
                response.content,
                status=response.status_code,
                retry_after=retry_after,
                url=self.url,
            )

    @contextmanager
    def _renamed(self, model: str) -> Iterator[None]:
        with renamed(self.server, model, self.url, self.patience.silence_s):
            yield
