"""Webhook mode: Telegram calls us. For people with a domain and a certificate; everybody else polls."""

import asyncio
import logging
import secrets
from urllib.parse import urlsplit

from aiogram import Bot, Dispatcher
from aiogram.methods import SetWebhook
from aiogram.types import Update
from aiohttp import web

from config.settings import Settings

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
HOST = "0.0.0.0"
"""A reverse proxy may stand on another machine; who does not know the secret is refused."""


async def serve_webhook(bot: Bot, dispatcher: Dispatcher, settings: Settings) -> None:
    """Take updates over HTTP until cancelled. An update is confirmed when its handler is done."""
    assert settings.bot_webhook_url is not None
    known = settings.bot_webhook_secret
    secret = known.get_secret_value() if known else secrets.token_urlsafe(32)

    async def take(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not secrets.compare_digest(given.encode("utf-8", "surrogateescape"), secret.encode()):
            return web.Response(status=403)
        update = Update.model_validate(await request.json(), context={"bot": bot})
        await dispatcher.feed_update(bot, update)
        return web.Response()

    app = web.Application()
    app.router.add_post(urlsplit(settings.bot_webhook_url).path or "/", take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, settings.bot_webhook_port).start()
        allowed = dispatcher.resolve_used_update_types()
        await bot(SetWebhook(url=settings.bot_webhook_url, secret_token=secret, allowed_updates=allowed))
        log.info("listening for telegram on port %d", settings.bot_webhook_port)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
