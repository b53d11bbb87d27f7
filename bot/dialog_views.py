"""How dialogs look in menus: a list by pages, a card for each, a line about one."""

import time

from aiogram.types import InlineKeyboardButton

from bot.buttons import button, keyboard
from bot.guide import shown_name
from bot.menus import DialogMenu, Setting, View, back
from bot.parts import Parts
from bot.pipes.taps import Mode
from bot.texts import Texts
from engine.dialogs import Dialog, Place

PAGE_SIZE = 8
ROW_LENGTH = 4
SHOWN_WORDS = 60
"""Of words that led to nothing, so many characters are repeated."""
SUPERGROUP_OFFSET = 1_000_000_000_000
"""Telegram's ids of supergroups are -100… of the number that stands in links."""


async def list_view(parts: Parts, texts: Texts, place: Place, *, page: int = 0, words: str = "") -> View:
    """A page of the chat's dialogs; what was searched for is shown on one page."""
    dialogs = await parts.engine.dialogs.list(place.chat_id, words, limit=1000)
    new = [button(texts("button-new-dialog"), DialogMenu(screen="new"))]
    every = back(texts, list_button()) if words else []
    if not dialogs:
        return texts("dialogs-none-found", words=words[:SHOWN_WORDS]) if words else texts("dialogs-none"), keyboard(
            new, every
        )
    page = max(0, min(page, (len(dialogs) - 1) // PAGE_SIZE))
    shown = dict(enumerate(dialogs[page * PAGE_SIZE : (page + 1) * PAGE_SIZE], page * PAGE_SIZE + 1))
    more = [texts("dialogs-more")] if words and len(dialogs) > PAGE_SIZE else []
    text = [texts("dialogs-head", count=len(dialogs)), *await entries(parts, texts, place, shown), *more]
    numbers = [button(str(number), DialogMenu(screen="card", dialog=dialog.id)) for number, dialog in shown.items()]
    rows = [numbers[start : start + ROW_LENGTH] for start in range(0, len(numbers), ROW_LENGTH)]
    return "\n\n".join(text), keyboard(*rows, every if words else turns(page, len(dialogs)), new)


async def entries(parts: Parts, texts: Texts, place: Place, shown: dict[int, Dialog]) -> list[str]:
    """Two lines for each dialog of a page; the one of this place is marked."""
    counts = await parts.engine.dialogs.question_counts(place.chat_id)
    here = await parts.engine.dialogs.at(place)
    return [
        f"{number}. {'● ' if here and here.id == dialog.id else ''}{titled(dialog, texts)}\n"
        + await facts(parts, texts, dialog, counts.get(dialog.id, 0))
        for number, dialog in shown.items()
    ]


async def facts(parts: Parts, texts: Texts, dialog: Dialog, questions: int) -> str:
    """`qwen3:4b · 12 questions · 3 d ago`"""
    asked = texts("dialog-questions", questions=questions)
    return " · ".join([await answerer(parts, texts, dialog), asked, age(dialog.used_at, texts)])


async def answerer(parts: Parts, texts: Texts, dialog: Dialog) -> str:
    """The model that answers in a dialog, or the pipeline."""
    match dialog.mode:
        case "chat":
            return model_name(parts, texts, dialog.model_id)
        case "base":
            return texts("button-mode-base")
        case "manual":
            saved = await parts.engine.pipelines.get(dialog.pipeline_id) if dialog.pipeline_id else None
            return f"🧩 {saved.name}" if saved else texts("dialog-no-model")


def turns(page: int, count: int) -> list[InlineKeyboardButton]:
    """‹ and › where there are more pages."""
    last = (count - 1) // PAGE_SIZE
    steps = (("‹", page - 1), ("›", page + 1))
    return [button(sign, DialogMenu(screen="list", page=to)) for sign, to in steps if 0 <= to <= last]


async def card_view(parts: Parts, texts: Texts, dialog: Dialog) -> View:
    """One dialog, and what can be done with it."""
    counts = await parts.engine.dialogs.question_counts(dialog.place.chat_id)
    text = texts(
        "dialog-card",
        title=titled(dialog, texts),
        facts=await facts(parts, texts, dialog, counts.get(dialog.id, 0)),
        id=str(dialog.id),
    )
    rows = [
        [button(texts("button-open"), DialogMenu(screen="open", dialog=dialog.id)), *link_button(dialog, texts)],
        [
            button(texts("button-mode"), Mode(mode="menu", dialog=dialog.id)),
            button(texts("button-settings"), Setting(dialog=dialog.id)),
        ],
        [
            button(texts("button-export"), DialogMenu(screen="export", dialog=dialog.id)),
            button(texts("button-delete"), DialogMenu(screen="delete", dialog=dialog.id)),
        ],
        back(texts, list_button()),
    ]
    return text, keyboard(*rows)


def link_button(dialog: Dialog, texts: Texts) -> list[InlineKeyboardButton]:
    """A link to the topic; Telegram has such links for supergroups only."""
    number = -dialog.place.chat_id - SUPERGROUP_OFFSET
    if number <= 0 or dialog.place.thread_id is None:
        return []
    url = f"https://t.me/c/{number}/{dialog.place.thread_id}"
    return [InlineKeyboardButton(text=texts("button-go-to-topic"), url=url)]


async def here_text(parts: Parts, texts: Texts, dialog: Dialog) -> str:
    """What a dialog says when it is opened."""
    counts = await parts.engine.dialogs.question_counts(dialog.place.chat_id)
    about = await facts(parts, texts, dialog, counts.get(dialog.id, 0))
    return texts("dialog-here", title=titled(dialog, texts), facts=about)


def list_button() -> DialogMenu:
    return DialogMenu(screen="list")


def titled(dialog: Dialog, texts: Texts) -> str:
    return dialog.title or texts("dialog-untitled")


def model_name(parts: Parts, texts: Texts, model_id: int | None) -> str:
    """The name of a model, which may be absent now."""
    return (
        texts("dialog-no-model") if model_id is None else shown_name(parts.engine.catalogue.key_of(model_id)[1], texts)
    )


def age(then: float, texts: Texts) -> str:
    """How long ago, in one unit."""
    minutes = int(max(0.0, time.time() - then) // 60)
    if minutes < 1:
        return texts("age-now")
    if minutes < 60:
        return texts("age-minutes", minutes=minutes)
    if minutes < 24 * 60:
        return texts("age-hours", hours=minutes // 60)
    return texts("age-days", days=minutes // (24 * 60))
