"""What dialogs said last, token by token: text made of one's own tokens need not give the same tokens again.

Runs in the child. Knows no memory of llama.cpp; with these tokens its computed beginnings are found.
"""

import re
from collections import OrderedDict
from collections.abc import Sequence

from engine.backends.llama_cpp.kept import Said, is_of
from engine.backends.llama_cpp.vocabulary import Vocabulary

MAX_DIALOGS = 64
"""Of older ones the text is made into tokens again, which is right too and only costs time."""
INSIDE_A_LETTER = 0b10
"""The first two bits of every byte of a letter in UTF-8 but its first."""


class Spoken:
    """The last answer of each dialog."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._marks = re.compile(b"|".join(map(re.escape, vocabulary.marks())) or b"(?!)")
        self._last: OrderedDict[str, Said] = OrderedDict()

    def remember(self, dialog: str, said: Said) -> None:
        self._last[dialog] = said
        self._last.move_to_end(dialog)
        if len(self._last) > MAX_DIALOGS:
            self._last.popitem(last=False)

    def last(self, dialog: str) -> Said | None:
        return self._last.get(dialog)

    def forget(self, dialog: str) -> None:
        """Let go of a dialog and its stages."""
        for key in [key for key in self._last if is_of(key, dialog)]:
            del self._last[key]

    def tokens(self, dialog: str | None, prompt: str) -> list[int]:
        """Tokens of a rendered prompt; as far as it is what was said before, those that were said."""
        said = self._last.get(dialog) if dialog is not None else None
        if said is None:
            return self._vocabulary.tokens(prompt)
        data = prompt.encode("utf-8", "replace")
        count, size = self._shared(said, data)
        more = self._vocabulary.further_tokens(said.tokens[:count], data[size:].decode())
        return self._vocabulary.tokens(prompt) if more is None else [*said.tokens[:count], *more]

    def _shared(self, said: Said, prompt: bytes) -> tuple[int, int]:
        """How many tokens a prompt begins with, and how many bytes these are.

        In the old prompt only up to a mark, for between words a seam would show; in the answer up to any letter, for
        it may have been stopped anywhere, but not beyond the mark that the template puts behind it.
        """
        before = said.prompt.encode("utf-8", "replace")
        count, size = (said.n_prompt, len(before)) if prompt.startswith(before) else (0, 0)
        best = count, size
        mark = self._marks.search(prompt, size) if count else None
        end = mark.start() if mark else len(prompt)
        while count < len(said.tokens) and size < end:
            length = self._matching(said.tokens, count, prompt[size:end])
            if length is None:
                break
            count, size = count + 1, size + length
            is_seam = count > said.n_prompt or self._vocabulary.is_mark(said.tokens[count - 1])
            if is_seam and (size == len(prompt) or prompt[size] >> 6 != INSIDE_A_LETTER):
                best = count, size
        return best

    def _matching(self, tokens: Sequence[int], place: int, text: bytes) -> int | None:
        """How many bytes of the beginning of `text` a token stands for; None if for none of them."""
        token = tokens[place]
        spelling = self._vocabulary.spelling(token)
        if text.startswith(spelling):
            return len(spelling)
        follows_mark = place == 0 or self._vocabulary.is_mark(tokens[place - 1])
        if follows_mark and text.startswith(bare := spelling.removeprefix(b" ")):
            return len(bare)  # some vocabularies put a blank before every text
        is_begin = place == 0 and self._vocabulary.is_mark(token)
        return 0 if is_begin else None
