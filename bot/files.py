"""Files that people send, fetched from Telegram as far as they are small enough."""

from io import BytesIO

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import Document

from bot.parts import Parts


async def downloaded(parts: Parts, document: Document, most_bytes: int) -> bytes | None:
    """The whole file; None for one that is larger than `most_bytes`, or that Telegram does not give."""
    if (document.file_size or 0) > most_bytes:
        return None
    content = BytesIO()
    try:
        await parts.outbox.fetch(document.file_id, content)
    except TelegramBadRequest:
        return None
    return content.getvalue() if content.tell() <= most_bytes else None
