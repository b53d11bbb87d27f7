"""What a model reads: system prompt, history and question, fitted into its window.

The oldest turns leave first; the system prompt and the question never do. Turns leave several at a time, down
to FILL_AFTER_CUT of the window, so that the front of the prompt then stays the same, byte for byte, for many
turns and the server can reuse what it has computed. Knows nothing of servers but the backend's token counter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.backends.base import Backend
from engine.catalogue import Catalogue, Model
from engine.dialogs import Dialog, Dialogs
from engine.errors import ContextTooLong
from engine.messages import Message, Params
from engine.questions import Question, Questions, Turn
from engine.tokens import prompt_units

FILL_AFTER_CUT = 0.7
ANSWER_SHARE = 0.25
ANSWER_TOKENS = 1024
"""Room for the answer where the person set no max_tokens: this many tokens, at most ANSWER_SHARE of the window."""
SURE_BELOW = 0.6
"""An estimate below this share of the window needs no exact count."""
SURE_AT_FIRST = 0.15
"""The same for a model of which nothing was learned yet: each byte may be a token, four times the estimate."""
ESTIMATE_MARGIN = 1.15
SURELY_SHORTER = 0.85
"""Texts differ in tokens a character; what is shortened must fit at the first try."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """`left_out` counts the turns of the dialog that the model will not see."""

    messages: tuple[Message, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Wording:
    """What stands around the history: the system prompt before it, what is asked now after it."""

    system: str
    asked: str


class Prompting:
    """Fits dialogs into windows."""

    def __init__(self, dialogs: Dialogs, questions: Questions, catalogue: Catalogue) -> None:
        self._dialogs = dialogs
        self._questions = questions
        self._catalogue = catalogue

    async def fit(self, dialog: Dialog, question: Question, model: Model) -> Prompt:
        """The prompt for `question`; raises ContextTooLong if even alone it does not fit.

        What has left stays out while the room is the same or smaller; more room, as in another model, looks at all
        turns again. An older question, asked anew, sees what was before it.
        """
        params, wording = dialog.settings.params(), Wording(dialog.settings.system, question.text)
        room = self._room(model, params)
        if room is None:
            turns = await self._questions.turns(dialog.id, 0, question.id)
            return Prompt(compose(wording, turns), left_out=0)
        is_older = question.id < dialog.window_from
        since = 0 if is_older or room > dialog.window_room else dialog.window_from
        stayed = await self._questions.turns(dialog.id, since, question.id)
        kept = await self._fitting(wording, model, stayed, room)
        if len(kept) < len(stayed) and not is_older:
            await self._dialogs.set_window(dialog.id, kept[0].question_id if kept else question.id, room)
        gone = await self._questions.count_before(dialog.id, since) if since else 0
        return Prompt(compose(wording, kept), left_out=gone + len(stayed) - len(kept))

    async def fit_stage(
        self, question: Question, model: Model, params: Params, wording: Wording, *, history: bool
    ) -> Prompt:
        """The prompt of a pipeline's stage. The oldest turns of the history leave first; if what is asked does not
        fit without any, ContextTooLong is raised: the text of another stage is never cut silently.
        """
        turns = await self._questions.turns(question.dialog_id, 0, question.id) if history else []
        room = self._room(model, params)
        kept = turns if room is None else await self._fitting(wording, model, turns, room)
        return Prompt(compose(wording, kept), left_out=len(turns) - len(kept))

    async def fit_parts(
        self, model: Model, params: Params, build: Callable[[int | None], tuple[Message, ...]], length: int
    ) -> Prompt:
        """A prompt made of several texts, `length` characters together, which `build` shortens to a limit."""
        messages, room = build(None), self._room(model, params)
        if room is None or (tokens := await self._tokens(model, messages, room)) <= room:
            return Prompt(messages, left_out=0)
        own = tokens * length / max(1, prompt_length(messages))
        messages = build(int(length * max(0.0, room - (tokens - own)) / max(1.0, own) * SURELY_SHORTER))
        if (tokens := await self._tokens(model, messages, room)) > room:
            raise ContextTooLong(model.server, model.name, prompt_tokens=tokens, n_ctx=room)
        return Prompt(messages, left_out=0)

    def _room(self, model: Model, params: Params) -> int | None:
        window = self._catalogue.backend(model).window(model.info, params)
        return None if window is None else room_in(window, params)

    async def _fitting(self, wording: Wording, model: Model, turns: list[Turn], room: int) -> list[Turn]:
        if await self._tokens(model, compose(wording, turns), room) <= room:
            return turns
        smallest = await self._tokens(model, compose(wording, []), room)
        if smallest > room:
            raise ContextTooLong(model.server, model.name, prompt_tokens=smallest, n_ctx=room)
        return await self._newest(wording, model, turns, room)

    async def _newest(self, wording: Wording, model: Model, turns: list[Turn], room: int) -> list[Turn]:
        """The most of the newest turns that fill at most FILL_AFTER_CUT of the room, by bisection."""
        goal = int(room * FILL_AFTER_CUT)
        fits, too_many = 0, len(turns)
        while too_many - fits > 1:
            count = (fits + too_many) // 2
            tokens = await self._tokens(model, compose(wording, turns[-count:]), goal)
            fits, too_many = (count, too_many) if tokens <= goal else (fits, count)
        return turns[-fits:] if fits else []

    async def _tokens(self, model: Model, messages: Sequence[Message], room: int) -> int:
        """Tokens of a prompt: estimated while far from `room`, counted by the model where that can be had."""
        known = self._catalogue.tokens_per_unit(model.id)
        estimate = prompt_units(messages) * (known or 1.0)
        if estimate < (SURE_AT_FIRST if known is None else SURE_BELOW) * room:
            return int(estimate)
        backend: Backend = self._catalogue.backend(model)
        counted = await backend.count_tokens(model.name, messages)
        return counted if counted is not None else int(estimate * ESTIMATE_MARGIN)


def room_in(window: int, params: Params) -> int:
    """Tokens that a prompt may take, so that there is room for the answer."""
    return window - min(params.max_tokens or ANSWER_TOKENS, int(window * ANSWER_SHARE))


def compose(wording: Wording, turns: Sequence[Turn]) -> tuple[Message, ...]:
    """The messages in their order: what never changes first, what is new last."""
    messages = [Message("system", wording.system)] if wording.system else []
    for turn in turns:
        messages.append(Message("user", turn.question))
        if turn.answer:
            messages.append(Message("assistant", turn.answer))
    return (*messages, Message("user", wording.asked))


def prompt_length(messages: Sequence[Message]) -> int:
    return sum(len(message.text) for message in messages)
