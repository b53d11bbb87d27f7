"""Texts made into vectors, one at a time and never cut, by the model's own pooling. Runs in the child."""

import math
from typing import Any

import llama_cpp

from engine.backends.llama_cpp.opening import CannotRun, LlamaLog, open_context
from engine.backends.llama_cpp.words import Words

MAX_EMBED_TOKENS = 2048
"""A text to embed is computed in one piece, so this bounds the memory it takes."""


class Embedding:
    """`params` are those that all contexts of the model share; takes memory of its own beside a chat's."""

    def __init__(self, words: Words, params: Any, n_ctx: int, log: LlamaLog) -> None:
        self._words = words
        self._limit = min(n_ctx, MAX_EMBED_TOKENS)
        params.n_ctx = params.n_batch = params.n_ubatch = self._limit
        params.embeddings = True
        self._context = open_context(words.model, params, log)
        if llama_cpp.llama_pooling_type(self._context) == llama_cpp.LLAMA_POOLING_TYPE_NONE:
            llama_cpp.llama_free(self._context)
            params.pooling_type = llama_cpp.LLAMA_POOLING_TYPE_MEAN
            self._context = open_context(words.model, params, log)

    def vector(self, text: str) -> tuple[float, ...]:
        """The text's direction, of length 1; its tokens are computed in one piece or not at all."""
        if llama_cpp.llama_pooling_type(self._context) == llama_cpp.LLAMA_POOLING_TYPE_RANK:
            raise CannotRun("refused", "this model compares texts and makes no vectors")
        tokens = self._words.vocabulary.text_tokens(text) or [self._words.vocabulary.any_token()]
        if len(tokens) > self._limit:
            raise CannotRun("too_long", "", prompt_tokens=len(tokens), n_ctx=self._limit)
        memory = llama_cpp.llama_get_memory(self._context)
        if memory is not None:
            llama_cpp.llama_memory_clear(memory, True)
        array = (llama_cpp.llama_token * len(tokens))(*tokens)
        answer = llama_cpp.llama_decode(self._context, llama_cpp.llama_batch_get_one(array, len(tokens)))
        pointer = llama_cpp.llama_get_embeddings_seq(self._context, 0) if answer == 0 else None
        if not pointer:
            raise CannotRun("refused", f"llama_decode answered {answer} and no vector")
        values = pointer[: llama_cpp.llama_model_n_embd_out(self._words.model)]
        length = math.sqrt(sum(value * value for value in values)) or 1.0
        return tuple(value / length for value in values)
