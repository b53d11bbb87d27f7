"""How updates reach the bot, set from its side: webhooks; and answers to pressed buttons."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bot.sandbox.errors import bad_request
from bot.sandbox.methods.api import Api
from bot.sandbox.params import Params
from bot.sandbox.updates import Webhook
from bot.sandbox.utf16 import units
from bot.sandbox.values import Json, Notice

NOTICE_LIMIT = 200
CONNECTIONS = range(1, 101)


def set_webhook(api: Api, params: Params) -> bool:
    url = params.text("url")
    secret = params.optional_text("secret_token") or None
    if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    _allow(api, params)
    if params.flag("drop_pending_updates"):
        api.updates.clear()
    if not url:
        api.updates.set_webhook(None)
        return True
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    connections = params.integer("max_connections") or 40
    if connections not in CONNECTIONS:
        raise bad_request("max_connections must be in the range 1-100")
    api.updates.set_webhook(Webhook(url, secret, connections, params.optional_text("ip_address")))
    return True


def delete_webhook(api: Api, params: Params) -> bool:
    if params.flag("drop_pending_updates"):
        api.updates.clear()
    api.updates.set_webhook(None)
    return True


def get_webhook_info(api: Api, params: Params) -> Json:
    webhook = api.updates.webhook
    result: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(api.updates.pending),
    }
    if webhook is not None:
        result["max_connections"] = webhook.max_connections
        result["ip_address"] = webhook.ip_address or "127.0.0.1"
    if api.updates.last_error is not None:
        result["last_error_date"], result["last_error_message"] = api.updates.last_error
    if allowed := api.world.setting("allowed_updates"):
        result["allowed_updates"] = allowed
    return result


async def get_updates(api: Api, params: Params) -> list[Json]:
    _allow(api, params)
    limit = params.integer("limit")
    timeout_s = min(max(params.integer("timeout") or 0, 0), 50)
    return await api.updates.poll(params.integer("offset"), min(max(limit or 100, 1), 100), timeout_s)


def _allow(api: Api, params: Params) -> None:
    if params.has("allowed_updates"):
        api.updates.allow([str(kind) for kind in params.array("allowed_updates")])


def answer_callback_query(api: Api, params: Params) -> bool:
    text = params.text("text")
    if units(text) > NOTICE_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    notice = Notice(text, params.flag("show_alert"), params.optional_text("url"))
    api.queries.answer(params.text("callback_query_id"), notice)
    return True


def yes(api: Api, params: Params) -> bool:
    """logOut and close: nothing to do here."""
    return True
