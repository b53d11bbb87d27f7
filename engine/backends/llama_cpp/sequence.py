"""One conversation in llama.cpp's memory: reads prompts, picks tokens, keeps what is computed for the next one.

Runs in the child. The log of tokens is the truth: after an abort the memory is cut back to it.
"""

import ctypes
import sys
from collections.abc import Iterator
from collections.abc import Sequence as Several
from typing import Any

import llama_cpp

TOP_K = 40
MIN_P = 0.05
TEMPERATURE = 0.8
TOP_P = 0.95
"""llama.cpp's own defaults, for what a request leaves open."""

ABORTED = 2
"""llama_decode's answer when the abort callback said so."""


class Aborted(Exception):
    """The request was stopped in the middle of a computation."""


class DecodeFailed(Exception):
    """llama.cpp could not compute a batch; the number is its answer."""


class AbortFlag:
    """Raised in one thread, seen by llama.cpp in another.

    The callback is the C function strlen over two bytes: it needs no GIL, so it costs nothing a step.
    """

    def __init__(self) -> None:
        self._bytes = ctypes.create_string_buffer(2)
        library = ctypes.CDLL("msvcrt" if sys.platform == "win32" else None)
        self.callback = ctypes.cast(library.strlen, llama_cpp.ggml_abort_callback)
        self.data = ctypes.cast(self._bytes, ctypes.c_void_p)

    def __bool__(self) -> bool:
        return self._bytes.raw[0] != 0

    def up(self) -> None:
        self._bytes[0] = b"\x01"

    def down(self) -> None:
        self._bytes[0] = b"\x00"


class Sequence:
    """`context` is a llama_context pointer; `n_batch` its batch size in tokens."""

    def __init__(self, context: Any, n_batch: int, abort: AbortFlag) -> None:
        self._context = context
        self._memory = llama_cpp.llama_get_memory(context)
        self._n_batch = n_batch
        self._abort = abort
        self._log: list[int] = []
        self._next = (llama_cpp.llama_token * 1)()
        self._step = llama_cpp.llama_batch_get_one(self._next, 1)
        llama_cpp.llama_set_abort_callback(context, abort.callback, abort.data)

    def __len__(self) -> int:
        return len(self._log)

    def reuse(self, tokens: Several[int]) -> int:
        """Keep the front that `tokens` shares with what is computed; returns how many tokens that saves."""
        shared = 0
        for known, wanted in zip(self._log, tokens, strict=False):
            if known != wanted:
                break
            shared += 1
        shared = min(shared, len(tokens) - 1)  # the last token must be decoded again: its logits are gone
        self._cut(shared)
        return len(self._log)

    def read(self, tokens: Several[int]) -> Iterator[None]:
        """Compute `tokens`, pausing after each batch."""
        for start in range(0, len(tokens), self._n_batch):
            chunk = tokens[start : start + self._n_batch]
            array = (llama_cpp.llama_token * len(chunk))(*chunk)
            self._decode(llama_cpp.llama_batch_get_one(array, len(chunk)), chunk)
            yield

    def step(self, token: int) -> None:
        """Compute one more token."""
        self._next[0] = token
        self._decode(self._step, (token,))

    def clear(self) -> None:
        self._cut(0)

    def _decode(self, batch: Any, tokens: Several[int]) -> None:
        if self._abort:
            raise Aborted
        answer = llama_cpp.llama_decode(self._context, batch)
        if answer == 0:
            self._log.extend(tokens)
            return
        self._cut(len(self._log))
        if answer == ABORTED or self._abort:
            raise Aborted
        raise DecodeFailed(answer)

    def _cut(self, length: int) -> None:
        """Forget all behind `length`; recurrent models cannot forget a part, so they forget all."""
        if self._memory is None:
            self._log.clear()
        elif llama_cpp.llama_memory_seq_rm(self._memory, 0, length, -1):
            del self._log[length:]
        else:
            llama_cpp.llama_memory_clear(self._memory, True)
            self._log.clear()


class Sampler:
    """How the next token is picked; `close` gives its memory back."""

    def __init__(self, temperature: float | None, top_p: float | None, seed: int | None) -> None:
        self._chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
        temperature = TEMPERATURE if temperature is None else temperature
        if temperature <= 0:
            self._add(llama_cpp.llama_sampler_init_greedy())
            return
        self._add(llama_cpp.llama_sampler_init_top_k(TOP_K))
        self._add(llama_cpp.llama_sampler_init_top_p(TOP_P if top_p is None else top_p, 1))
        self._add(llama_cpp.llama_sampler_init_min_p(MIN_P, 1))
        self._add(llama_cpp.llama_sampler_init_temp(temperature))
        chosen = llama_cpp.LLAMA_DEFAULT_SEED if seed is None else seed
        self._add(llama_cpp.llama_sampler_init_dist(chosen & 0xFFFFFFFF))

    def pick(self, context: Any) -> int:
        return int(llama_cpp.llama_sampler_sample(self._chain, context, -1))

    def close(self) -> None:
        llama_cpp.llama_sampler_free(self._chain)

    def _add(self, sampler: Any) -> None:
        llama_cpp.llama_sampler_chain_add(self._chain, sampler)
