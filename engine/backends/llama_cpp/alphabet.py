"""Vocabularies that have no bytes: llama.cpp aborts on a letter that such a one has no token for. Runs in the child."""

import re
from dataclasses import dataclass
from typing import Any

import llama_cpp

SPACE = "\u2581"
"""How a vocabulary of the SentencePiece kind writes a space."""


class CannotSpell(Exception):
    """`letter` has no token, and there are no bytes to make it of."""

    def __init__(self, letter: str) -> None:
        super().__init__(letter)
        self.letter = letter


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The letters that have a token of their own; `marks` finds what is no text, as the marks of a template."""

    letters: frozenset[str]
    marks: re.Pattern[str]

    def check(self, text: str) -> None:
        """Raises CannotSpell for the first letter that llama.cpp would fall over."""
        for letter in self.marks.sub("", text).replace(" ", SPACE):
            if letter not in self.letters:
                raise CannotSpell(letter.replace(SPACE, " "))


def alphabet(vocabulary: Any) -> Alphabet | None:
    """What a vocabulary can spell; None if that is everything."""
    if llama_cpp.llama_vocab_type(vocabulary) != llama_cpp.LLAMA_VOCAB_TYPE_SPM:
        return None
    tokens = range(llama_cpp.llama_vocab_n_tokens(vocabulary))
    kinds = (llama_cpp.llama_vocab_get_attr(vocabulary, token) for token in tokens)
    if any(kind & llama_cpp.LLAMA_TOKEN_ATTR_BYTE for kind in kinds):
        return None
    texts = [(llama_cpp.llama_vocab_get_text(vocabulary, token) or b"").decode("utf-8", "replace") for token in tokens]
    is_mark = llama_cpp.LLAMA_TOKEN_ATTR_CONTROL | llama_cpp.LLAMA_TOKEN_ATTR_USER_DEFINED
    marks = [texts[token] for token in tokens if llama_cpp.llama_vocab_get_attr(vocabulary, token) & is_mark]
    longest_first = sorted(filter(None, marks), key=len, reverse=True)
    return Alphabet(
        frozenset(text for text in texts if len(text) == 1),
        re.compile("|".join(map(re.escape, longest_first)) or r"(?!)"),
    )
