"""Stop: by the ⏹ button, by /stop, by Telegram's own button on a draft. What was said stays."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message, MessageGenerationStopped

from bot.buttons import Skip, Stop
from bot.parts import Parts
from bot.replies import say, toast
from bot.texts import Texts
from engine.dialogs import Place

router = Router(name="stop")


@router.message(Command("stop", "cancel"))
async def on_stop_command(message: Message, parts: Parts, texts: Texts, place: Place) -> None:
    """Stop what runs in the dialog of this place."""
    dialog = await parts.engine.dialogs.at(place)
    if dialog is None or not parts.engine.runs.stop(dialog.id):
        await say(parts, place, texts("stop-nothing"))


@router.callback_query(Stop.filter())
async def on_stop_button(
    callback: CallbackQuery, callback_data: Stop, parts: Parts, texts: Texts, place: Place
) -> None:
    """The button under an answer; on one that is over, bring the message up to date."""
    dialog = await parts.engine.dialogs.here(callback_data.dialog, place.chat_id)
    stopped = dialog is not None and parts.engine.runs.stop(dialog.id)
    await toast(parts, callback, texts("stop-stopping" if stopped else "stop-nothing"))
    if not stopped and callback.message:
        question_id = await parts.deliveries.question_of(place.chat_id, callback.message.message_id)
        if question_id is None:
            await parts.posting.remove(place.chat_id, [callback.message.message_id])
        else:
            await parts.posting.show(question_id)


@router.callback_query(Skip.filter())
async def on_skip(callback: CallbackQuery, callback_data: Skip, parts: Parts, texts: Texts, place: Place) -> None:
    """Pass over the stage of a pipeline that runs."""
    dialog = await parts.engine.dialogs.here(callback_data.dialog, place.chat_id)
    run = parts.engine.runs.of(dialog.id) if dialog is not None else None
    skipped = run is not None and run.skip(callback_data.stage)
    await toast(parts, callback, texts("skip-skipping" if skipped else "skip-over"))


@router.stopped_message_generation()
async def on_native_stop(stopped: MessageGenerationStopped, parts: Parts) -> None:
    """Telegram's own stop button: the draft's id is the question's."""
    question = await parts.engine.questions.here(stopped.draft_id, stopped.chat.id)
    if question is not None:
        parts.engine.runs.stop(question.dialog_id)
