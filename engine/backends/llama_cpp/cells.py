"""The cells of llama.cpp's memory by sequence: cut, copied, saved, brought back.

Runs in the child; knows no dialogs.
"""

import ctypes
from typing import Any

import llama_cpp


class Cells:
    """`context` is a llama_context pointer of `model`, whose sequences share one pool of cells.

    Recurrent and sliding-window memories cannot give back every beginning, so each operation tells what is left.
    """

    def __init__(self, context: Any, model: Any) -> None:
        self._context = context
        self._memory = llama_cpp.llama_get_memory(context)
        self._window = int(llama_cpp.llama_model_n_swa(model))
        self._can_copy_part = not (llama_cpp.llama_model_is_recurrent(model) or llama_cpp.llama_model_is_hybrid(model))
        self.total = int(llama_cpp.llama_n_ctx(context))

    def cut(self, sequence: int, length: int) -> int:
        """Forget all behind `length`; returns how many tokens are left: `length` or none."""
        if self._memory is None:
            return 0
        is_cut = length > 0 and llama_cpp.llama_memory_seq_rm(self._memory, sequence, length, -1)
        if is_cut and self._holds(sequence, length):
            return length
        llama_cpp.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        return 0

    def copy(self, source: int, target: int, length: int) -> int:
        """Let `target` begin as `source` does; takes no room. Returns how many tokens that gave."""
        self.cut(target, 0)
        if self._memory is None or not self._can_copy_part:
            return 0
        llama_cpp.llama_memory_seq_cp(self._memory, source, target, 0, length)
        return length if self._holds(target, length) else self.cut(target, 0)

    def size_bytes(self, sequence: int) -> int:
        return int(llama_cpp.llama_state_seq_get_size(self._context, sequence))

    def saved(self, sequence: int) -> bytes:
        """All that is computed for a sequence; b"" if it cannot be had."""
        size = self.size_bytes(sequence)
        buffer = (ctypes.c_uint8 * size)()
        return (
            bytes(buffer) if llama_cpp.llama_state_seq_get_data(self._context, buffer, size, sequence) == size else b""
        )

    def bring_back(self, sequence: int, data: bytes) -> bool:
        """Put what was saved into a sequence; False when there is no room, and the sequence is empty then."""
        buffer = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
        if llama_cpp.llama_state_seq_set_data(self._context, buffer, len(data), sequence):
            return True
        self.cut(sequence, 0)
        return False

    def _holds(self, sequence: int, length: int) -> bool:
        """Whether the next token after `length` can be computed from what is there."""
        if llama_cpp.llama_memory_seq_pos_max(self._memory, sequence) != length - 1:
            return False
        first = llama_cpp.llama_memory_seq_pos_min(self._memory, sequence)
        # a recurrent memory says that it begins where it ends: it holds the whole past in one state
        return not self._can_copy_part or first <= max(0, length - self._window if self._window else 0)
