"""A tiny aiogram bot for the page tests: it echoes, streams, sends files and answers buttons."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram import Bot, Dispatcher, F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputRichBlockDetails,
    InputRichBlockMathematicalExpression,
    InputRichBlockParagraph,
    InputRichBlockTable,
    InputRichMessage,
    Message,
    MessageGenerationStopped,
    RichBlockTableCell,
)

from bot.sandbox import Sandbox
from tests.sandbox.client import connect

STOP = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="⏹ Stop", callback_data="stop")]])
WORDS = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog"]


def scripted_router() -> Router:
    router = Router()
    go_on = asyncio.Event()

    @router.message(CommandStart())
    async def start(message: Message, command: CommandObject, bot: Bot) -> None:
        await say(bot, message, f"Welcome! {command.args or 'no payload'}")

    @router.message(Command("stream"))
    async def stream(message: Message, bot: Bot) -> None:
        sent = await say(bot, message, WORDS[0], reply_markup=STOP)
        for count in range(2, len(WORDS) + 1):
            await sent.edit_text(" ".join(WORDS[:count]), reply_markup=STOP)
        await go_on.wait()
        go_on.clear()
        await sent.edit_text(" ".join(WORDS) + ".")

    @router.callback_query(F.data == "stop")
    async def stop(query: CallbackQuery) -> None:
        go_on.set()
        await query.answer("Stopped")

    @router.callback_query(F.data == "alert")
    async def alert(query: CallbackQuery) -> None:
        await query.answer("Look here", show_alert=True)

    @router.message(Command("buttons"))
    async def buttons(message: Message, bot: Bot) -> None:
        row = [
            InlineKeyboardButton(text="Alert", callback_data="alert"),
            InlineKeyboardButton(text="Site", url="https://x.org"),
        ]
        await say(bot, message, "Choose", reply_markup=InlineKeyboardMarkup(inline_keyboard=[row]))

    @router.message(Command("draft"))
    async def draft(message: Message, bot: Bot) -> None:
        thread = message.message_thread_id
        await bot.send_message_draft(message.chat.id, 5, message_thread_id=thread, text="half an ans", can_stop=True)

    @router.stopped_message_generation()
    async def stopped(event: MessageGenerationStopped, bot: Bot) -> None:
        await bot.send_message(event.chat.id, "half an ans ⏹", message_thread_id=event.message_thread_id)

    @router.message(Command("rich"))
    async def rich(message: Message, bot: Bot) -> None:
        cells = [[RichBlockTableCell(align="left", valign="top", text=text) for text in row] for row in ("ab", "cd")]
        blocks = [
            InputRichBlockTable(cells=cells, is_bordered=True),
            InputRichBlockMathematicalExpression(expression="x^2"),
            InputRichBlockDetails(summary="more", blocks=[InputRichBlockParagraph(text="hidden")]),
        ]
        thread = message.message_thread_id
        await bot.send_rich_message(message.chat.id, InputRichMessage(blocks=blocks), message_thread_id=thread)

    @router.message(Command("wish"))
    async def wish(message: Message, bot: Bot) -> None:
        await say(bot, message, "Your name?", reply_markup=ForceReply(force_reply=True))

    @router.message(F.reply_to_message.text == "Your name?")
    async def replied(message: Message, bot: Bot) -> None:
        await say(bot, message, f"A reply: {message.text}")

    @router.message(F.document)
    async def document(message: Message, bot: Bot) -> None:
        assert message.document is not None
        data = await bot.download(message.document)
        assert data is not None
        back = BufferedInputFile(data.read().upper(), "BACK.txt")
        await bot.send_document(message.chat.id, back, message_thread_id=message.message_thread_id)

    @router.message(F.text)
    async def echo(message: Message, bot: Bot) -> None:
        await say(bot, message, f"<b>You said:</b> {message.html_text}", parse_mode="HTML")

    return router


async def say(bot: Bot, message: Message, text: str, **options: object) -> Message:
    thread = message.message_thread_id
    return await bot.send_message(message.chat.id, text, message_thread_id=thread, **options)  # type: ignore[arg-type]


@asynccontextmanager
async def scripted_bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    """Poll until the block ends."""
    dispatcher = Dispatcher()
    dispatcher.include_router(scripted_router())
    async with connect(sandbox) as bot:
        await bot.set_my_commands([BotCommand(command="stream", description="Stream an answer")])
        kinds = dispatcher.resolve_used_update_types()
        polling = asyncio.create_task(
            dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False, allowed_updates=kinds)
        )
        try:
            yield bot
        finally:
            await sandbox.until(lambda: sandbox.updates.is_polled)
            await dispatcher.stop_polling()
            await polling
