"""The real aiogram bot, told where the sandbox is."""

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bot.sandbox import Sandbox


def connect(sandbox: Sandbox) -> Bot:
    """An aiogram bot for a sandbox; use it with `async with`."""
    return Bot(sandbox.token, session=AiohttpSession(api=TelegramAPIServer.from_base(sandbox.api_url)))
