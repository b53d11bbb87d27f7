"""What a person writes and sends, and what they do to it later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.sandbox.acting import Acting, ImpossibleError, Thread
from bot.sandbox.entities import CAPTION_LIMIT, TEXT_LIMIT, as_written
from bot.sandbox.methods.files import KINDS, new_media
from bot.sandbox.params import Upload
from bot.sandbox.utf16 import borders, units
from bot.sandbox.values import Chat, MediaKind, Message

FILE_LIMIT_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Writing(Acting):
    """Texts, files, edits, deletions."""

    async def say(
        self,
        chat: Chat,
        text: str,
        *,
        thread: Thread = None,
        reply_to: Message | None = None,
        client_key: str | None = None,
    ) -> Message:
        """Write a text of up to 4096 UTF-16 units."""
        body = as_written(text)
        if not body.text or units(body.text) > TEXT_LIMIT:
            raise ImpossibleError("a message has 1 to 4096 characters; use paste() for longer ones")
        message = self._new(chat, thread, reply_to)
        return await self._sent(replace(message, text=body.text, entities=body.entities, client_key=client_key))

    async def paste(self, chat: Chat, text: str, *, thread: Thread = None) -> list[Message]:
        """Write a text of any length: the client cuts it into messages of 4096 units."""
        return [await self.say(chat, part, thread=thread) for part in split_text(text)]

    async def start(self, chat: Chat, payload: str = "", *, thread: Thread = None) -> Message:
        """Press Start, or open a https://t.me/bot?start=payload link."""
        return await self.say(chat, f"/start {payload}".strip(), thread=thread)

    async def send_file(
        self,
        chat: Chat,
        kind: MediaKind,
        name: str,
        data: bytes,
        *,
        caption: str = "",
        mime: str = "",
        thread: Thread = None,
        reply_to: Message | None = None,
        group_id: str | None = None,
        client_key: str | None = None,
    ) -> Message:
        """Send one file as a photo, document, voice, ..."""
        body = as_written(caption)
        if units(body.text) > CAPTION_LIMIT:
            raise ImpossibleError("a caption has at most 1024 characters")
        if not 0 < len(data) <= FILE_LIMIT_BYTES:
            raise ImpossibleError("a file has 1 byte to 2 GB")
        message = self._new(chat, thread, reply_to)
        media = new_media(kind, Upload(name, mime, data))
        self.api.world.put_file(media, data)
        return await self._sent(
            replace(
                message,
                text=body.text,
                entities=body.entities,
                media=media,
                media_group_id=group_id,
                client_key=client_key,
            )
        )

    async def send_document(
        self, chat: Chat, name: str, data: bytes, *, caption: str = "", thread: Thread = None
    ) -> Message:
        return await self.send_file(chat, "document", name, data, caption=caption, thread=thread)

    async def send_photo(self, chat: Chat, data: bytes, *, caption: str = "", thread: Thread = None) -> Message:
        return await self.send_file(chat, "photo", "photo.jpg", data, caption=caption, thread=thread)

    async def send_album(
        self, chat: Chat, files: Sequence[tuple[str, bytes]], *, caption: str = "", thread: Thread = None
    ) -> list[Message]:
        """Several files as one album: photos if all names are pictures', documents otherwise."""
        group_id = self.api.world.count("media_group", first=10_000_000_001)
        are_photos = all(name.lower().endswith((".png", ".jpg", ".jpeg", ".webp")) for name, _ in files)
        return [
            await self.send_file(
                chat,
                KINDS["photo" if are_photos else "document"],
                name,
                data,
                caption="" if number else caption,
                thread=thread,
                group_id=str(group_id),
            )
            for number, (name, data) in enumerate(files)
        ]

    async def edit(self, message: Message, text: str) -> Message:
        """Change one's own text or caption."""
        current = self._own(message)
        body = as_written(text)
        edited = replace(current, text=body.text, entities=body.entities, edit_date=self.api.world.now())
        self.api.world.put_message(edited)
        self._tell_bot("edited_message", edited)
        await self._settle()
        return edited

    async def delete(self, message: Message) -> None:
        """Delete for everyone; in a private chat also what the bot wrote. The bot is not told."""
        chat = self._chat(message.chat_id)
        is_allowed = not chat.is_group or message.sender_id == self.id or self.id in chat.admin_ids
        if not is_allowed:
            raise ImpossibleError("only one's own messages can be deleted here")
        self.api.world.delete_messages(chat.id, [message.id])
        await self._settle()

    async def forward(self, message: Message, to: Chat, *, thread: Thread = None) -> Message:
        origin = message.forwarded_from or message.sender_id
        copy = self._new(to, thread, None)
        return await self._sent(
            replace(copy, text=message.text, entities=message.entities, media=message.media, forwarded_from=origin)
        )

    def _own(self, message: Message) -> Message:
        current = self._current(message)
        if current.sender_id != self.id or current.forwarded_from is not None:
            raise ImpossibleError("only one's own messages can be edited")
        return current


def split_text(text: str) -> list[str]:
    """A long text as a client cuts it: at a line break or a space where there is one."""
    parts = []
    rest = text.strip()
    while units(rest) > TEXT_LIMIT:
        places = borders(rest)
        end = places.get(TEXT_LIMIT) or places[TEXT_LIMIT - 1]
        cut = max(rest.rfind("\n", 0, end), rest.rfind(" ", 0, end))
        end = cut if cut > end // 2 else end
        parts.append(rest[:end])
        rest = rest[end:].strip()
    return [*parts, rest] if rest else parts
