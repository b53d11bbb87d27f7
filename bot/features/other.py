"""What nobody else takes: unknown commands, and messages that are not text. Nothing of them is stored."""

from collections import deque
from difflib import get_close_matches

from aiogram import F, Router
from aiogram.filters import Filter
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, Message, ReplyParameters

from bot.buttons import button, keyboard
from bot.commands import KNOWN, OWNER
from bot.features.chat import ask, without_mention
from bot.hearing import COMMAND, is_reply_to, mentions
from bot.parts import Parts
from bot.replies import change, say, toast
from bot.texts import Texts
from engine.dialogs import Place
from engine.users import User

router = Router(name="other")

KINDS = F.photo | F.document | F.voice | F.audio | F.video | F.video_note | F.sticker | F.animation | F.rich_message
RARE_KINDS = F.contact | F.location | F.venue | F.poll | F.dice | F.story | F.checklist
REMEMBERED_ALBUMS = 100


class AskCaption(CallbackData, prefix="caption"):
    """Ask with the words under a file; they stand in the message that ours replies to."""


class FirstOfAlbum(Filter):
    """Albums come as several messages; one answer to the first of them is enough."""

    def __init__(self) -> None:
        self._seen: deque[str] = deque(maxlen=REMEMBERED_ALBUMS)

    async def __call__(self, message: Message) -> bool:
        album = message.media_group_id
        if album is None:
            return True
        if album in self._seen:
            return False
        self._seen.append(album)
        return True


async def unknown_command(message: Message) -> bool | dict[str, str]:
    """A filter: a command that no handler knows; gives its name as `name`."""
    match = COMMAND.match(message.text or "")
    return {"name": match["name"]} if match and match["name"] not in KNOWN else False


@router.message(unknown_command)
async def on_unknown_command(message: Message, name: str, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    """One line with the nearest command there is; in a group nothing, where other bots have commands too."""
    if place.chat_id < 0 and not mentions(message.text or "", parts.me.username):
        return
    near = get_close_matches(name.casefold(), names_for(user, place), n=1)
    await say(parts, place, texts("command-near", near=near[0]) if near else texts("command-unknown"))


@router.message(KINDS | RARE_KINDS, FirstOfAlbum())
async def on_not_text(message: Message, parts: Parts, texts: Texts, place: Place) -> None:
    """Say that only text is read; words under a file can be asked alone."""
    if place.chat_id < 0 and not is_meant(message, parts):
        return
    caption = without_mention(message.caption or "", parts.me.username).strip()
    method = SendMessage(
        chat_id=place.chat_id,
        message_thread_id=place.thread_id,
        text=texts("only-text-caption" if caption else "only-text"),
        reply_parameters=ReplyParameters(message_id=message.message_id, allow_sending_without_reply=True),
        reply_markup=keyboard([button(texts("button-ask-caption"), AskCaption())]) if caption else None,
    )
    await parts.outbox.call(place.chat_id, method)


@router.callback_query(AskCaption.filter())
async def on_ask_caption(callback: CallbackQuery, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    """The caption becomes a question of whoever wrote it."""
    notice = callback.message if isinstance(callback.message, Message) else None
    original = notice.reply_to_message if notice else None
    if original is None or not original.caption or original.from_user is None or original.from_user.id != user.id:
        await toast(parts, callback, texts("caption-gone"), alert=True)
        return
    await toast(parts, callback)
    await change(parts, callback, texts("caption-asked"))
    await ask(original, without_mention(original.caption, parts.me.username), parts, user, place)


def names_for(user: User, place: Place) -> list[str]:
    """The commands that a person can use at a place; the owner's are for the owner's private chat alone."""
    is_owner = user.role == "owner" and place.chat_id == user.id
    return [name for name in KNOWN if is_owner or name not in OWNER]


def is_meant(message: Message, parts: Parts) -> bool:
    """In a group where the bot answers everything it still leaves alone what people show each other."""
    return mentions(message.caption or "", parts.me.username) or is_reply_to(message, parts.me)
