"""Everything that somebody can do to the bot: every command, every button, with any ids; found by looking at the bot.

A feature that is added later is tried without a line here, unless its buttons carry a kind of field that is new.
"""

import importlib
import itertools
import pkgutil
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import Any, Literal

from aiogram import Dispatcher
from aiogram.filters.callback_data import CallbackData

import bot
from engine.dialog_settings import DialogSettings


@dataclass(frozen=True)
class Targets:
    """What an intruder tries to reach; `words` stand in titles of the victim.

    `mark` and `mark_of_stage` are what buttons of the victim's `pipe` carry: of the whole, and of its first stage.
    """

    dialogs: tuple[int, ...]
    questions: tuple[int, ...]
    user: int
    model: int
    words: str
    pipe: int
    mark: int
    mark_of_stage: int

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys((0, *self.dialogs, *self.questions, self.user)))


def button_kinds() -> list[type[CallbackData]]:
    """Every kind of button that the bot has."""
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if not module.name.startswith("bot.sandbox") and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return sorted(
        (kind for kind in below(CallbackData) if kind.__module__.startswith("bot.")), key=lambda k: k.__name__
    )


def below(kind: type) -> Iterator[type]:
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def presses(kind: type[CallbackData], targets: Targets) -> list[str]:
    """Buttons of one kind with every choice and every id that could be the victim's."""
    fields = {name: values_of(name, field.annotation, targets) for name, field in kind.model_fields.items()}
    packed = []
    for values in itertools.product(*fields.values()):
        given = dict(zip(fields, values, strict=True))
        if "mark" in given and "voice" in given and (given["voice"] == 0) != (given["mark"] == targets.mark_of_stage):
            continue  # the mark of another screen: refused before anything else
        packed.append(kind(**given).pack())
    return packed


def values_of(name: str, annotation: Any, targets: Targets) -> list[Any]:
    """What a field of a button may hold in the hands of an intruder."""
    origin = typing.get_origin(annotation)
    if origin is Literal:
        return list(typing.get_args(annotation))
    if origin in (typing.Union, UnionType):
        return [value for part in typing.get_args(annotation) for value in values_of(name, part, targets)]
    if annotation is type(None):
        return [None]
    if annotation is bool:
        return [False, True]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return list(annotation)
    if annotation is int:
        return list(numbers(name, targets))
    if annotation is str:
        return words(name)
    raise AssertionError(f"teach this test what to put into {name}: {annotation}")


def numbers(name: str, targets: Targets) -> tuple[int, ...]:
    match name:
        case "dialog":
            return (0, *targets.dialogs)
        case "question":
            return targets.questions
        case "user":
            return (targets.user,)
        case "pipe":
            return (0, targets.pipe)
        case "mark":
            return (targets.mark, targets.mark_of_stage)
        case "stage" | "recipe":
            return (0,)
        case "voice":
            return (-1, 0)
        case "value":
            return (0, targets.model)
        case "model":
            return (-1, 0, targets.model)
        case "page" | "place" | "variant" | "uses" | "hours":
            return (0, 1)
        case _:
            return targets.ids


def words(name: str) -> list[str]:
    """`judge` is a word of several choices."""
    return ["", *DialogSettings.__slots__] if name == "key" else ["", "1", "judge"]


def commands(dispatcher_commands: frozenset[str], targets: Targets) -> list[str]:
    """Every command, alone and with the victim's ids and words."""
    arguments = ["", targets.words, f"#{targets.dialogs[0]}", *map(str, targets.ids), f"{targets.words} 1"]
    return [f"/{name} {argument}".strip() for name in sorted(dispatcher_commands) for argument in arguments]


def update_kinds(dispatcher: Dispatcher) -> set[str]:
    """The kinds of updates that have a handler."""
    return set(dispatcher.resolve_used_update_types())
