"""The buttons that stand under answers and questions. They carry ids; who may press them is checked by the chat."""

from typing import Literal

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup


class Stop(CallbackData, prefix="stop"):
    """⏹ under an answer in the making."""

    dialog: int


class Skip(CallbackData, prefix="skip"):
    """⏭ under the status of a pipeline: pass over the stage that runs."""

    dialog: int
    stage: int


class AnswerButton(CallbackData, prefix="a"):
    """A button under a finished answer."""

    action: Literal["again", "continue", "steps", "thoughts", "file", "more", "less", "model", "variant", "delete"]
    question: int
    variant: int = 0


class SmallerLoad(CallbackData, prefix="fit"):
    """Answer again with a window, and layers on the GPU, that fit; 0 and -1: as they are."""

    question: int
    n_ctx: int = 0
    layers: int = -1


class PickModel(CallbackData, prefix="pick"):
    """A model in the picker; `page` turns its pages (model 0)."""

    dialog: int
    model: int
    page: int = 0


def button(text: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def keyboard(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    """Rows of buttons; empty rows are left out."""
    return InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])
