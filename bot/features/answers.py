"""The buttons under an answer: again, or on from where it broke off; variants, thoughts, a file, a model; /retry."""

from dataclasses import replace

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.methods import DeleteMessages, EditMessageReplyMarkup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot.buttons import AnswerButton, SmallerLoad, button, keyboard
from bot.markdown import format_plain
from bot.parts import Parts
from bot.picker import picker_keyboard, picker_text
from bot.replies import say, send_file, toast
from bot.texts import Texts
from engine.answers import Answer
from engine.dialogs import Dialog, Place
from engine.questions import Question, QuestionState
from engine.users import User

router = Router(name="answers")

ENDED: tuple[QuestionState, ...] = ("answered", "stopped", "failed", "interrupted")
FULL_THOUGHTS = 3
"""Thoughts of more messages than this go as a file."""


@router.message(Command("retry", "regenerate"))
async def on_retry(message: Message, parts: Parts, user: User, texts: Texts, place: Place) -> None:
    """Answer the last question again, in a new message; the variants of before are kept."""
    dialog = await parts.engine.dialogs.at(place)
    question = await parts.engine.questions.last(dialog.id) if dialog else None
    if question is None or dialog is None:
        await say(parts, place, texts("retry-nothing"))
        return
    if question.state == "waiting" and not dialog.has_answerer:
        await ask_for_model(parts, place, dialog, user, texts, question_waits=True)
        return
    if question.state not in ENDED:
        await say(parts, place, texts("retry-running"))
        return
    await begin_below(parts, question, place)
    await ask_again(parts, question, place)


@router.callback_query(AnswerButton.filter(F.action == "again"))
async def on_again(
    callback: CallbackQuery, callback_data: AnswerButton, parts: Parts, texts: Texts, place: Place
) -> None:
    """Answer again, in the same messages."""
    question = await parts.engine.questions.here(callback_data.question, place.chat_id)
    if question is None:
        await toast(parts, callback, texts("answer-gone"), alert=True)
        return
    await toast(parts, callback, None if await ask_again(parts, question, place) else texts("retry-running"))


@router.callback_query(SmallerLoad.filter())
async def on_smaller(
    callback: CallbackQuery, callback_data: SmallerLoad, parts: Parts, texts: Texts, place: Place
) -> None:
    """Answer again with less memory; the dialog goes on so."""
    question = await parts.engine.questions.here(callback_data.question, place.chat_id)
    dialog = await parts.engine.dialogs.here(question.dialog_id, place.chat_id) if question else None
    if question is None or dialog is None:
        await toast(parts, callback, texts("answer-gone"), alert=True)
        return
    settings = replace(dialog.settings, n_ctx=callback_data.n_ctx or dialog.settings.n_ctx)
    if callback_data.layers >= 0:
        settings = replace(settings, n_gpu_layers=callback_data.layers)
    await parts.engine.dialogs.set_settings(dialog.id, settings)
    await toast(parts, callback, None if await ask_again(parts, question, place) else texts("retry-running"))


@router.callback_query(AnswerButton.filter(F.action == "continue"))
async def on_continue(
    callback: CallbackQuery, callback_data: AnswerButton, parts: Parts, texts: Texts, place: Place
) -> None:
    """Go on with a pipeline from its last finished stage."""
    question = await parts.engine.questions.here(callback_data.question, place.chat_id)
    if question is None:
        await toast(parts, callback, texts("answer-gone"), alert=True)
        return
    await toast(parts, callback, None if await go_on(parts, question) else texts("retry-running"))


@router.callback_query(AnswerButton.filter(F.action == "variant"))
async def on_variant(
    callback: CallbackQuery, callback_data: AnswerButton, parts: Parts, texts: Texts, place: Place
) -> None:
    """Show another variant; from now on it is the one that the dialog goes on with."""
    question = await parts.engine.questions.here(callback_data.question, place.chat_id)
    variants = await parts.engine.answers.variants(question.id) if question else []
    wanted = next((variant for variant in variants if variant.variant == callback_data.variant), None)
    await toast(parts, callback, texts("answer-gone") if question is None else None)
    if question and wanted and question.state in ENDED:
        await parts.engine.answers.choose(wanted)
        await parts.posting.show(question.id)


@router.callback_query(AnswerButton.filter(F.action == "thoughts"))
async def on_thoughts(
    callback: CallbackQuery, callback_data: AnswerButton, parts: Parts, texts: Texts, place: Place
) -> None:
    """What the model thought before it spoke."""
    answer = await answer_of_press(callback, callback_data, parts, texts, place)
    if answer is None:
        return
    await toast(parts, callback)
    pages = format_plain("🧠 " + answer.thought.strip())
    if len(pages) > FULL_THOUGHTS:
        await send_file(parts, place, texts("thoughts-file-name") + ".txt", answer.thought.encode("utf-8", "replace"))
        return
    for page in pages:
        await say(parts, place, page.text)


@router.callback_query(AnswerButton.filter(F.action == "file"))
async def on_file(
    callback: CallbackQuery, callback_data: AnswerButton, parts: Parts, texts: Texts, place: Place
) -> None:
    """The answer as a Markdown file."""
    answer = await answer_of_press(callback, callback_data, parts, texts, place)
    if answer is None:
        return
    await toast(parts, callback)
    await send_file(parts, place, texts("answer-file-name") + ".md", answer.text.encode("utf-8", "replace"))


