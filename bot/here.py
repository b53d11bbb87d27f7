"""Here: the dialog of the place where a command was given or a button pressed."""

from bot.parts import Parts
from engine.dialogs import Dialog, Place
from engine.users import User


async def dialog_here(parts: Parts, user: User, place: Place) -> Dialog | None:
    """The dialog of a place, begun if there is none yet; None outside the topics of a private chat."""
    dialog = await parts.engine.dialogs.at(place)
    if dialog is not None or is_outside(parts, place):
        return dialog
    return await parts.engine.dialogs.open(place, await owner_of(parts, user, place), user.preferences.model_id)


async def owner_of(parts: Parts, user: User, place: Place) -> int:
    """Whose a new dialog at a place is: the person's, or in a group that of whoever added the bot."""
    group = await parts.engine.groups.get(place.chat_id) if place.chat_id < 0 else None
    return group.added_by if group else user.id


def is_outside(parts: Parts, place: Place) -> bool:
    """Where topics are the dialogs, this is none of them."""
    return parts.me.private_topics and place.chat_id > 0 and place.thread_id is None
