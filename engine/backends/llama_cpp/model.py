"""A model file opened by llama.cpp: its words, its template, its answers, its vectors. Runs in the child.

Knows nothing of pipes, queues or whose question it is.
"""

import ctypes
import math
from functools import partial
from typing import Any

import llama_cpp

from engine.backends.llama_cpp.abort import AbortFlag
from engine.backends.llama_cpp.answer import Answer
from engine.backends.llama_cpp.batch import ABORTED, DONE, Batch
from engine.backends.llama_cpp.cells import Cells
from engine.backends.llama_cpp.embedding import Embedding
from engine.backends.llama_cpp.eyes import Eyes
from engine.backends.llama_cpp.grammar import BadSchema, grammar_of
from engine.backends.llama_cpp.kept import Said
from engine.backends.llama_cpp.maker import maker
from engine.backends.llama_cpp.opening import CannotRun, LlamaLog, open_context, open_model
from engine.backends.llama_cpp.sampler import BadGrammar, Sampler
from engine.backends.llama_cpp.spoken import Spoken
from engine.backends.llama_cpp.wire import Generate, Load
from engine.backends.llama_cpp.words import Words
from engine.forecast import CPU_CHUNK, GPU_CHUNK

WARM_UP_TOKENS = 4
ALL_LAYERS = -1


