"""Text to tokens and tokens to bytes, by the vocabulary of a model file. Runs in the child; safe in any thread."""

from collections.abc import Sequence
from ctypes import create_string_buffer
from typing import Any

import llama_cpp

from engine.backends.llama_cpp.alphabet import alphabet

THINK_MARKS = (b"<think>", b"</think>")
MAX_PIECE_BYTES = 512
MARKS = llama_cpp.LLAMA_TOKEN_ATTR_CONTROL | llama_cpp.LLAMA_TOKEN_ATTR_USER_DEFINED


class Vocabulary:
    """`model` is a llama_model pointer that must outlive this, `pointer` its llama_vocab.

    Tokenizing raises CannotSpell where llama.cpp would abort the process.
    """

    def __init__(self, model: Any) -> None:
        self.pointer = llama_cpp.llama_model_get_vocab(model)
        self._pieces: dict[int, bytes | None] = {}
        self._alphabet = alphabet(self.pointer)
        self._spellings: dict[int, bytes] = {}
        self.bos = self._mark(llama_cpp.llama_vocab_bos(self.pointer))
        self.eos = self._mark(llama_cpp.llama_vocab_eos(self.pointer))

    def tokens(self, prompt: str) -> list[int]:
        """Tokens of a rendered prompt; the begin mark is added unless the template already wrote it."""
        return self._tokens(prompt, add_special=not (self.bos and prompt.startswith(self.bos)), parse_special=True)

    def further_tokens(self, before: Sequence[int], prompt: str) -> list[int] | None:
        """Tokens of the part of a rendered prompt behind `before`; None if it can only be had together with that.

        Many vocabularies put a blank before a text, so something stands in for what is before it.
        """
        if not before:
            return None
        if self.is_mark(before[-1]):
            return self._tokens(prompt, add_special=False, parse_special=True)
        if self._alphabet is not None:
            return None
        stand_in = "a" if prompt[:1].isspace() else "\n"
        alone = self._tokens(stand_in, add_special=False, parse_special=True)
        tokens = self._tokens(stand_in + prompt, add_special=False, parse_special=True)
        return tokens[len(alone) :] if tokens[: len(alone)] == alone else None

    def text_after_mark(self, prompt: str) -> list[int]:
        """Tokens of a part of a rendered prompt that stands behind something that is no text."""
        return self._tokens(prompt, add_special=False, parse_special=True)

    def text_tokens(self, text: str) -> list[int]:
        """Tokens of a text to embed, in which marks are only words."""
        return self._tokens(text, add_special=True, parse_special=False)

    def is_mark(self, token: int) -> bool:
        """Whether it stands for itself and not for a piece of text, whatever is before and behind it."""
        return bool(llama_cpp.llama_vocab_get_attr(self.pointer, token) & MARKS)

    def marks(self) -> list[bytes]:
        """What the marks of the format are in text."""
        tokens = range(llama_cpp.llama_vocab_n_tokens(self.pointer))
        return [self.spelling(token) for token in tokens if llama_cpp.llama_vocab_is_control(self.pointer, token)]

    def any_token(self) -> int:
        """A token that can always be computed."""
        return max(0, int(llama_cpp.llama_vocab_bos(self.pointer)))

    def piece(self, token: int) -> bytes | None:
        """The bytes a token adds to the text; marks add none, except those around thoughts. None ends an answer."""
        try:
            return self._pieces[token]
        except KeyError:
            piece = self._pieces[token] = self._piece(token)
            return piece

    def spelling(self, token: int) -> bytes:
        """The bytes a token stands for in a rendered prompt, be it text or a mark."""
        spelling = self._spellings.get(token)
        if spelling is None:
            spelling = self._spellings[token] = self._bytes(token, special=True)
        return spelling

    def _tokens(self, text: str, add_special: bool, parse_special: bool) -> list[int]:
        if self._alphabet is not None:
            self._alphabet.check(text)
        data = text.encode("utf-8", "replace")
        size = len(data) + 2
        tokens = (llama_cpp.llama_token * size)()
        count = llama_cpp.llama_tokenize(self.pointer, data, len(data), tokens, size, add_special, parse_special)
        if count < 0:
            size = -count
            tokens = (llama_cpp.llama_token * size)()
            count = llama_cpp.llama_tokenize(self.pointer, data, len(data), tokens, size, add_special, parse_special)
        return list(tokens[:count])

    def _piece(self, token: int) -> bytes | None:
        if llama_cpp.llama_vocab_is_eog(self.pointer, token):
            return None
        text = self._bytes(token, special=True)
        return self._bytes(token, special=False) if self.is_mark(token) and text not in THINK_MARKS else text

    def _mark(self, token: int) -> str:
        return self._bytes(token, special=True).decode("utf-8", "replace") if token >= 0 else ""

    def _bytes(self, token: int, special: bool) -> bytes:
        buffer = create_string_buffer(MAX_PIECE_BYTES)
        size = llama_cpp.llama_token_to_piece(self.pointer, token, buffer, MAX_PIECE_BYTES, 0, special)
        return buffer.raw[: max(0, size)]