@router.callback_query(AnswerButton.filter(F.action.in_({"more", "less"})))
async def on_more(
    callback: CallbackQuery, callback_data: AnswerButton, parts: Parts, texts: Texts, place: Place
) -> None:
    """⋯ opens the rarer actions in the place of the row; ‹ brings the row back."""
    question = await parts.engine.questions.here(callback_data.question, place.chat_id)
    if question is None or callback.message is None:
        await toast(parts, callback, texts("answer-gone"), alert=True)
        return
    await toast(parts, callback)
    if callback_data.action == "less":
        await parts.posting.show(question.id)
        return
    method = EditMessageReplyMarkup(
        chat_id=place.chat_id, message_id=callback.message.message_id, reply_markup=more_keyboard(question, texts)
    )
    await parts.outbox.attempt(place.chat_id, method)


@router.callback_query(AnswerButton.filter(F.action == "model"))
async def on_other_model(
    callback: CallbackQuery, callback_data: AnswerButton, parts: Parts, user: User, texts: Texts, place: Place
) -> None:
    """Choose another model for the dialog; an unanswered question is then asked again."""
    question = await parts.engine.questions.here(callback_data.question, place.chat_id)
    dialog = await parts.engine.dialogs.here(question.dialog_id, place.chat_id) if question else None
    if question is None or dialog is None:
        await toast(parts, callback, texts("answer-gone"), alert=True)
        return
    await toast(parts, callback)
    await parts.engine.questions.set_state(question.id, "waiting", only_from=("failed", "interrupted"))
    await ask_for_model(parts, place, dialog, user, texts, question_waits=False)


@router.callback_query(AnswerButton.filter(F.action == "delete"))
async def on_delete(
    callback: CallbackQuery, callback_data: AnswerButton, parts: Parts, texts: Texts, place: Place
) -> None:
    """Forget a question with all its answers, here and in the chat."""
    question = await parts.engine.questions.here(callback_data.question, place.chat_id)
    if question is None or question.state not in ENDED:
        await toast(parts, callback, texts("retry-running" if question else "answer-gone"), alert=True)
        return
    delivery = await parts.deliveries.get(question.id)
    await parts.engine.questions.delete(question.id)
    await toast(parts, callback, texts("answer-deleted"))
    own = [question.message_id] if question.chat_id == place.chat_id else []  # a group may have moved
    shown = [*delivery.message_ids, delivery.file_id] if delivery else []
    messages = [message_id for message_id in (*shown, *own) if message_id is not None]
    await parts.outbox.attempt(place.chat_id, DeleteMessages(chat_id=place.chat_id, message_ids=messages))


async def ask_for_model(
    parts: Parts, place: Place, dialog: Dialog, user: User, texts: Texts, *, question_waits: bool
) -> None:
    """The picker, in a message of its own."""
    markup = await picker_keyboard(parts.engine, texts, dialog, user.id)
    await say(parts, place, picker_text(parts.engine.catalogue, texts, question_waits=question_waits), markup)


async def ask_again(parts: Parts, question: Question, place: Place) -> bool:
    """Let a question wait for an answer once more, from the beginning; False while it is being answered."""
    await parts.engine.sessions.want_anew(question.id)
    if not await parts.engine.questions.set_state(question.id, "waiting", only_from=ENDED):
        return False
    dialog = await parts.engine.dialogs.here(question.dialog_id, place.chat_id)
    if dialog is not None and not dialog.has_answerer:  # the guide answered, and does so no more: ask who does now
        await begin_below(parts, question, dialog.place)
    parts.live.wake(question.dialog_id)
    return True


async def begin_below(parts: Parts, question: Question, place: Place) -> None:
    """The next answer stands in new messages; those of before stay, without their buttons."""
    delivery = await parts.deliveries.get(question.id)
    if delivery and delivery.message_ids:
        bare = EditMessageReplyMarkup(chat_id=place.chat_id, message_id=delivery.message_ids[-1], reply_markup=None)
        await parts.outbox.attempt(place.chat_id, bare)
    await parts.deliveries.begin(question.id, place, anew=True)


async def go_on(parts: Parts, question: Question) -> bool:
    """Let a question wait for the rest of its pipeline; False while it is being answered."""
    await parts.engine.sessions.want_continued(question.id)
    if not await parts.engine.questions.set_state(question.id, "waiting", only_from=ENDED):
        return False
    parts.live.wake(question.dialog_id)
    return True


async def answer_of_press(
    callback: CallbackQuery, data: AnswerButton, parts: Parts, texts: Texts, place: Place
) -> Answer | None:
    """The answer that a button belongs to; tells the person if there is none any more."""
    question = await parts.engine.questions.here(data.question, place.chat_id)
    answer = await parts.engine.answers.get(question.answer_id) if question and question.answer_id else None
    if answer is None:
        await toast(parts, callback, texts("answer-gone"), alert=True)
    return answer


def more_keyboard(question: Question, texts: Texts) -> InlineKeyboardMarkup:
    def action(name: str, **data: object) -> AnswerButton:
        return AnswerButton.model_validate({"action": name, "question": question.id, **data})

    return keyboard(
        [button(texts("button-other-model"), action("model"))],
        [button(texts("button-delete-answer"), action("delete"))],
        [button(texts("button-back"), action("less"))],
    )
