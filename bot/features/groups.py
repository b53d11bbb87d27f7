"""Groups: the bot comes in with an admitted person, says how to talk to it, and goes without leaving a trace.

What it hears there is decided in bot.hearing; here a group is told of it, and may change it.
"""

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import GetChatMember, SendMessage
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from bot.buttons import button, keyboard
from bot.features.forgetting import ENDS_WITHIN_S
from bot.menus import View
from bot.owner import COMMANDS
from bot.parts import Parts
from bot.replies import change, say, toast
from bot.texts import Texts
from engine.dialogs import Place
from engine.groups import Group
from engine.users import User

router = Router(name="groups")

IN_GROUP = F.chat.type.in_({"group", "supergroup"})
INSIDE = ("member", "administrator")
OUTSIDE = ("left", "kicked")


class Hear(CallbackData, prefix="hear"):
    """Whether the bot answers every message of the group."""

    everything: bool


@router.my_chat_member(IN_GROUP, F.new_chat_member.status.in_(INSIDE))
async def on_added(event: ChatMemberUpdated, parts: Parts, user: User, texts: Texts) -> None:
    """Somebody let the bot in; a change of its rights in a group it knows changes nothing."""
    if not user.admitted or not await parts.engine.groups.add(event.chat.id, event.chat.title or "", user.id):
        return
    group = await parts.engine.groups.get(event.chat.id)
    if group is not None:
        text, markup = group_view(group, parts, texts)
        await parts.outbox.attempt(group.chat_id, SendMessage(chat_id=group.chat_id, text=text, reply_markup=markup))


@router.my_chat_member(IN_GROUP, F.new_chat_member.status.in_(OUTSIDE))
async def on_removed(event: ChatMemberUpdated, parts: Parts) -> None:
    """The bot was taken out: what was said with it in the group is forgotten."""
    for dialog_id in await parts.engine.groups.dialogs_of(event.chat.id):
        await parts.engine.runs.end(dialog_id, "deleted", ENDS_WITHIN_S)
    await parts.engine.groups.remove(event.chat.id)


@router.message(F.migrate_to_chat_id)
async def on_migrated(message: Message, parts: Parts) -> None:
    """The group became a supergroup; its dialogs go with it."""
    if message.migrate_to_chat_id is not None:
        await parts.engine.groups.move(message.chat.id, message.migrate_to_chat_id)


@router.message(CommandStart(), IN_GROUP)
async def on_start(message: Message, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    """`/start` lets the bot work here, if an admitted person says so, and tells how to talk to it."""
    if user.admitted:
        await parts.engine.groups.add(place.chat_id, message.chat.title or "", user.id)
    group = await parts.engine.groups.get(place.chat_id)
    if group is not None:
        await say(parts, place, *group_view(group, parts, texts))


@router.message(Command("all"), IN_GROUP)
async def on_all(
    message: Message, command: CommandObject, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """`/all on`, `/all off`; alone it tells how it is."""
    group = await parts.engine.groups.get(place.chat_id)
    wanted = {"on": True, "off": False, "": None}.get(word := (command.args or "").strip().lower(), word)
    if group is None:
        return
    if isinstance(wanted, str):
        await say(parts, place, texts("groups-all-bad", value=wanted[:60]))
    elif wanted is None:
        await say(parts, place, *group_view(group, parts, texts))
    elif not await may_decide(parts, group, user, is_hidden_admin=is_hidden_admin(message)):
        await say(parts, place, texts("groups-admins-only"))
    else:
        await say(parts, place, *await heard_view(parts, group, texts, everything=wanted))


@router.callback_query(Hear.filter())
async def on_hear(
    callback: CallbackQuery, callback_data: Hear, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """The same, by the button."""
    group = await parts.engine.groups.get(place.chat_id)
    if group is None or not await may_decide(parts, group, user):
        await toast(parts, callback, texts("groups-admins-only"), alert=True)
        return
    await toast(parts, callback)
    await change(parts, callback, *await heard_view(parts, group, texts, everything=callback_data.everything))


@router.message(Command("all"))
async def on_all_elsewhere(message: Message, parts: Parts, texts: Texts, place: Place) -> None:
    await say(parts, place, texts("groups-all-elsewhere"))


@router.message(Command(*COMMANDS), IN_GROUP)
async def on_owners_command(message: Message, parts: Parts, texts: Texts, place: Place) -> None:
    """What concerns the whole bot is no matter for a group."""
    await say(parts, place, texts("groups-personal", bot=f"@{parts.me.username}"))


async def may_decide(parts: Parts, group: Group, user: User, *, is_hidden_admin: bool = False) -> bool:
    """Admins of the group, and whoever added the bot."""
    return is_hidden_admin or user.id == group.added_by or await is_admin(parts, group.chat_id, user.id)


async def is_admin(parts: Parts, chat_id: int, user_id: int) -> bool:
    try:
        member = await parts.outbox.now(GetChatMember(chat_id=chat_id, user_id=user_id))
    except TelegramBadRequest:  # Telegram does not know them there
        return False
    return member.status in ("creator", "administrator")


def is_hidden_admin(message: Message) -> bool:
    """An admin who writes in the name of the group."""
    return message.sender_chat is not None and message.sender_chat.id == message.chat.id


async def heard_view(parts: Parts, group: Group, texts: Texts, *, everything: bool) -> View:
    """The group as it is after the change; Telegram shows ordinary members only what is meant for them."""
    await parts.engine.groups.set_answers_all(group.chat_id, everything)
    after = await parts.engine.groups.get(group.chat_id) or group
    text, markup = group_view(after, parts, texts)
    if everything and not await is_admin(parts, group.chat_id, parts.me.id):
        text += "\n\n" + texts("groups-need-admin")
    return text, markup


def group_view(group: Group, parts: Parts, texts: Texts) -> View:
    """How to talk to the bot here."""
    bot = f"@{parts.me.username}"
    if group.answers_all:
        label, text = "groups-button-some", texts("groups-hears-all")
    else:
        label, text = "groups-button-all", texts("groups-hears-some", bot=bot)
    return text, keyboard([button(texts(label), Hear(everything=not group.answers_all))])
