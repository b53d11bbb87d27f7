"""Places: in which chat and topic a message is, by rules that Telegram's flags alone do not give."""

from aiogram.types import CallbackQuery, InaccessibleMessage, Message

from engine.dialogs import Place

GENERAL_TOPIC = 1


def place_of(message: Message | InaccessibleMessage, private_topics: bool) -> Place:
    """Where a message is.

    In a private chat the first message of a fresh topic may come without `is_topic_message`; in a supergroup
    without topics, and in General, `message_thread_id` only marks a chain of replies.
    """
    chat = message.chat
    if isinstance(message, InaccessibleMessage) or message.message_thread_id in (None, GENERAL_TOPIC):
        return Place(chat.id)
    in_topic = private_topics if chat.type == "private" else bool(message.is_topic_message)
    return Place(chat.id, message.message_thread_id if in_topic else None)


def place_of_press(callback: CallbackQuery, private_topics: bool) -> Place:
    """Where a button was pressed; an old message may have lost its topic, so buttons carry the dialog's id."""
    if callback.message is None:
        return Place(callback.from_user.id)
    return place_of(callback.message, private_topics)
