"""The Bot API over HTTP: reads a request, lets it pass faults and the pace, runs the method, answers.

Knows what a request looks like and nothing of what methods do. Every call is recorded, every 429 too.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.sandbox.errors import ApiError, Dropped, bad_request, too_many_requests
from bot.sandbox.faults import Faults, Trouble
from bot.sandbox.flood import Flood, FloodGate
from bot.sandbox.methods import BY_NAME, DRAFTS, is_paced
from bot.sandbox.methods.api import Api
from bot.sandbox.methods.files import UPLOAD_LIMIT_BYTES
from bot.sandbox.methods.receiving import get_updates
from bot.sandbox.params import Params, Upload
from bot.sandbox.values import Call, Violation

BODY_LIMIT_BYTES = UPLOAD_LIMIT_BYTES + 10 * 1024 * 1024
CALLS_KEPT = 200_000
TOO_LARGE = "Request Entity Too Large"


class BotServer:
    """Answers /bot<token>/<method> and /file/bot<token>/<path>."""

    def __init__(self, api: Api, token: str, flood: Flood, clock: Callable[[], float] = time.monotonic) -> None:
        self.api = api
        self.token = token
        self.faults = Faults()
        self.clock = clock
        self.gate = FloodGate(flood, clock())
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.violations: list[Violation] = []

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/bot{token}/{method}", self.answer),
            web.get("/file/bot{token}/{path:.+}", self.download),
        ]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One call of the bot, from the request to the JSON that goes back."""
        if request.match_info["token"] != self.token:
            return _refusal(ApiError(401, "Unauthorized"))
        method = request.match_info["method"]
        params = Params({})
        try:
            params = await _read(request)
            trouble = self.faults.meet(method, _chat_id(params))
            result = await self._run(method, params, trouble)
            if trouble.drop_after:
                raise Dropped
        except ApiError as error:
            self._record(method, params, error.code, error.description)
            return _refusal(error)
        except Dropped:
            self._record(method, params, 0, "connection dropped")
            return _cut(request)
        self._record(method, params, 200)
        return web.json_response({"ok": True, "result": result})

    async def download(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _refusal(ApiError(401, "Unauthorized"))
        if self.faults.away:
            return _cut(request)
        data = await self.api.world.records.store.file(request.match_info["path"].rpartition("/")[2])
        if data is None:
            return _refusal(ApiError(404, "Not Found"))
        return web.Response(body=data, content_type="application/octet-stream")

    async def _run(self, method: str, params: Params, trouble: Trouble) -> object:
        if trouble.delay_s:
            await asyncio.sleep(trouble.delay_s)
        if trouble.drop_before:
            raise Dropped
        if trouble.error is not None:
            raise trouble.error
        if method.lower() == "getupdates":
            return await self._poll(params)
        act = BY_NAME.get(method.lower())
        if act is None:
            raise ApiError(404, "Not Found")
        self._check_pace(method, params, trouble)
        result = act(self.api, params)
        await self.api.world.records.store.settle()
        return result

    async def _poll(self, params: Params) -> object:
        result = await get_updates(self.api, params)
        if self.faults.away:
            raise Dropped
        return result

    def _check_pace(self, method: str, params: Params, trouble: Trouble) -> None:
        chat_id = _chat_id(params)
        now = self.clock()
        if trouble.penalty_s is not None:
            if chat_id is not None:
                self.gate.punish(chat_id, trouble.penalty_s, now)
            raise too_many_requests(int(trouble.penalty_s))
        name = method.lower()
        if chat_id is None or not is_paced(name):
            return
        cost = len(params.array("media")) or 1 if name == "sendmediagroup" else 1
        refusal = self.gate.ask(chat_id, is_group=chat_id < 0, is_draft=name in DRAFTS, cost=cost, now=now)
        if refusal is not None:
            self.violations.append(Violation(method, chat_id, refusal.retry_after_s, now, refusal.reason))
            raise too_many_requests(refusal.retry_after_s)

    def _record(self, method: str, params: Params, code: int, description: str = "") -> None:
        if method.lower() != "getupdates" or code != 200:
            self.calls.append(Call(method, params.recorded(), self.clock(), code, description))
        self.api.world.changes.pulse()


async def _read(request: web.Request) -> Params:
    """Parameters of the query, of a JSON body, or of a form with files."""
    values: dict[str, Any] = dict(request.query)
    uploads: dict[str, Upload] = {}
    try:
        if request.content_type == "application/json":
            body = await request.json()
            values |= body if isinstance(body, dict) else {}
        elif request.can_read_body:
            for name, field in (await request.post()).items():
                if isinstance(field, web.FileField):
                    uploads[name] = Upload(field.filename, field.content_type, field.file.read())
                else:
                    values[name] = field
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, TOO_LARGE) from None
    except ValueError:
        raise bad_request("can't parse the request body") from None
    return Params(values, uploads)


def _chat_id(params: Params) -> int | None:
    value = str(params.values.get("chat_id", ""))
    return int(value) if value.removeprefix("-").isdigit() else None


def _refusal(error: ApiError) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.retry_after_s is not None:
        body["parameters"] = {"retry_after": error.retry_after_s}
    return web.json_response(body, status=error.code)


def _cut(request: web.Request) -> web.Response:
    """Close the connection; the response is never sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=502)
