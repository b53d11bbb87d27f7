"""The `ollama` package's client, and what its methods have no parameters for: truncate, shift, time limits a request.

It knows the lines of the protocol, not their meaning.
"""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

import httpx
import ollama

from engine.backends.wire import lines


class OllamaClient(ollama.AsyncClient):
    """Raises what the package's own methods raise: ollama.ResponseError, and httpx's errors."""

    async def get(self, path: str, timeout: httpx.Timeout) -> dict[str, Any]:
        return _object(await self._client.get(path, timeout=timeout))

    async def post(self, path: str, body: Mapping[str, Any], timeout: httpx.Timeout) -> dict[str, Any]:
        return _object(await self._client.post(path, json=body, timeout=timeout))

    async def stream(
        self, path: str, body: Mapping[str, Any], timeout: httpx.Timeout
    ) -> AsyncGenerator[dict[str, Any], None]:
        """The lines of an answer. The package's own reading breaks lines at U+0085 and U+2028 inside a text too."""
        async with self._client.stream("POST", path, json=body, timeout=timeout) as response:
            if response.is_error:
                await response.aread()
                raise _refusal(response)
            async with aclosing(lines(response)) as found:
                async for line in found:
                    yield _line(line)

    async def aclose(self) -> None:
        await self._client.aclose()


def _object(response: httpx.Response) -> dict[str, Any]:
    if response.is_error:
        raise _refusal(response)
    return dict(response.json())


def _refusal(response: httpx.Response) -> ollama.ResponseError:
    """The package's error itself breaks at a body that is JSON but no object, as a proxy in between may send it."""
    try:
        return ollama.ResponseError(response.text, response.status_code)
    except AttributeError:
        return ollama.ResponseError(json.dumps({"error": response.text}), response.status_code)


def _line(line: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(line))
    except (ValueError, TypeError) as error:
        raise httpx.DecodingError("a line that is no JSON object") from error
