"""People: the owner sees who is in and who asks, with counts and sizes but never words, and can remove somebody."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.methods import LeaveChat, SendMessage
from aiogram.types import CallbackQuery, Message

from bot.buttons import button, keyboard
from bot.features.forgetting import ENDS_WITHIN_S
from bot.features.requests import decide_row, tell
from bot.menus import View, back
from bot.owner import Admin, Decide, Invites, People, is_owner, shown_name, turns
from bot.parts import Parts
from bot.people import texts_for
from bot.replies import change, say, toast
from bot.texts import Texts
from engine.dialogs import Place
from engine.groups import Group
from engine.users import Role, User, UserSize

router = Router(name="people")

PAGE_SIZE = 8
GROUPS_AT_MOST = 20
KIB = 1024
SIGNS: dict[Role, str] = {"owner": "👑", "member": "🙂", "asking": "⏳", "refused": "🚫", "guest": ""}


@router.message(Command("users"), is_owner)
async def on_users(message: Message, parts: Parts, texts: Texts, place: Place) -> None:
    await say(parts, place, *await list_view(parts, texts))


@router.callback_query(People.filter(F.action == "list"), is_owner)
async def on_list(callback: CallbackQuery, callback_data: People, parts: Parts, texts: Texts) -> None:
    await toast(parts, callback)
    await change(parts, callback, *await list_view(parts, texts, callback_data.page))


@router.callback_query(People.filter(F.action.in_({"card", "remove"})), is_owner)
async def on_card(callback: CallbackQuery, callback_data: People, parts: Parts, texts: Texts) -> None:
    """One person; or the question whether to remove them."""
    size = await size_of(parts, callback_data.user)
    await toast(parts, callback)
    if size is None:
        view = await list_view(parts, texts, callback_data.page)
    elif callback_data.action == "remove":
        view = await remove_view(parts, texts, size, callback_data.page)
    else:
        view = await card_view(parts, texts, size, callback_data.page)
    await change(parts, callback, *view)


@router.callback_query(People.filter(F.action == "removed"), is_owner)
async def on_removed(callback: CallbackQuery, callback_data: People, parts: Parts, texts: Texts) -> None:
    """Remove them with all they have here."""
    user = await parts.engine.users.get(callback_data.user)
    if user is not None and user.role != "owner":
        await remove(parts, user)
    await toast(parts, callback, texts("people-removed"))
    await change(parts, callback, *await list_view(parts, texts, callback_data.page))


async def remove(parts: Parts, user: User) -> None:
    """End what runs for a person, forget all they have here, leave the groups they let the bot into."""
    engine = parts.engine
    touched, groups = await engine.users.dialogs_of(user.id), await engine.groups.of(user.id)
    for dialog_id in touched:
        await engine.runs.end(dialog_id, "deleted", ENDS_WITHIN_S)
    await engine.users.remove(user.id)
    for dialog_id in touched:
        parts.live.wake(dialog_id)  # in a dialog of others, their questions go on
    texts = texts_for(user, engine.settings)
    if user.admitted:
        await tell(parts, user, texts("people-you-are-removed"))
    for group in groups:
        await leave(parts, group, texts)


async def leave(parts: Parts, group: Group, texts: Texts) -> None:
    """Say why, and go; where that cannot be said, or the bot is out already, nothing is lost."""
    chat_id = group.chat_id
    await parts.outbox.attempt(chat_id, SendMessage(chat_id=chat_id, text=texts("groups-closed")))
    await parts.outbox.attempt(chat_id, LeaveChat(chat_id=chat_id))


async def list_view(parts: Parts, texts: Texts, page: int = 0) -> View:
    """A page of people, who asks first."""
    users = parts.engine.users
    sizes = await users.sizes()
    last = max(0, (len(sizes) - 1) // PAGE_SIZE)
    page = max(0, min(page, last))
    shown = sizes[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    left = await users.places_left()
    head = texts("people-head", taken=users.places - left, places=users.places)
    rows = [
        [button(signed(size.user), People(action="card", user=size.user.id, page=page))]
        for size in shown
        if size.user.role != "owner"
    ]
    invite = [button(texts("people-button-invite"), Invites())]
    text = "\n".join([head, "", *(line(size, texts) for size in shown)])
    return text, keyboard(*rows, turns(page, last, lambda to: People(page=to)), invite, back(texts, Admin()))


async def card_view(parts: Parts, texts: Texts, size: UserSize, page: int) -> View:
    """One person and what the owner can do about them."""
    user = size.user
    groups = await groups_of(parts, user)
    lines = [line(size, texts), texts("people-id", id=str(user.id))]
    if groups:
        lines.append(texts("people-groups", groups=groups))
    admit = button(texts("requests-button-admit"), Decide(admit=True, user=user.id))
    decide = {"asking": decide_row(user.id, texts), "refused": [admit]}.get(user.role, [])
    remove_button = button(texts("people-button-remove"), People(action="remove", user=user.id, page=page))
    row = [remove_button] if user.role != "owner" else []
    return "\n".join(lines), keyboard(decide, row, back(texts, People(page=page)))


async def remove_view(parts: Parts, texts: Texts, size: UserSize, page: int) -> View:
    """The one question before it."""
    user = size.user
    groups = await groups_of(parts, user)
    text = texts("people-remove-really", name=shown_name(user.name), facts=facts(size, texts))
    if groups:
        text += "\n" + texts("people-remove-groups", groups=groups)
    confirm = button(texts("people-button-removed"), People(action="removed", user=user.id, page=page))
    return text, keyboard([confirm], back(texts, People(action="card", user=user.id, page=page)))


async def groups_of(parts: Parts, user: User) -> str:
    """The groups that somebody added, by name; "" for none."""
    groups = await parts.engine.groups.of(user.id)
    return ", ".join(shown_name(group.title) for group in groups[:GROUPS_AT_MOST])


async def size_of(parts: Parts, user_id: int) -> UserSize | None:
    return next((size for size in await parts.engine.users.sizes() if size.user.id == user_id), None)


def line(size: UserSize, texts: Texts) -> str:
    """`🙂 Boris · 3 dialogs · 41 questions · 12 KB`"""
    role = texts(f"people-role-{size.user.role}")
    return f"{signed(size.user)} · " + (facts(size, texts) if size.user.admitted else role)


def facts(size: UserSize, texts: Texts) -> str:
    dialogs = texts("people-dialogs", dialogs=size.dialogs)
    questions = texts("people-questions", questions=size.questions)
    return f"{dialogs} · {questions} · {texts('people-size', kib=-(-size.text_bytes // KIB))}"


def signed(user: User) -> str:
    return f"{SIGNS[user.role]} {shown_name(user.name)}"
