"""The chat page's own side of the server: its files, its socket, uploads and downloads."""

from __future__ import annotations

from aiohttp import web


class PageApi:
    def routes(self) -> list[web.RouteDef]:
        return []

    async def close(self) -> None:
        return
