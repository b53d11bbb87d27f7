"""History: /history lists the runs of this chat, /history words searches them; any of them can be opened again."""

from typing import Literal

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, Message

from bot.buttons import button, keyboard
from bot.dialog_views import age
from bot.guide import shown_name
from bot.menus import DialogMenu, View, back
from bot.parts import Parts
from bot.replies import change, say, send_file, toast
from bot.shortening import one_line, shortened
from bot.texts import Texts
from engine.answers import Answer
from engine.dialogs import Place
from engine.history import Found, Past

router = Router(name="history")

PAGE_SIZE = 8
ROW_LENGTH = 4
LINE_LENGTH = 90
QUESTION_LENGTH = 700
ANSWER_LENGTH = 2500
SHOWN_WORDS = 60
CARRIED_BYTES = 40
"""Words that fit into a button beside the rest; longer ones are searched on one page."""


class Page(CallbackData, prefix="past", sep="|"):
    """A page of runs, or of what `words` found."""

    page: int = 0
    words: str = ""


class Opened(CallbackData, prefix="run"):
    """One run."""

    action: Literal["card", "file"]
    answer: int


@router.message(Command("history"))
async def on_history(message: Message, command: CommandObject, parts: Parts, texts: Texts, place: Place) -> None:
    words = " ".join((command.args or "").replace("|", " ").split())
    await say(parts, place, *await page_view(parts, texts, place, Page(words=words)))


@router.callback_query(Page.filter())
async def on_page(callback: CallbackQuery, callback_data: Page, parts: Parts, texts: Texts, place: Place) -> None:
    await toast(parts, callback)
    await change(parts, callback, *await page_view(parts, texts, place, callback_data))


@router.callback_query(Opened.filter(F.action == "card"))
async def on_card(callback: CallbackQuery, callback_data: Opened, parts: Parts, texts: Texts, place: Place) -> None:
    past = await parts.engine.history.run(callback_data.answer, place.chat_id)
    if past is None:
        await toast(parts, callback, texts("history-gone"), alert=True)
        return
    await toast(parts, callback)
    await change(parts, callback, *card_view(past, texts))


@router.callback_query(Opened.filter(F.action == "file"))
async def on_file(callback: CallbackQuery, callback_data: Opened, parts: Parts, texts: Texts, place: Place) -> None:
    past = await parts.engine.history.run(callback_data.answer, place.chat_id)
    if past is None:
        await toast(parts, callback, texts("history-gone"), alert=True)
        return
    await toast(parts, callback)
    await send_file(parts, place, texts("answer-file-name") + ".md", past.answer.text.encode("utf-8", "replace"))


async def page_view(parts: Parts, texts: Texts, place: Place, asked: Page) -> View:
    """Eight runs, or what was found, a button for each, and the way to the next eight."""
    history, offset = parts.engine.history, max(0, asked.page) * PAGE_SIZE
    if asked.words:
        found = await history.search(place.chat_id, asked.words, limit=PAGE_SIZE + 1, offset=offset)
        head = texts("history-found" if found else "history-not-found", words=asked.words[:SHOWN_WORDS])
        entries = [(found_lines(each, texts), each.answer_id) for each in found]
    else:
        runs = await history.runs(place.chat_id, limit=PAGE_SIZE + 1, offset=offset)
        head = texts("history-head" if runs or offset else "history-none")
        entries = [(run_lines(past, texts), past.answer.id) for past in runs]
    shown = list(enumerate(entries[:PAGE_SIZE], start=offset + 1))
    lines = [f"{number}. {text}" for number, (text, _) in shown]
    opens = [
        button(str(number), Opened(action="card", answer=answer)) for number, (_, answer) in shown if answer is not None
    ]
    rows = [opens[start : start + ROW_LENGTH] for start in range(0, len(opens), ROW_LENGTH)]
    return "\n\n".join([head, *lines]), keyboard(*rows, turns(asked, has_more=len(entries) > PAGE_SIZE))


def turns(asked: Page, *, has_more: bool) -> list[InlineKeyboardButton]:
    """‹ and › where there are more pages."""
    if len(asked.words.encode()) > CARRIED_BYTES:
        return []
    pages = [("‹", asked.page - 1)] if asked.page > 0 else []
    pages += [("›", asked.page + 1)] if has_more else []
    return [button(sign, Page(page=page, words=asked.words)) for sign, page in pages]


def run_lines(past: Past, texts: Texts) -> str:
    """The question, and below it who answered, how long it took, how it ended, when."""
    return f"{one_line(past.question, LINE_LENGTH)}\n{facts(past, texts)}"


def found_lines(found: Found, texts: Texts) -> str:
    """The passage with the words, and below it the question that it belongs to."""
    excerpt, question = one_line(found.excerpt, LINE_LENGTH), one_line(found.question, LINE_LENGTH)
    return excerpt if excerpt == question else f"{excerpt}\n❓ {question}"


def facts(past: Past, texts: Texts) -> str:
    """`🧩 base · 41.2 s · stopped · 3 d ago`"""
    answer = past.answer
    seconds = max(0.0, (answer.finished_at or answer.started_at) - answer.started_at)
    ended = "" if answer.state == "done" else texts(f"history-{answer.state}")
    parts = [source(answer, texts), texts("footer-seconds", seconds=seconds), ended, age(answer.started_at, texts)]
    return " · ".join(part for part in parts if part)


def source(answer: Answer, texts: Texts) -> str:
    """Who answered: a model, or a pipeline."""
    return f"🧩 {answer.council.pipeline or answer.council.mode}" if answer.council else shown_name(answer.model, texts)


def card_view(past: Past, texts: Texts) -> View:
    """Question and answer, the way to their dialog, and the answer as a file."""
    answer = past.answer
    text = "\n\n".join(
        [
            f"❓ {shortened(past.question, QUESTION_LENGTH)}",
            shortened(answer.text.strip(), ANSWER_LENGTH) or texts("answer-empty"),
            f"{past.dialog_title or texts('dialog-untitled')} · {facts(past, texts)}",
        ]
    )
    rows = [
        [button(texts("history-button-dialog"), DialogMenu(screen="card", dialog=past.dialog_id))],
        [button(texts("history-button-file"), Opened(action="file", answer=answer.id))] if answer.text.strip() else [],
        back(texts, Page()),
    ]
    return text, keyboard(*rows)
