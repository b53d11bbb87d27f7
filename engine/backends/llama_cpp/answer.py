"""One answer in the making: what is to be computed, the text that came of it, and what it all costs.

Runs in the child. Knows nothing of llama.cpp's memory nor of the other answers.
"""

import time
from collections.abc import Callable

from engine.backends.llama_cpp.pieces import Pieces
from engine.backends.llama_cpp.sampler import Sampler
from engine.backends.llama_cpp.vocabulary import Vocabulary
from engine.backends.llama_cpp.wire import Finished, Generate, Reason


class Answer:
    """`remember` is told all tokens at the end.

    `tokens` is the prompt and grows by what is said, `reason` tells why it ended.

    `limit` is the most tokens to say, `opening` text that the prompt has begun already and the listener has not seen.
    """

    def __init__(
        self,
        request: Generate,
        tokens: list[int],
        limit: int,
        sampler: Sampler,
        vocabulary: Vocabulary,
        stops: tuple[str, ...],
        opening: str,
        remember: Callable[[list[int]], None],
    ) -> None:
        self.id = request.id
        self.dialog = request.dialog
        self.tokens = tokens
        self.pictures = tuple(
            place for place, token in enumerate(tokens) if token < 0 and (place == 0 or tokens[place - 1] >= 0)
        )
        """Where each run of stand-ins begins."""
        self.sampler = sampler
        self.reason: Reason | None = None
        self._n_prompt = len(tokens)
        self._limit = limit
        self._vocabulary = vocabulary
        self._pieces = Pieces((*request.stop, *stops))
        self._opening = opening
        self._remember = remember
        self._reused: int | None = None
        self._came_at = time.perf_counter()
        self._began_at = self._read_at = 0.0

    @property
    def n_said(self) -> int:
        return len(self.tokens) - self._n_prompt

    @property
    def may_say(self) -> int:
        """How many tokens more at most."""
        return self._limit - self.n_said

    def begin(self, reused: int) -> None:
        """It is computed from now on, `reused` tokens already are; only the first time counts."""
        if self._reused is None:
            self._reused = reused
            self._began_at = time.perf_counter()

    def take(self, token: int) -> str:
        """One more token, and the text that is certain by it; sets `reason` when this was the last."""
        if not self._read_at:
            self._read_at = time.perf_counter()
        piece = self._vocabulary.piece(token)
        if piece is None:
            self.reason = "stop"
            return self._told("")
        self.tokens.append(token)
        text = self._pieces.feed(piece)
        if self._pieces.stopped:
            self.reason = "stop"
        elif self.n_said >= self._limit:
            self.reason = "length"
        return self._told(text)

    def finished(self, reason: Reason) -> Finished:
        """The last reply; nothing more can be picked after it."""
        self.close()
        self._remember(self.tokens)
        now = time.perf_counter()
        began = self._began_at or now
        read = self._read_at or now
        return Finished(
            self.id,
            reason,
            prompt_tokens=self._n_prompt,
            reused_tokens=self._reused or 0,
            answer_tokens=self.n_said,
            prompt_s=read - began,
            answer_s=now - read,
            queue_s=began - self._came_at,
        )

    def close(self) -> None:
        """Give the sampler's memory back."""
        self.sampler.close()

    def _told(self, text: str) -> str:
        if self.reason is not None:
            text += self._pieces.rest()
        opening, self._opening = self._opening, ""
        return opening + text
