"""The buttons that lead from one menu to another. What a menu shows is known to its feature alone."""

from typing import Literal

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.buttons import button
from bot.texts import Texts

View = tuple[str, InlineKeyboardMarkup]
"""A menu: its text and its buttons."""


class Menu(CallbackData, prefix="menu"):
    """A menu of the place where the button is pressed."""

    screen: Literal["start", "help", "guide", "language", "model"]


class DialogMenu(CallbackData, prefix="dialog"):
    """A menu about dialogs; `dialog` 0 is none in particular."""

    screen: Literal["list", "card", "open", "new", "delete", "export"]
    dialog: int = 0
    page: int = 0


class Setting(CallbackData, prefix="set"):
    """The settings of a dialog (0: that of the place), one of them (`key`), or one with a new value."""

    dialog: int
    key: str = ""
    value: str = ""


class Habit(CallbackData, prefix="habit"):
    """What a person has in all their dialogs; `value` is a model's id or a page of models."""

    screen: Literal["menu", "models", "model", "edits", "drafts", "smooth", "plain", "rich", "seen"]
    value: int = 0


def back(texts: Texts, data: CallbackData) -> list[InlineKeyboardButton]:
    """The row that leads back."""
    return [button(texts("button-back"), data)]
