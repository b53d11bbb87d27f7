"""The real aiogram bot against the sandbox: messages, edits, buttons, files, topics, drafts."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramEntityTooLarge, TelegramForbiddenError, TelegramNotFound
from aiogram.methods import SendInvoice
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    LabeledPrice,
    Message,
    ReactionTypeEmoji,
    ReplyParameters,
    Update,
)

from bot.sandbox import Chat, Person, Sandbox, drafts
from bot.sandbox.methods.profile import commands_for
from tests.sandbox.pictures import png

KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="⏹ Stop", callback_data="stop:1")]])


async def news(bot: Bot) -> list[Update]:
    """All updates that wait, confirmed."""
    updates = await bot.get_updates()
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return updates


async def test_a_message_arrives_with_its_command_marked(bot: Bot, sandbox: Sandbox, anna: Person) -> None:
    chat = sandbox.private_chat(anna)
    await anna.start(chat, "invite-7")
    (update,) = await news(bot)
    assert update.message is not None
    assert update.message.text == "/start invite-7"
    assert update.message.entities is not None
    assert update.message.entities[0].type == "bot_command"
    assert update.message.from_user is not None
    assert update.message.from_user.language_code == "ru"
    assert await news(bot) == []


async def test_text_is_trimmed_and_parsed(bot: Bot, sandbox: Sandbox, chat: Chat) -> None:
    await bot.send_message(chat.id, "\n <b>Hi</b> there \n", parse_mode="HTML")
    shown = sandbox.transcript(chat)[-1]
    assert shown.text == "Hi there"
    assert [(item.type, item.offset, item.length) for item in shown.entities] == [("bold", 0, 2)]


async def test_an_empty_text_is_refused(bot: Bot, chat: Chat) -> None:
    for text, reason in (("", "message text is empty"), (" \n", "text must be non-empty")):
        with pytest.raises(TelegramBadRequest, match=reason):
            await bot.send_message(chat.id, text)


async def test_an_edit_without_change_is_refused(bot: Bot, sandbox: Sandbox, chat: Chat) -> None:
    sent = await bot.send_message(chat.id, "one", reply_markup=KEYBOARD)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await sent.edit_text("one", reply_markup=KEYBOARD)
    await sent.edit_text("one")
    assert sandbox.transcript(chat)[-1].keyboard == ()
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_reply_markup(chat_id=chat.id, message_id=sent.message_id)


async def test_only_own_messages_that_exist_can_be_edited(bot: Bot, sandbox: Sandbox, anna: Person, chat: Chat) -> None:
    asked = await anna.say(chat, "mine")
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("x", chat_id=chat.id, message_id=asked.id)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("x", chat_id=chat.id, message_id=999)


async def test_a_pressed_button_is_answered_once(bot: Bot, sandbox: Sandbox, anna: Person, chat: Chat) -> None:
    await bot.send_message(chat.id, "running", reply_markup=KEYBOARD)
    await news(bot)
    press = await anna.press(sandbox.answers(chat)[-1], "⏹")
    (update,) = await news(bot)
    query = update.callback_query
    assert query is not None
    assert query.data == "stop:1"
    assert isinstance(query.message, Message)
    await query.answer("Stopped", show_alert=True, cache_time=0).as_(bot)
    notice = await press.answered()
    assert (notice.text, notice.show_alert) == ("Stopped", True)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(query.id)


async def test_a_button_under_an_old_message_brings_an_inaccessible_one(
    bot: Bot, sandbox: Sandbox, anna: Person, chat: Chat
) -> None:
    await bot.send_message(chat.id, "old", reply_markup=KEYBOARD)
    old = sandbox.age(sandbox.answers(chat)[-1], hours=49)
    await news(bot)
    await anna.press(old, "stop:1")
    (update,) = await news(bot)
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert update.callback_query.message.date == 0


async def test_a_notice_has_200_characters(bot: Bot, chat: Chat) -> None:
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query("1", "x" * 201)


async def test_deleting_takes_the_message_away(bot: Bot, sandbox: Sandbox, anna: Person, chat: Chat) -> None:
    first = await bot.send_message(chat.id, "one")
    asked = await anna.say(chat, "two")
    await bot.delete_messages(chat.id, [first.message_id, asked.id, 999])
    assert [message.text for message in sandbox.transcript(chat)] == ["/start"]
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await first.delete()


async def test_an_old_message_can_no_longer_be_deleted(bot: Bot, sandbox: Sandbox, chat: Chat) -> None:
    sent = await bot.send_message(chat.id, "old")
    sandbox.age(sandbox.transcript(chat)[-1], hours=49)
    with pytest.raises(TelegramBadRequest, match="message can't be deleted"):
        await sent.delete()


async def test_a_bot_cannot_write_first(bot: Bot, sandbox: Sandbox, anna: Person) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(anna.id, "hi")
    sandbox.group("Team", [anna])
    with pytest.raises(TelegramForbiddenError, match="bot can't initiate conversation"):
        await bot.send_message(anna.id, "hi")


async def test_a_blocked_bot_is_told_so(bot: Bot, chat: Chat, anna: Person) -> None:
    await news(bot)
    await anna.block()
    (update,) = await news(bot)
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "kicked"
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(chat.id, "hi")


async def test_a_kicked_bot_is_told_so(bot: Bot, sandbox: Sandbox, anna: Person) -> None:
    team = sandbox.group("Team", [anna], forum=True)
    assert (await bot.get_chat_member(team.id, sandbox.world.bot.id)).status == "administrator"
    sandbox.set_bot_status(team, anna, "kicked")
    with pytest.raises(TelegramForbiddenError, match="bot was kicked from the supergroup chat"):
        await bot.send_message(team.id, "hi")


async def test_a_reply_names_its_message(bot: Bot, sandbox: Sandbox, anna: Person, chat: Chat) -> None:
    asked = await anna.say(chat, "question")
    await bot.send_message(chat.id, "answer", reply_parameters=ReplyParameters(message_id=asked.id))
    assert sandbox.transcript(chat)[-1].reply_to == asked.id
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(chat.id, "answer", reply_parameters=ReplyParameters(message_id=999))


async def test_a_fresh_private_topic_asks_for_a_name(bot: Bot, sandbox: Sandbox, anna: Person, chat: Chat) -> None:
    await news(bot)
    asked = await anna.say(chat, "hello", thread="new")
    opened, first = await news(bot)
    assert opened.message is not None
    assert opened.message.forum_topic_created is not None
    assert opened.message.forum_topic_created.is_name_implicit
    assert first.message is not None
    assert first.message.message_thread_id == asked.thread_id == opened.message.message_id
    assert first.message.is_topic_message
    assert asked.thread_id is not None
    await bot.edit_forum_topic(chat.id, asked.thread_id, name="Greeting")
    assert [topic.name for topic in sandbox.topics(chat)] == ["Greeting"]


async def test_the_first_message_of_a_topic_may_lack_its_flag(
    bot: Bot, sandbox: Sandbox, anna: Person, chat: Chat
) -> None:
    sandbox.fresh_topic_lacks_flag = True
    await news(bot)
    asked = await anna.say(chat, "hello", thread="new")
    await anna.say(chat, "again", thread=asked.thread_id)
    flags = [update.message.is_topic_message for update in await news(bot) if update.message]
    assert flags == [True, None, True]


async def test_a_deleted_topic_is_found_out_by_sending(bot: Bot, sandbox: Sandbox, anna: Person, chat: Chat) -> None:
    topic = await bot.create_forum_topic(chat.id, "Plans", icon_color=7322096)
    await bot.send_message(chat.id, "here", message_thread_id=topic.message_thread_id)
    await news(bot)
    await anna.delete_topic(sandbox.topics(chat)[0])
    assert await news(bot) == []
    assert sandbox.transcript(chat, topic.message_thread_id) == []
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(chat.id, "lost", message_thread_id=topic.message_thread_id)


async def test_chats_without_topics_refuse_them(bot: Bot, sandbox: Sandbox, anna: Person) -> None:
    chat = sandbox.private_chat(anna)
    await anna.start(chat)
    with pytest.raises(TelegramBadRequest, match="the chat is not a forum"):
        await bot.create_forum_topic(chat.id, "x")
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(chat.id, "x", message_thread_id=1)


async def test_the_general_topic_is_addressed_by_leaving_the_thread_out(
    bot: Bot, sandbox: Sandbox, anna: Person
) -> None:
    team = sandbox.group("Team", [anna], forum=True)
    await bot.send_message(team.id, "general")
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(team.id, "general", message_thread_id=1)


async def test_privacy_mode_hides_group_talk(bot: Bot, sandbox: Sandbox, anna: Person) -> None:
    team = sandbox.group("Team", [anna])
    sent = await bot.send_message(team.id, "I am here")
    await news(bot)
    await anna.say(team, "between us")
    await anna.say(team, "@consilium_bot hello")
    await anna.say(team, "/ask hello")
    await anna.say(team, "yes", reply_to=sandbox.answers(team)[0])
    texts = [update.message.text for update in await news(bot) if update.message]
    assert texts == ["@consilium_bot hello", "/ask hello", "yes"]
    assert sent.chat.type == "group"


async def test_a_reply_in_a_supergroup_has_a_thread_that_is_no_topic(bot: Bot, sandbox: Sandbox, anna: Person) -> None:
    team = sandbox.group("Team", [anna], supergroup=True)
    sent = await bot.send_message(team.id, "question?")
    await news(bot)
    await anna.say(team, "yes", reply_to=sandbox.answers(team)[0])
    (update,) = await news(bot)
    assert update.message is not None
    assert update.message.message_thread_id == sent.message_id
    assert update.message.is_topic_message is None


async def test_a_file_travels_both_ways(bot: Bot, sandbox: Sandbox, anna: Person, chat: Chat) -> None:
    await news(bot)
    await anna.send_document(chat, "notes.txt", b"hello", caption="read this")
    (update,) = await news(bot)
    assert update.message is not None
    assert update.message.document is not None
    assert (update.message.document.file_name, update.message.caption) == ("notes.txt", "read this")
    downloaded = await bot.download(update.message.document)
    assert downloaded is not None
    assert downloaded.read() == b"hello"
    await bot.send_document(chat.id, BufferedInputFile(b"answer", "answer.md"), caption="here")
    media = sandbox.answers(chat)[-1].media
    assert media is not None
    assert (media.name, media.size_bytes) == ("answer.md", 6)


async def test_a_photo_must_be_a_picture(bot: Bot, sandbox: Sandbox, chat: Chat) -> None:
    sent = await bot.send_photo(chat.id, BufferedInputFile(png(40, 30), "p.png"))
    assert sent.photo is not None
    assert (sent.photo[-1].width, sent.photo[-1].height) == (40, 30)
    with pytest.raises(TelegramBadRequest, match="IMAGE_PROCESS_FAILED"):
        await bot.send_photo(chat.id, BufferedInputFile(b"no picture", "p.png"))
    with pytest.raises(TelegramBadRequest, match="wrong file identifier"):
        await bot.send_photo(chat.id, "AgAD-unknown")


async def test_too_large_files_are_refused(bot: Bot, sandbox: Sandbox, anna: Person, chat: Chat) -> None:
    await news(bot)
    big = await anna.send_document(chat, "big.bin", bytes(20 * 1024 * 1024 + 1))
    assert big.media is not None
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(big.media.file_id)
    with pytest.raises(TelegramEntityTooLarge):
        await bot.send_document(chat.id, BufferedInputFile(bytes(50 * 1024 * 1024 + 1), "big.bin"))


async def test_an_album_has_two_to_ten_files_of_one_kind(bot: Bot, sandbox: Sandbox, chat: Chat) -> None:
    photo = InputMediaPhoto(media=BufferedInputFile(png(8, 8), "a.png"), caption="two")
    sent = await bot.send_media_group(chat.id, [photo, InputMediaPhoto(media=BufferedInputFile(png(9, 9), "b.png"))])
    assert sent[0].media_group_id == sent[1].media_group_id is not None
    document = InputMediaDocument(media=BufferedInputFile(b"x", "x.txt"))
    for wrong in ([photo], [photo] * 11, [photo, document]):
        with pytest.raises(TelegramBadRequest):
            await bot.send_media_group(chat.id, list(wrong))


async def test_commands_follow_scope_and_language(bot: Bot, sandbox: Sandbox, anna: Person, chat: Chat) -> None:
    await bot.set_my_commands([BotCommand(command="help", description="Help")])
    await bot.set_my_commands([BotCommand(command="help", description="Помощь")], language_code="ru")
    assert commands_for(sandbox.world, chat.id, anna.id, "ru")[0]["description"] == "Помощь"
    assert commands_for(sandbox.world, chat.id, anna.id, "de")[0]["description"] == "Help"
    scope = BotCommandScopeChat(chat_id=chat.id)
    await bot.set_my_commands([BotCommand(command="own", description="Own")], scope=scope)
    assert commands_for(sandbox.world, chat.id, anna.id, "ru")[0]["command"] == "own"
    await bot.delete_my_commands(scope=scope)
    assert await bot.get_my_commands(scope=scope) == []
    with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand(command="Help", description="x")])


async def test_a_reaction_is_one_known_emoji(bot: Bot, sandbox: Sandbox, anna: Person, chat: Chat) -> None:
    asked = await anna.say(chat, "nice")
    await bot.set_message_reaction(chat.id, asked.id, [ReactionTypeEmoji(emoji="👍")])
    assert sandbox.transcript(chat)[-1].reactions == ((sandbox.world.bot.id, "👍"),)
    with pytest.raises(TelegramBadRequest, match="REACTION_INVALID"):
        await bot.set_message_reaction(chat.id, asked.id, [ReactionTypeEmoji(emoji="🧮")])


async def test_a_stopped_draft_reaches_the_bot_and_shows_no_more(
    bot: Bot, sandbox: Sandbox, anna: Person, chat: Chat
) -> None:
    await news(bot)
    await bot.send_message_draft(chat.id, 7, text="think", can_stop=True)
    await anna.stop_draft(chat)
    (update,) = await news(bot)
    assert update.stopped_message_generation is not None
    assert (update.stopped_message_generation.draft_id, update.stopped_message_generation.chat.id) == (7, chat.id)
    await bot.send_message_draft(chat.id, 7, text="thinking on", can_stop=True)
    assert sandbox.draft(chat) is None


async def test_a_real_message_ends_the_draft(bot: Bot, sandbox: Sandbox, chat: Chat) -> None:
    await bot.send_message_draft(chat.id, 7)
    draft = sandbox.draft(chat)
    assert draft is not None
    assert draft.text == ""
    await bot.send_message(chat.id, "done")
    assert sandbox.draft(chat) is None


async def test_drafts_are_for_private_chats(bot: Bot, sandbox: Sandbox, anna: Person, chat: Chat) -> None:
    team = sandbox.group("Team", [anna], forum=True)
    with pytest.raises(TelegramBadRequest, match="private chats only"):
        await bot.send_message_draft(team.id, 7, text="x")
    with pytest.raises(TelegramBadRequest, match="non-zero"):
        await bot.send_message_draft(chat.id, 0, text="x")


async def test_get_me_says_that_topics_are_on(bot: Bot) -> None:
    me = await bot.get_me()
    assert me.has_topics_enabled
    assert me.username == "consilium_bot"


async def test_a_method_it_does_not_know_is_not_found(bot: Bot, chat: Chat) -> None:
    with pytest.raises(TelegramNotFound):
        await bot(
            SendInvoice(
                chat_id=chat.id,
                title="x",
                description="x",
                payload="x",
                currency="EUR",
                prices=[LabeledPrice(label="x", amount=1)],
            )
        )


async def test_calls_are_recorded_with_their_outcome(bot: Bot, sandbox: Sandbox, chat: Chat) -> None:
    await bot.send_message(chat.id, "one")
    with pytest.raises(TelegramBadRequest):
        await bot.send_message(chat.id, "")
    assert [(call.method, call.code, call.chat_id) for call in sandbox.calls] == [
        ("sendMessage", 200, chat.id),
        ("sendMessage", 400, chat.id),
    ]


async def test_a_draft_lives_for_half_a_minute(
    bot: Bot, sandbox: Sandbox, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert drafts.LIFE_S == 30
    monkeypatch.setattr(drafts, "LIFE_S", 0.0)
    await bot.send_message_draft(chat.id, 7, text="soon gone")
    await sandbox.until(lambda: sandbox.draft(chat) is None)