class Model:
    """A whole model; `cells` and `batch` are there unless it only embeds. Raises CannotRun if it cannot be loaded."""

    def __init__(self, request: Load, abort: AbortFlag, log: LlamaLog) -> None:
        self._request = request
        self._log = log
        self._uses_gpu = bool(llama_cpp.llama_supports_gpu_offload()) and request.n_gpu_layers != 0
        self.words = Words(self._load_weights(request))
        self.n_ctx = request.n_ctx
        self.spoken = Spoken(self.words.vocabulary)
        self.eyes: Eyes | None = None
        self._embedding: Embedding | None = None
        if request.embeds:
            self._embedding = self._open_embedding()
            return
        self.chunk = min(GPU_CHUNK if self._uses_gpu else CPU_CHUNK, request.n_ctx)
        self.context = open_context(self.words.model, self._chat_params(), log)
        self.cells = Cells(self.context, self.words.model)
        self.batch = Batch(self.context, self.chunk + request.n_slots, abort, request.n_threads)
        self._warm_up()

    def made_by(self) -> str:
        """What must be the same for another process to go on from what this one computed."""
        return maker(self.words.model, self._chat_params())

    def answer(self, request: Generate) -> Answer:
        """The answer to be made; CannotRun if its prompt fills the window."""
        if self._request.embeds:
            raise CannotRun("refused", "this model makes vectors and cannot chat")
        prompt = self.words.prompt(request.lines, request.think)
        tokens = self._tokens(request, prompt)
        if len(tokens) >= self.n_ctx:
            raise CannotRun("too_long", "", prompt_tokens=len(tokens), n_ctx=self.n_ctx)
        opening = "<think>" if prompt.rstrip().endswith("<think>") else ""
        room = self.n_ctx - len(tokens)
        limit = min(room, request.max_tokens or room)
        dialog = None if request.pictures else request.dialog
        remember = partial(self._remember, dialog, prompt, len(tokens))
        sampler = self._sampler(request, thinks_first=bool(opening))
        return Answer(request, tokens, limit, sampler, self.words.vocabulary, self.words.stops, opening, remember)

    def see(self, stand_in: int, position: int, sequence: int) -> tuple[int, int]:
        """Compute the piece of a picture that begins with `stand_in`: llama_decode's answer, and its positions."""
        piece = self.eyes.piece(stand_in) if self.eyes else None
        if self.eyes is None or piece is None:
            return -1, 0
        return self.eyes.see(piece, self.context, position, sequence, self._n_batch), piece.length

    def vector(self, text: str) -> tuple[float, ...]:
        """The text's direction, of length 1; its tokens are computed in one piece or not at all."""
        if self._embedding is None:
            self._embedding = self._open_embedding()
        return self._embedding.vector(text)

    def _tokens(self, request: Generate, prompt: str) -> list[int]:
        if not request.pictures:
            return self.spoken.tokens(request.dialog, prompt)
        if self.eyes is None:
            if self._request.eyes is None:
                raise CannotRun("refused", "this model does not see pictures")
            self.eyes = Eyes(self._request.eyes, self.words.model, self._uses_gpu, self._request.n_threads)
        return self.eyes.tokens(prompt, request.pictures, self.words.vocabulary)

    def _sampler(self, request: Generate, thinks_first: bool) -> Sampler:
        try:
            grammar = grammar_of(request.schema, thinks_first) if request.schema else None
            return Sampler(request, self.words.vocabulary.pointer, grammar)
        except (BadSchema, BadGrammar) as error:
            raise CannotRun("refused", str(error)) from error

    def _remember(self, dialog: str | None, prompt: str, n_prompt: int, tokens: list[int]) -> None:
        if dialog is not None:
            self.spoken.remember(dialog, Said(prompt, tuple(tokens), n_prompt))

    def _load_weights(self, request: Load) -> Any:
        params = llama_cpp.llama_model_default_params()
        params.n_gpu_layers = ALL_LAYERS if request.n_gpu_layers is None else request.n_gpu_layers
        params.use_extra_bufts = request.repack
        _share_out(params, request.split)
        try:
            return open_model(request.path, params, self._log)
        except CannotRun:
            if request.n_gpu_layers is not None or not self._uses_gpu:
                raise
        self._uses_gpu = False
        params.n_gpu_layers = 0
        return open_model(request.path, params, self._log)

    @property
    def _n_batch(self) -> int:
        return max(self._request.least_batch, self.chunk + self._request.n_slots)

    def _chat_params(self) -> Any:
        params = self._common_params()
        params.n_ctx = self._request.n_ctx
        params.n_seq_max = params.n_outputs_max = self._request.n_slots
        params.kv_unified = True  # a dialog alone may use the whole window
        params.n_batch = params.n_ubatch = self._n_batch
        return params

    def _open_embedding(self) -> Embedding:
        return Embedding(self.words, self._common_params(), self._request.n_ctx, self._log)

    def _common_params(self) -> Any:
        params = llama_cpp.llama_context_default_params()
        params.n_seq_max = 1
        params.n_threads = params.n_threads_batch = self._request.n_threads
        params.no_perf = True
        params.swa_full = self._request.full_swa
        params.type_k = getattr(llama_cpp, f"GGML_TYPE_{self._request.cache_type.upper()}")
        if self._uses_gpu:
            params.type_v = params.type_k  # a quantised one wants flash attention, which a processor is slower with
        else:
            params.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
        return params

    def _warm_up(self) -> None:
        """A few tokens: brings the weights in, and lets a build that this processor cannot run fail now.

        Several at once, because a batch takes other code in llama.cpp than a single token.
        """
        token = self.words.vocabulary.any_token()
        for place in range(WARM_UP_TOKENS):
            self.batch.add(token, place, 0, wants_logits=place == WARM_UP_TOKENS - 1)
        if (code := self.batch.compute()) not in (DONE, ABORTED):
            raise CannotRun("bad_file", f"llama_decode answered {code}")
        if math.isnan(llama_cpp.llama_get_logits_ith(self.context, -1)[0]):
            raise CannotRun("bad_file", "its weights are no numbers")
        self.cells.cut(0, 0)


def _share_out(params: Any, split: tuple[int, ...]) -> None:
    """Layers on each GPU; one GPU alone leaves the others untouched."""
    used = [index for index, layers in enumerate(split) if layers]
    if len(used) == 1:
        params.split_mode, params.main_gpu = llama_cpp.LLAMA_SPLIT_MODE_NONE, used[0]
    elif used:
        shares = (ctypes.c_float * llama_cpp.LLAMA_MAX_DEVICES)(*split)
        params.tensor_split = ctypes.cast(shares, ctypes.POINTER(ctypes.c_float))
