"""Which messages of a group are meant for the bot."""

from datetime import datetime
from typing import Any

import pytest
from aiogram.types import Chat, ForumTopicCreated, Message, User

from bot.hearing import is_for_us
from bot.parts import Me

ME = Me(7, "consilium_bot", private_topics=True)
GROUP = Chat(id=-5, type="supergroup", title="Team")
CHANNEL = Chat(id=-9, type="channel", title="News")
BORIS = User(id=12, is_bot=False, first_name="Boris")
US = User(id=ME.id, is_bot=True, first_name="Consilium")
OTHER_BOT = User(id=8, is_bot=True, first_name="Weather")
HIDDEN = User(id=1087968824, is_bot=True, first_name="Group")


def message(text: str | None = None, sender: User = BORIS, **more: Any) -> Message:
    return Message(message_id=2, date=datetime.now(), chat=GROUP, from_user=sender, text=text, **more)


OURS = Message(message_id=1, date=datetime.now(), chat=GROUP, from_user=US, text="hello")
TOPIC = ForumTopicCreated(name="Plans", icon_color=1)
OUR_TOPIC = Message(message_id=1, date=datetime.now(), chat=GROUP, from_user=US, forum_topic_created=TOPIC)


@pytest.mark.parametrize(
    ("said", "is_heard"),
    [
        (message("hello"), False),
        (message("hello @consilium_bot"), True),
        (message("hello, @Consilium_Bot: you"), True),
        (message("hello @consilium_bot2"), False),
        (message("mail me at anna@consilium_bot"), False),
        (message("hello", reply_to_message=OURS), True),
        (message("hello", reply_to_message=OUR_TOPIC), False),
        (message("/model"), True),
        (message("/model@consilium_bot"), True),
        (message("/model@weather_bot"), False),
        (message("/forecast"), False),
        (message("/forecast@consilium_bot"), True),
        (message("/etc/hosts is a file"), False),
        (message("/forecast", reply_to_message=OURS), True),
        (message(caption="look, @consilium_bot"), True),
        (message(caption="look"), False),
        (message("hello @consilium_bot", OTHER_BOT), False),
        (message("hello @consilium_bot", HIDDEN, sender_chat=GROUP), True),
        (message("hello @consilium_bot", sender_chat=CHANNEL, is_automatic_forward=True), False),
        (message(forum_topic_created=TOPIC), True),
        (message(migrate_to_chat_id=-1001), True),
        (message(new_chat_title="Other"), False),
    ],
)
def test_only_what_is_meant_for_the_bot_is_heard(said: Message, is_heard: bool) -> None:
    assert is_for_us(said, ME, {"model"}, answers_all=False) is is_heard


@pytest.mark.parametrize(
    ("said", "is_heard"),
    [
        (message("hello"), True),
        (message("/forecast"), True),
        (message("/forecast@weather_bot"), False),
        (message("hello", OTHER_BOT), False),
        (message("news", is_automatic_forward=True), False),
    ],
)
def test_where_a_group_wants_it_everything_of_people_is_heard(said: Message, is_heard: bool) -> None:
    assert is_for_us(said, ME, {"model"}, answers_all=True) is is_heard
