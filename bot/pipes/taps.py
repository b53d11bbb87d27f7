"""What the buttons of the pipeline editor carry: ids, places in a pipeline, and a mark of how it looked.

The mark (engine.pipelines.editing.mark_of) keeps an old message from acting on a stage that has moved since.
"""

from typing import Literal

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from config.pipeline import MAX_MODELS, MAX_STAGES
from engine.pipelines.editing import MARKS

StageAct = (
    Literal["show", "add", "move", "twin", "drop", "name", "prompt", "noprompt", "inputs", "runs", "params"]
    | Literal["models", "tick", "look", "voice", "again", "quit", "swaps", "swap"]
    | Literal["merging", "mergers", "merger", "mergeas", "nomerge", "template", "preview"]
)
NO_VOICE = -1
"""In the place of a model: the stage itself."""


class Mode(CallbackData, prefix="mode"):
    """How a dialog is answered; `menu` shows the choice. `pipe` is for "manual" only."""

    mode: Literal["menu", "chat", "base", "manual"]
    dialog: int
    pipe: int = 0


class Pipe(CallbackData, prefix="pp"):
    """A pipeline as a whole; `pipe` 0 is none in particular."""

    act: Literal["list", "open", "more", "new", "use", "rename", "twin", "file", "link", "unlink", "delete", "gone"]
    pipe: int = 0
    page: int = Field(0, ge=0, lt=1000)


class Base(CallbackData, prefix="pb"):
    """The base pipeline: a look at it, or a copy to change."""

    act: Literal["open", "copy"]


class InStage(CallbackData, prefix="ps"):
    """A stage (`voice` -1) or one of its models; `value` is a model of the catalogue, a page or a step."""

    act: StageAct
    pipe: int
    stage: int = Field(0, ge=0, lt=MAX_STAGES)
    voice: int = Field(NO_VOICE, ge=NO_VOICE, lt=MAX_MODELS)
    mark: int = Field(0, ge=0, lt=MARKS)
    value: int = 0


class Choice(CallbackData, prefix="pc"):
    """One word out of a closed set, for a stage."""

    what: Literal["input", "execution", "kind", "tie", "needs"]
    pipe: int
    stage: int = Field(ge=0, lt=MAX_STAGES)
    mark: int = Field(ge=0, lt=MARKS)
    word: str


class Param(CallbackData, prefix="pq"):
    """A parameter of a stage (`voice` -1) or of one of its models: its screen, or with `value` a new value."""

    pipe: int
    stage: int = Field(ge=0, lt=MAX_STAGES)
    voice: int = Field(ge=NO_VOICE, lt=MAX_MODELS)
    mark: int = Field(ge=0, lt=MARKS)
    key: str
    value: str = ""


class Ready(CallbackData, prefix="pr"):
    """The ready-made pipelines: the list, one being made, a model ticked for it, the end of it."""

    act: Literal["list", "make", "tick", "page", "drop"]
    recipe: int = Field(0, ge=0, lt=100)
    pipe: int = 0
    value: int = 0


class Shared(CallbackData, prefix="pl"):
    """A pipeline that somebody shared by a link: take a copy."""

    code: str
