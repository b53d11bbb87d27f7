"""What dialogs said last, token by token: text made of one's own tokens need not give the same tokens again.

Runs in the child. Knows no memory of llama.cpp; with these tokens its computed beginnings are found.
"""

from collections import OrderedDict
from dataclasses import dataclass

from engine.backends.llama_cpp.vocabulary import Vocabulary

MAX_DIALOGS = 64
"""Of older ones the text is made into tokens again, which is right too and only costs time."""


@dataclass(frozen=True, slots=True)
class Said:
    """A prompt, the answer to it, and the tokens of both."""

    prompt: str
    text: str
    tokens: tuple[int, ...]
    n_prompt: int


class Spoken:
    """The last answer of each dialog."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._last: OrderedDict[str, Said] = OrderedDict()

    def remember(self, dialog: str, said: Said) -> None:
        self._last[dialog] = said
        self._last.move_to_end(dialog)
        if len(self._last) > MAX_DIALOGS:
            self._last.popitem(last=False)

    def tokens(self, dialog: str | None, prompt: str) -> list[int]:
        """Tokens of a rendered prompt, those that were said before as they were said."""
        said = self._last.get(dialog) if dialog is not None else None
        if said is not None and prompt == said.prompt:
            return list(said.tokens[: said.n_prompt])
        if said is not None and (more := self._after(said, prompt)):
            return [*said.tokens, *more]
        return self._vocabulary.tokens(prompt)

    def _after(self, said: Said, prompt: str) -> list[int] | None:
        """Tokens behind the answer, if the prompt goes on from it with a mark: between words a cut would show."""
        text = said.text.strip()
        answer_on = prompt[len(said.prompt) :].lstrip()
        if not prompt.startswith(said.prompt) or not answer_on.startswith(text):
            return None
        tokens = self._vocabulary.further_tokens(answer_on[len(text) :])
        return tokens if tokens and self._vocabulary.is_mark(tokens[0]) else None
