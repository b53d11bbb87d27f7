"""The buttons of talks between models."""

from typing import Literal

from aiogram.filters.callback_data import CallbackData


class DuelButton(CallbackData, prefix="duel"):
    """Something to do with a talk; `place` is that of a speaker, a number of turns, or a file format."""

    action: Literal[
        "setup", "models", "drop", "topic", "prompt", "first", "turns",
        "start", "cancel", "pause", "stop", "go", "more", "end", "export", "file",
    ]  # fmt: skip
    duel: int
    place: int = 0


class DuelModel(CallbackData, prefix="duelist"):
    """A model to talk; `model` 0 turns the pages."""

    duel: int
    model: int
    page: int = 0
