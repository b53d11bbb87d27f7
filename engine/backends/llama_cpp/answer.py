"""One answer in the making: the prompt read, then text token by token, and what it all costs. Runs in the child."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.backends.llama_cpp.pieces import Pieces
from engine.backends.llama_cpp.sequence import Aborted, Sampler, Sequence
from engine.backends.llama_cpp.vocabulary import Vocabulary
from engine.backends.llama_cpp.wire import Reason


@dataclass(frozen=True, slots=True)
class Read:
    """So many tokens of the prompt are done."""

    tokens: int
    total: int


@dataclass(frozen=True, slots=True)
class Said:
    """More text, maybe none yet."""

    text: str


@dataclass(frozen=True, slots=True)
class End:
    reason: Reason
    prompt_tokens: int
    reused_tokens: int
    answer_tokens: int
    prompt_s: float
    answer_s: float


class Answer:
    """`tokens` is the prompt; `context` the llama_context that `sequence` computes in."""

    def __init__(
        self, sequence: Sequence, context: Any, vocabulary: Vocabulary, pieces: Pieces, tokens: list[int]
    ) -> None:
        self._sequence = sequence
        self._context = context
        self._vocabulary = vocabulary
        self._pieces = pieces
        self._tokens = tokens
        self._n_answer = 0
        self._reason: Reason = "length"

    def make(self, sampler: Sampler, limit: int) -> Iterator[Read | Said | End]:
        """Progress, text, End; an abort is an end too. Raises DecodeFailed."""
        started = read = time.perf_counter()
        reused = self._sequence.reuse(self._tokens)
        try:
            for _ in self._sequence.read(self._tokens[reused:]):
                read = time.perf_counter()
                yield Read(len(self._sequence), len(self._tokens))
            yield from self._text(sampler, limit)
        except Aborted:
            self._reason = "stopped"
        ended = time.perf_counter()
        yield End(self._reason, len(self._tokens), reused, self._n_answer, read - started, ended - read)

    def _text(self, sampler: Sampler, limit: int) -> Iterator[Said]:
        """Until the end token, a stop string or `limit` tokens."""
        while True:
            token = sampler.pick(self._context)
            if self._vocabulary.is_end(token):
                self._reason = "stop"
                break
            self._n_answer += 1
            yield Said(self._pieces.feed(self._vocabulary.piece(token)))
            if self._pieces.stopped:
                self._reason = "stop"
                break
            if self._n_answer >= limit:
                break
            self._sequence.step(token)
        yield Said(self._pieces.rest())
