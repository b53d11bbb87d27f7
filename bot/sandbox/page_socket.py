"""One open page: a person's view of their chats, live over a WebSocket.

It begins with everything that person sees and goes on with changes. A client that lost its connection opens
a new socket and gets the whole picture again, so nothing can be missed.
"""

from __future__ import annotations

import asyncio
import json
import logging

from aiohttp import WSMsgType, web

from bot.sandbox.acting import ImpossibleError
from bot.sandbox.changes import Change
from bot.sandbox.page_acts import ACTS, Request
from bot.sandbox.page_events import event_view
from bot.sandbox.page_views import state_view
from bot.sandbox.people import Person
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.values import Json

QUEUE_LIMIT = 5000
"""A page that is this far behind gets the whole picture instead of what it missed."""
log = logging.getLogger(__name__)


class PageSocket:
    def __init__(self, sandbox: Sandbox, person: Person, socket: web.WebSocketResponse) -> None:
        self.sandbox = sandbox
        self.person = person
        self.socket = socket
        self._out: asyncio.Queue[Json] = asyncio.Queue(QUEUE_LIMIT)

    async def run(self) -> None:
        """Serve until the page goes."""
        with self.sandbox.world.changes.listen(self._see):
            self._out.put_nowait(state_view(self.sandbox.world, self.person.user))
            writing = asyncio.create_task(self._write())
            try:
                await self._read()
            finally:
                writing.cancel()
                await asyncio.wait([writing])

    async def _read(self) -> None:
        async for frame in self.socket:
            if frame.type is WSMsgType.TEXT:
                await self._answer(frame.data)

    async def _answer(self, text: str) -> None:
        try:
            fields = json.loads(text)
            act = ACTS[fields["do"]]
        except (ValueError, KeyError, TypeError):
            log.warning("the page sent something unreadable")
            return
        reply: Json = {"type": "reply", "re": fields.get("n")}
        try:
            reply |= {"ok": True, **await act(Request(self.sandbox, self.person, fields))}
        except ImpossibleError as refusal:
            reply |= {"ok": False, "error": str(refusal)}
        await self.sandbox.world.records.store.settle()
        self._put(reply)

    async def _write(self) -> None:
        while True:
            event = await self._out.get()
            try:
                await self.socket.send_str(json.dumps(event, ensure_ascii=False))
            except ConnectionError:
                return

    def _put(self, event: Json) -> None:
        if self._out.full():
            while not self._out.empty():
                self._out.get_nowait()
            self._out.put_nowait(state_view(self.sandbox.world, self.person.user))
        self._out.put_nowait(event)

    def _see(self, change: Change) -> None:
        event = event_view(self.sandbox.world, self.person.user, change)
        if event is not None:
            self._put(event)
