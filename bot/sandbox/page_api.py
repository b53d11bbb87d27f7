"""The chat page over HTTP: its static files, its sockets, uploads and downloads."""

from __future__ import annotations

import urllib.parse
from pathlib import Path

from aiohttp import web

from bot.sandbox.acting import ImpossibleError
from bot.sandbox.page_acts import Request, sent_before
from bot.sandbox.page_socket import PageSocket
from bot.sandbox.people import Person
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.values import Json, MediaKind, Message

PAGE = Path(__file__).parent / "page"
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Only these are shown in the browser; everything else is saved."""
ALBUM_LIMIT = 10
HEARTBEAT_S = 20.0


class PageApi:
    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._open: set[web.WebSocketResponse] = set()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.index),
            web.get(f"/{self.sandbox.world.bot.username}", self.index),
            web.get("/page/static/{name}", self.static),
            web.get("/page/live", self.live),
            web.get("/page/file/{file_id}", self.file),
            web.post("/page/upload", self.upload),
        ]

    async def close(self) -> None:
        for socket in tuple(self._open):
            await socket.close()

    async def index(self, request: web.Request) -> web.StreamResponse:
        return _static(PAGE / "index.html")

    async def static(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        found = next((file for file in PAGE.iterdir() if file.name == name), None)
        if found is None:
            raise web.HTTPNotFound
        return _static(found)

    async def live(self, request: web.Request) -> web.StreamResponse:
        """A socket for ?person=ID; without one the first person is shown."""
        person = self._person(request.query.get("person", ""))
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S)
        await socket.prepare(request)
        self._open.add(socket)
        try:
            await PageSocket(self.sandbox, person, socket).run()
        finally:
            self._open.discard(socket)
        return socket

    async def file(self, request: web.Request) -> web.StreamResponse:
        media = self.sandbox.world.media.get(request.match_info["file_id"])
        data = await self.sandbox.world.records.store.file(media.file_id) if media else None
        if media is None or data is None:
            raise web.HTTPNotFound
        is_shown = media.mime in SHOWN and "save" not in request.query
        name = urllib.parse.quote(media.name)
        headers = {
            "Content-Type": media.mime if is_shown else "application/octet-stream",
            "Content-Disposition": f"{'inline' if is_shown else 'attachment'}; filename*=UTF-8''{name}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, max-age=3600",
        }
        return web.Response(body=data, headers=headers)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Files of one message or album: a form with person, chat, thread, caption, key, asPhotos and files."""
        form = await request.post()
        files = [field for field in form.getall("files", []) if isinstance(field, web.FileField)]
        fields: Json = {name: _field(name, value) for name, value in form.items() if isinstance(value, str)}
        asked = Request(self.sandbox, self._person(str(fields.get("person", ""))), fields)
        try:
            known = sent_before(self.sandbox, asked.chat, asked.text("key"))
            first = known or await _send_files(asked, files[:ALBUM_LIMIT])
        except ImpossibleError as refusal:
            return web.json_response({"ok": False, "error": str(refusal)}, status=400)
        return web.json_response({"ok": True, "id": first.id, "thread": first.topic_id or 0})

    def _person(self, text: str) -> Person:
        """The person with this id; anybody else is the first one."""
        people = self.sandbox.people()
        if not people:
            raise web.HTTPNotFound(text="There is nobody in this sandbox yet.")
        return next((person for person in people if str(person.id) == text), people[0])


async def _send_files(asked: Request, files: list[web.FileField]) -> Message:
    if not files:
        raise ImpossibleError("no file")
    thread = asked.thread
    number = asked.sandbox.world.count("media_group", first=10_000_000_001)
    first: Message | None = None
    for field in files:
        sent = await asked.person.send_file(
            asked.chat,
            _kind(field, as_photo=bool(asked.fields.get("asPhotos"))),
            field.filename,
            field.file.read(),
            caption="" if first else asked.text("caption"),
            mime=field.content_type,
            thread=thread,
            group_id=str(number) if len(files) > 1 else None,
            client_key=None if first else asked.text("key") or None,
        )
        first = first or sent
        thread = sent.topic_id
    assert first is not None
    return first


def _kind(field: web.FileField, *, as_photo: bool) -> MediaKind:
    if as_photo and field.content_type in SHOWN:
        return "photo"
    if field.content_type.startswith("audio/ogg"):
        return "voice"
    return "document"


def _field(name: str, value: str) -> str | int:
    """Form fields are texts; ids among them are numbers."""
    is_number = name in ("chat", "thread") and value.removeprefix("-").isdigit()
    return int(value) if is_number else value


def _static(path: Path) -> web.StreamResponse:
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})
