"""All tokens of a vocabulary with their logits, as llama.cpp's samplers take them. Runs in the child."""

import ctypes
import math
from typing import Any

import llama_cpp
import numpy as np

LAYOUT = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
"""Of llama_token_data."""


class Candidates:
    """`size` is the number of tokens. The memory is taken when it is filled for the first time."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._rows: Any = None
        self._ids: Any = None
        self._array = llama_cpp.llama_token_data_array()
        self._one = llama_cpp.llama_token_data()
        self._alone = llama_cpp.llama_token_data_array(ctypes.pointer(self._one), 1, -1, False)

    def fill(self, context: Any, place: int) -> None:
        """All tokens, with the logits that the batch's token at `place` brought."""
        if self._rows is None:
            self._rows, self._ids = np.zeros(self.size, LAYOUT), np.arange(self.size, dtype=np.int32)
        logits = llama_cpp.llama_get_logits_ith(context, place)
        self._rows["id"] = self._ids
        self._rows["logit"] = np.ctypeslib.as_array(logits, (self.size,))
        self._array.data = self._rows.ctypes.data_as(llama_cpp.llama_token_data_p)
        self._array.size, self._array.selected, self._array.sorted = self.size, -1, False

    def apply(self, sampler: Any) -> None:
        llama_cpp.llama_sampler_apply(sampler, ctypes.byref(self._array))

    def picked(self, chain: Any) -> int:
        """The token that a chain of samplers ends with; the candidates are spoiled by it."""
        self.apply(chain)
        return int(self._array.data[self._array.selected].id)

    def allows(self, grammar: Any, token: int) -> bool:
        """Whether a grammar lets this one token pass."""
        self._one.id, self._one.logit, self._one.p = token, 0.0, 0.0
        llama_cpp.llama_sampler_apply(grammar, ctypes.byref(self._alone))
        return bool(self._one.logit > -math.inf)
