"""The HTTP line to a model server: one httpx client a server, with aiohttp's C parser underneath.

httpx's own transport spends about 50 microseconds on each token of a stream, ours a fifth of that, and a hundred
people reading at once are three thousand tokens a second. It knows nothing of models or of what is said on the line.
"""

import base64
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import cast
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx

from engine.errors import BrokenStream, ServerDown, SilentModel

LOCAL_NAMES = frozenset({"localhost", "host.docker.internal"})


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to get a connection or a short answer, between two tokens, and while a model is being loaded."""

    connect_s: float = 5.0
    silence_s: float = 120.0
    load_s: float = 900.0

    def short(self) -> httpx.Timeout:
        return httpx.Timeout(self.connect_s)

    def stream(self) -> httpx.Timeout:
        return httpx.Timeout(self.silence_s, connect=self.connect_s)

    def load(self) -> httpx.Timeout:
        return httpx.Timeout(max(self.load_s, self.silence_s), connect=self.connect_s)


class AiohttpTransport(httpx.AsyncBaseTransport):
    """Carries httpx's requests over an aiohttp session; opened with the first request, since it needs the loop."""

    def __init__(self, url: str) -> None:
        self._proxy = proxy_for(url)
        # The same certificates as httpx has: not every system comes with its own.
        self._tls = httpx.create_ssl_context() if url.startswith("https:") else True
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        with _as_httpx(request):
            try:
                response = await self._send(request)
            except aiohttp.ServerDisconnectedError:
                # A server may close an idle connection just as we take it up again; a fresh one tells the truth.
                response = await self._send(request)
        return httpx.Response(
            response.status, headers=response.raw_headers, stream=_Body(response, request), request=request
        )

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _send(self, request: httpx.Request) -> aiohttp.ClientResponse:
        limits = request.extensions.get("timeout", {})
        return await self._opened().request(
            request.method,
            str(request.url),
            headers=request.headers.multi_items(),
            data=await request.aread(),
            allow_redirects=False,
            proxy=self._proxy,
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=limits.get("connect"), sock_read=limits.get("read"), connect=limits.get("pool")
            ),
        )

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, ssl=self._tls),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._session


class _Body(httpx.AsyncByteStream):
    """What comes back; closing it before the end closes the connection, which is how a server learns to stop."""

    def __init__(self, response: aiohttp.ClientResponse, request: httpx.Request) -> None:
        self._response = response
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx(self._request):
            while part := await self._response.content.readany():
                yield part

    async def aclose(self) -> None:
        self._response.close()


def proxy_for(url: str) -> str | None:
    """The proxy the environment wants for `url`; None for this machine, whatever http_proxy says."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_local(host) or proxy_bypass(host):
        return None
    proxy = getproxies().get(parts.scheme)
    return proxy if proxy and proxy.startswith(("http://", "https://")) else None


def is_local(host: str) -> bool:
    """True for this machine and for names without a dot (a neighbour in docker compose): no proxy knows them."""
    if host in LOCAL_NAMES or ("." not in host and ":" not in host):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def public_url(url: str) -> str:
    """The address without a user's name and password: fit for a log and a screen."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def credentials(url: str) -> dict[str, str]:
    """The header for a name and a password in the address; they leave the address itself, which gets logged."""
    parts = urlsplit(url)
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


async def lines(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """The whole lines of a body. Only line feeds count: a model's text may hold the other separators of Unicode."""
    rest = b""
    async with aclosing(cast(AsyncGenerator[bytes, None], response.aiter_bytes())) as parts:
        async for part in parts:
            *whole, rest = (rest + part).split(b"\n")
            for line in whole:
                yield line


@contextmanager
def renamed(server: str, model: str, url: str, waited_s: float) -> Iterator[None]:
    """Turn httpx's errors into ours; `waited_s` is how long a silence was allowed to last."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.UnsupportedProtocol) as error:
        raise ServerDown(server, model, url=public_url(url)) from error
    except httpx.TimeoutException as error:
        raise SilentModel(server, model, waited_s=waited_s) from error
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise BrokenStream(server, model, detail=str(error)) from error


@contextmanager
def _as_httpx(request: httpx.Request) -> Iterator[None]:
    try:
        yield
    except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as error:
        raise httpx.ConnectError(str(error), request=request) from error
    except aiohttp.ClientHttpProxyError as error:
        raise httpx.ProxyError(str(error), request=request) from error
    except (TimeoutError, aiohttp.ServerTimeoutError) as error:
        raise httpx.ReadTimeout("silent for too long", request=request) from error
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
        raise httpx.UnsupportedProtocol(str(error), request=request) from error
    except (aiohttp.ClientError, OSError) as error:
        raise httpx.ReadError(str(error), request=request) from error
