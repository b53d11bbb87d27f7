"""Updates that wait for the bot, and the two ways to hand them over: getUpdates and a webhook.

Keeps them until the bot confirms; knows nothing of what they say.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import aiohttp

from bot.sandbox.errors import conflict
from bot.sandbox.records import PendingUpdate, Records
from bot.sandbox.values import Json
from bot.sandbox.world import World

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
LIFE_S = 24 * 3600
"""Telegram keeps an update for a day."""
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
OTHER_WEBHOOK = "terminated by setWebhook request"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
RETRY_DELAYS_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
WEBHOOK_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Webhook:
    url: str
    secret_token: str | None = None
    max_connections: int = 40
    ip_address: str | None = None


class Updates:
    def __init__(self, world: World, records: Records, pending: Iterable[PendingUpdate]) -> None:
        self.world = world
        self.records = records
        self.pending: deque[PendingUpdate] = deque(pending)
        self.last_error: tuple[int, str] | None = None
        self._poller: asyncio.Future[None] | None = None
        self._arrived = asyncio.Event()
        self._hook_changed = asyncio.Event()

    @property
    def webhook(self) -> Webhook | None:
        saved = self.world.setting("webhook")
        return Webhook(**saved) if saved else None

    @property
    def is_polled(self) -> bool:
        """Whether the bot waits in getUpdates right now."""
        return self._poller is not None

    def push(self, kind: str, payload: Json) -> None:
        """A new update for the bot, unless it does not want this kind."""
        if not self._is_wanted(kind):
            return
        update = PendingUpdate(self.world.count("update_id", first=100_000_001), kind, payload, self.world.clock())
        self.pending.append(update)
        self.records.put(update)
        self._arrived.set()
        self._wake()

    async def poll(self, offset: int | None, limit: int, timeout_s: float) -> list[Json]:
        """getUpdates: confirm what lies before the offset, then wait for more. A newer poll ends this one."""
        if self.webhook is not None:
            raise conflict(WEBHOOK_ACTIVE)
        self.dismiss(OTHER_POLLER)
        self._confirm(offset)
        if not self.pending and timeout_s > 0:
            await self._wait(timeout_s)
        await self.records.store.settle()
        self._forget_old()
        return [update_json(update) for update in list(self.pending)[:limit]]

    def dismiss(self, reason: str) -> None:
        """End the poll that waits now, if there is one."""
        poller, self._poller = self._poller, None
        if poller is not None and not poller.done():
            poller.set_exception(conflict(reason))

    def release(self) -> None:
        """End a waiting poll with an empty answer: the server is closing."""
        self._wake()

    def allow(self, kinds: list[str] | None) -> None:
        if kinds is not None:
            self.world.set("allowed_updates", kinds)

    def clear(self) -> None:
        while self.pending:
            self.records.drop(self.pending.popleft())

    def set_webhook(self, webhook: Webhook | None) -> None:
        fields = None
        if webhook is not None:
            self.dismiss(OTHER_WEBHOOK)
            fields = asdict(webhook)
        self.world.set("webhook", fields)
        self.last_error = None
        self._hook_changed.set()

    async def deliver(self) -> None:
        """Post pending updates to the webhook, one after another, as long as the server lives."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WEBHOOK_TIMEOUT_S)) as http:
            failures = 0
            while True:
                self._arrived.clear()
                webhook = self.webhook
                if webhook is None:
                    self._hook_changed.clear()
                    await self._hook_changed.wait()
                elif not self.pending:
                    await self._arrived.wait()
                elif await self._post(http, webhook, self.pending[0]):
                    failures = 0
                else:
                    await self._pause(RETRY_DELAYS_S[min(failures, len(RETRY_DELAYS_S) - 1)])
                    failures += 1

    async def _post(self, http: aiohttp.ClientSession, webhook: Webhook, update: PendingUpdate) -> bool:
        await self.records.store.settle()
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret_token} if webhook.secret_token else {}
        try:
            async with http.post(webhook.url, json=update_json(update), headers=headers) as response:
                error = None if response.ok else f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError) as failure:
            error = f"Connection failed: {failure}"
        if error is not None:
            self.last_error = (self.world.now(), error)
            self.world.changes.pulse()
            return False
        if self.pending and self.pending[0] is update:
            self.records.drop(self.pending.popleft())
            self.world.changes.pulse()
        return True

    async def _pause(self, seconds: float) -> None:
        self._hook_changed.clear()
        try:
            await asyncio.wait_for(self._hook_changed.wait(), seconds)
        except TimeoutError:
            return

    async def _wait(self, timeout_s: float) -> None:
        poller = asyncio.get_running_loop().create_future()
        self._poller = poller
        self.world.changes.pulse()
        try:
            await asyncio.wait_for(poller, timeout_s)
        except TimeoutError:
            return
        finally:
            if self._poller is poller:
                self._poller = None

    def _wake(self) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)

    def _confirm(self, offset: int | None) -> None:
        if offset is None:
            return
        if offset < 0:
            keep = -offset
            while len(self.pending) > keep:
                self.records.drop(self.pending.popleft())
            return
        while self.pending and self.pending[0].update_id < offset:
            self.records.drop(self.pending.popleft())
        self.world.changes.pulse()

    def _forget_old(self) -> None:
        while self.pending and self.pending[0].at < self.world.clock() - LIFE_S:
            self.records.drop(self.pending.popleft())

    def _is_wanted(self, kind: str) -> bool:
        allowed = self.world.setting("allowed_updates")
        return kind in allowed if allowed else kind not in NOT_BY_DEFAULT


def update_json(update: PendingUpdate) -> Json:
    return {"update_id": update.update_id, update.kind: update.payload}
