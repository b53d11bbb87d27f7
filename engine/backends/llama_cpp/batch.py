"""Tokens of several sequences for one llama_decode. Runs in the child; knows no dialogs."""

import ctypes
import time
from typing import Any

import llama_cpp

from engine.backends.llama_cpp.abort import AbortFlag
from engine.backends.llama_cpp.threads import Threads

DONE, NO_CELLS, ABORTED = 0, 1, 2
"""What llama_decode answers; everything else is a failure."""


class Batch:
    """`context` is a llama_context pointer, `size` the most tokens of one step, `n_threads` the most threads.

    The arrays are ours, because llama_batch holds only pointers and an array that Python frees is read all the same.
    """

    def __init__(self, context: Any, size: int, abort: AbortFlag, n_threads: int) -> None:
        self._context = context
        self.threads = Threads(n_threads, lambda now: llama_cpp.llama_set_n_threads(context, now, now))
        self._abort = abort  # llama.cpp reads its bytes as long as the context lives
        self._tokens = (llama_cpp.llama_token * size)()
        self._positions = (llama_cpp.llama_pos * size)()
        self._sequences = (llama_cpp.llama_seq_id * size)()
        self._wants_logits = (ctypes.c_int8 * size)()
        self._used = self._with_logits = 0
        self._one_each = (ctypes.c_int32 * size)(*[1] * size)
        pointer = ctypes.POINTER(llama_cpp.llama_seq_id)
        step = ctypes.sizeof(llama_cpp.llama_seq_id)
        start = ctypes.addressof(self._sequences)
        self._pointers = (pointer * size)(*[ctypes.cast(start + place * step, pointer) for place in range(size)])
        self._batch = llama_cpp.llama_batch(
            n_tokens=0,
            token=self._tokens,
            embd=None,
            pos=self._positions,
            n_seq_id=self._one_each,
            seq_id=self._pointers,
            logits=self._wants_logits,
        )
        llama_cpp.llama_set_abort_callback(context, abort.callback, abort.data)

    def clear(self) -> None:
        self._used = self._with_logits = 0

    def add(self, token: int, position: int, sequence: int, wants_logits: bool) -> int:
        """Put one token in; returns its place, by which its logits are found afterwards."""
        place = self._used
        self._tokens[place] = token
        self._positions[place] = position
        self._sequences[place] = sequence
        self._wants_logits[place] = wants_logits
        self._used = place + 1
        self._with_logits += wants_logits
        return place

    def compute(self) -> int:
        """DONE, NO_CELLS, ABORTED or a number of llama.cpp's that means a failure."""
        self._batch.n_tokens = self._used
        started = time.perf_counter()
        answer = int(llama_cpp.llama_decode(self._context, self._batch))
        if answer == DONE and self._with_logits == self._used:  # only then are steps alike
            self.threads.took(self._used, time.perf_counter() - started)
        return answer
