"""Keeps web pages from elsewhere away from the server on this machine.

A page in the same browser could send requests to 127.0.0.1, or reach it under a name of its own (DNS
rebinding); both are told by headers that a page cannot forge.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
NAMES = ("127.0.0.1", "localhost")
OWN_SITE = (None, "none", "same-origin")
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse foreign hosts and foreign origins; mark answers so that nothing frames or sniffs them."""
    if not is_own(request):
        return web.Response(status=403, text="This server talks to this machine only.")
    response = await handler(request)
    if not response.prepared:
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def is_own(request: web.Request) -> bool:
    name, _, port = request.host.rpartition(":")
    if name not in NAMES or not port.isdigit():
        return False
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        return False
    return request.headers.get("Sec-Fetch-Site") in OWN_SITE or _is_visit(request)


def _is_visit(request: web.Request) -> bool:
    """A person may follow a link from another page to the chat page; nothing else comes from elsewhere."""
    is_navigation = request.headers.get("Sec-Fetch-Mode") == "navigate"
    return is_navigation and request.method == "GET" and request.path.count("/") == 1
