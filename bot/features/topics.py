"""Topics: a name that a person gives to a topic is the title of its dialog.

Topics that Telegram has named itself are renamed after their first question, by bot.live. Of a deleted topic
Telegram tells nobody; its dialog stays and can be opened again from /dialogs.
"""

from aiogram import F, Router
from aiogram.types import Message

from bot.here import owner_of
from bot.parts import Parts
from engine.dialogs import Place
from engine.users import User

router = Router(name="topics")


@router.message(F.forum_topic_created)
async def on_created(message: Message, parts: Parts, user: User, place: Place) -> None:
    """A topic with a name of the person's own begins a dialog with that title."""
    created = message.forum_topic_created
    if created is None or created.is_name_implicit or place.thread_id is None or user.id == parts.me.id:
        return
    owner_id = await owner_of(parts, user, place)
    dialog = await parts.engine.dialogs.open(place, owner_id, user.preferences.model_id)
    await parts.engine.dialogs.rename(dialog.id, created.name, "person")


@router.message(F.forum_topic_edited)
async def on_edited(message: Message, parts: Parts, user: User, place: Place) -> None:
    """A renamed topic renames its dialog; a changed icon does not matter."""
    edited = message.forum_topic_edited
    dialog = await parts.engine.dialogs.at(place) if place.thread_id is not None else None
    if dialog is not None and edited is not None and edited.name and user.id != parts.me.id:
        await parts.engine.dialogs.rename(dialog.id, edited.name, "person")
