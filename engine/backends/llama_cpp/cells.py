"""The cells of llama.cpp's memory by sequence: cut, copied, saved, brought back.

Runs in the child; knows no dialogs.
"""

import ctypes
from dataclasses import dataclass
from typing import Any

import llama_cpp

from engine.backends.llama_cpp.pages import pages


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last position that a sequence holds; both -1 when it is empty.

    A recurrent memory holds the whole past in its last position, a sliding one drops the first ones as it goes.
    """

    first: int
    last: int


class Cells:
    """`context` is a llama_context pointer of `model`, whose sequences share one pool of cells.

    Recurrent and sliding-window memories cannot give back every beginning, so each operation tells what is left.
    """

    def __init__(self, context: Any, model: Any) -> None:
        self._context = context
        self._memory = llama_cpp.llama_get_memory(context)
        self._window = int(llama_cpp.llama_model_n_swa(model))
        self._keeps_past = not (llama_cpp.llama_model_is_recurrent(model) or llama_cpp.llama_model_is_hybrid(model))
        self.total = int(llama_cpp.llama_n_ctx(context))

    def span(self, sequence: int) -> Span:
        if self._memory is None:
            return Span(-1, -1)
        return Span(
            int(llama_cpp.llama_memory_seq_pos_min(self._memory, sequence)),
            int(llama_cpp.llama_memory_seq_pos_max(self._memory, sequence)),
        )

    def reaches(self, span: Span, length: int) -> bool:
        """Whether the token behind the first `length` can be computed from what there is."""
        if not self._keeps_past:
            return span.last == length - 1
        return span.last >= length - 1 and span.first <= self._first_seen(length)

    def cut(self, sequence: int, length: int) -> int:
        """Forget all behind `length`; returns how many tokens are left: `length` or none."""
        if self._memory is None:
            return 0
        is_cut = length > 0 and llama_cpp.llama_memory_seq_rm(self._memory, sequence, length, -1)
        if is_cut and self._ends_at(sequence, length):
            return length
        llama_cpp.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        return 0

    def can_copy(self, source: int, length: int) -> bool:
        """Whether another sequence may begin with the first `length` of `source`."""
        return self._keeps_past and self.reaches(self.span(source), length)

    def copy(self, source: int, target: int, length: int) -> int:
        """Let `target` begin as `source` does; takes no room. Returns how many tokens that gave."""
        self.cut(target, 0)
        if not self.can_copy(source, length):
            return 0
        llama_cpp.llama_memory_seq_cp(self._memory, source, target, 0, length)
        return length if self._ends_at(target, length) else self.cut(target, 0)

    def size_bytes(self, sequence: int) -> int:
        return int(llama_cpp.llama_state_seq_get_size(self._context, sequence))

    def span_saved(self, sequence: int) -> Span:
        """What `saved` holds of a sequence: of sliding layers no more than the next token looks back on."""
        span = self.span(sequence)
        return Span(max(span.first, self._first_seen(span.last + 1)), span.last)

    def saved(self, sequence: int) -> memoryview | None:
        """All that is computed for a sequence; None if it cannot be had."""
        size = self.size_bytes(sequence)
        if not size:
            return None
        data = pages(size)
        buffer = (ctypes.c_uint8 * size).from_buffer(data)
        written = llama_cpp.llama_state_seq_get_data(self._context, buffer, size, sequence)
        return data if written == size else None

    def bring_back(self, sequence: int, data: memoryview) -> bool:
        """Put what was saved into a sequence; False when there is no room, and the sequence is empty then."""
        self.cut(sequence, 0)
        buffer = (ctypes.c_uint8 * len(data)).from_buffer(data)
        if llama_cpp.llama_state_seq_set_data(self._context, buffer, len(data), sequence):
            return True
        self.cut(sequence, 0)
        return False

    def _ends_at(self, sequence: int, length: int) -> bool:
        span = self.span(sequence)
        return span.last == length - 1 and self.reaches(span, length)

    def _first_seen(self, position: int) -> int:
        """The first position that a token at `position` looks back on in every layer."""
        return max(0, position - self._window + 1) if self._window else 0
