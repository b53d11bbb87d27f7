"""A model's thoughts told from its answer where a server leaves both in one text.

Servers that know a model's marks send thoughts apart already; the rest leave <think>…</think> at the beginning of the
text, or only the closing mark when the prompt's template has written the opening one. It knows nothing of servers.
"""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Literal, assert_never

from engine.events import Chunk, Delta, Finish, Thought, Waiting

OPENING = "<think>"
CLOSING = "</think>"
OPENED_IN_PROMPT = re.compile(r"deepseek-r1|qwq|thinking|reason", re.IGNORECASE)


def opens_in_prompt(model: str) -> bool:
    """True for families whose chat template ends with the opening mark, so that the text begins as a thought."""
    return OPENED_IN_PROMPT.search(model) is not None


async def split_thoughts(chunks: AsyncGenerator[Chunk, None], opened: bool = False) -> AsyncGenerator[Chunk, None]:
    """`chunks` with a leading <think>…</think> as Thought and without the blank space after it.

    Only the beginning of the text is looked at: marks later on, in code for instance, belong to the answer.
    `opened` says that the prompt may have ended with the opening mark. If the closing one then never comes, the
    text was an answer after all and follows as one, unless its end was cut off.
    """
    text = _Beginning(opened)
    async with aclosing(chunks):
        async for chunk in chunks:
            match chunk:
                case Delta() if text.is_over:
                    yield chunk
                case Delta():
                    for part in text.read(chunk.text):
                        yield part
                case Thought():
                    text.thought_came_apart()
                    yield chunk
                case Finish():
                    for part in text.end(cut_off=chunk.reason != "stop"):
                        yield part
                    yield chunk
                case Waiting():
                    yield chunk
                case _:
                    assert_never(chunk)


class _Beginning:
    """The text until the answer begins: undecided at first, then a thought, then the blanks after the thought."""

    def __init__(self, opened: bool) -> None:
        self.is_over = False
        self._state: Literal["undecided", "thought", "blanks"] = "undecided"
        self._may_be_open = opened
        self._held = ""
        self._thought_began = False
        self._guessed: list[str] = []

    def read(self, text: str) -> list[Chunk]:
        self._held += text
        match self._state:
            case "undecided":
                return self._decide()
            case "thought":
                if self._guessed:
                    self._guessed.append(text)
                return self._think()
            case "blanks":
                return self._answer(self._held.lstrip())
            case _:
                assert_never(self._state)

    def thought_came_apart(self) -> None:
        """The server knows the model's marks: whatever comes as text is the answer."""
        if self._state == "undecided":
            self._may_be_open = False
            self._state = "blanks"

    def end(self, cut_off: bool) -> list[Chunk]:
        match self._state:
            case "undecided":
                return [Delta(self._held)] if self._held else []
            case "thought" if self._guessed and not cut_off:
                return [Delta("".join(self._guessed))]
            case "thought":
                return self._thought(self._held.rstrip())
            case "blanks":
                return []
            case _:
                assert_never(self._state)

    def _decide(self) -> list[Chunk]:
        beginning = self._held.lstrip()
        if beginning.startswith(OPENING):
            self._held = beginning.removeprefix(OPENING)
            self._state = "thought"
            return self._think()
        if OPENING.startswith(beginning):
            return []
        if self._may_be_open:
            self._guessed.append(self._held)
            self._state = "thought"
            return self._think()
        return self._answer(self._held)

    def _think(self) -> list[Chunk]:
        thought, closed, rest = self._held.partition(CLOSING)
        if closed:
            self._state = "blanks"
            return [*self._thought(thought.rstrip()), *self._answer(rest.lstrip())]
        sure = thought[: len(thought) - _begun_mark(thought)].rstrip()
        self._held = thought[len(sure) :]
        return self._thought(sure)

    def _thought(self, text: str) -> list[Chunk]:
        text = text if self._thought_began else text.lstrip()
        self._thought_began = self._thought_began or bool(text)
        return [Thought(text)] if text else []

    def _answer(self, text: str) -> list[Chunk]:
        self._held = ""
        self.is_over = bool(text)
        return [Delta(text)] if text else []


def _begun_mark(text: str) -> int:
    """How many characters at the end of `text` may begin the closing mark."""
    return next((size for size in range(len(CLOSING) - 1, 0, -1) if text.endswith(CLOSING[:size])), 0)
