"""How the next token of one answer is picked: llama.cpp's own chain of samplers. Runs in the child."""

from typing import Any

import llama_cpp

from engine.backends.llama_cpp.candidates import Candidates
from engine.backends.llama_cpp.wire import Generate

TEMPERATURE = 0.8
TOP_P = 0.95
TOP_K = 40
MIN_P = 0.05
REPEAT_PENALTY = 1.0
"""llama.cpp's own defaults, for what a request leaves open."""
REPEAT_TOKENS = 64
"""Only words of the answer itself, as far back as this, count as repeated: marks of the prompt must stay likely."""


class BadGrammar(Exception):
    """llama.cpp does not understand it."""


class Sampler:
    """`vocabulary` is a llama_vocab pointer, `grammar` and its root rule bound what may be said.

    `close` gives the memory back.
    """

    def __init__(self, wish: Generate, vocabulary: Any, grammar: tuple[str, str] | None = None) -> None:
        self._candidates = Candidates(llama_cpp.llama_vocab_n_tokens(vocabulary))
        self._grammar = _grammar(vocabulary, *grammar) if grammar else None
        self._chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
        for link in _links(wish, self._candidates.size):
            llama_cpp.llama_sampler_chain_add(self._chain, link)

    def pick(self, context: Any, place: int) -> int:
        """A token by the logits that the batch's token at `place` brought.

        A grammar looks at the one picked, and only if it refuses that one at all the others.
        """
        if self._grammar is None:
            return int(llama_cpp.llama_sampler_sample(self._chain, context, place))
        self._candidates.fill(context, place)
        token = self._candidates.picked(self._chain)
        if not self._candidates.allows(self._grammar, token):
            self._candidates.fill(context, place)
            self._candidates.apply(self._grammar)
            token = self._candidates.picked(self._chain)
        llama_cpp.llama_sampler_accept(self._grammar, token)
        llama_cpp.llama_sampler_accept(self._chain, token)
        return token

    def close(self) -> None:
        llama_cpp.llama_sampler_free(self._chain)
        if self._grammar is not None:
            llama_cpp.llama_sampler_free(self._grammar)


def _links(wish: Generate, n_vocab: int) -> list[Any]:
    """The samplers in llama.cpp's order."""
    temperature = TEMPERATURE if wish.temperature is None else wish.temperature
    top_k = 1 if temperature <= 0 else TOP_K if wish.top_k is None else wish.top_k
    links = [*_bias(wish, n_vocab), *_penalty(wish, n_vocab, top_k)]
    if temperature <= 0:
        return [*links, llama_cpp.llama_sampler_init_greedy()]
    chosen = llama_cpp.LLAMA_DEFAULT_SEED if wish.seed is None else wish.seed
    return [
        *links,
        llama_cpp.llama_sampler_init_top_k(top_k),
        llama_cpp.llama_sampler_init_top_p(TOP_P if wish.top_p is None else wish.top_p, 1),
        llama_cpp.llama_sampler_init_min_p(MIN_P if wish.min_p is None else wish.min_p, 1),
        llama_cpp.llama_sampler_init_temp(temperature),
        llama_cpp.llama_sampler_init_dist(chosen & 0xFFFFFFFF),
    ]


def _bias(wish: Generate, n_vocab: int) -> list[Any]:
    if not wish.logit_bias:
        return []
    known = [llama_cpp.llama_logit_bias(token, bias) for token, bias in wish.logit_bias if 0 <= token < n_vocab]
    array = (llama_cpp.llama_logit_bias * len(known))(*known)
    return [llama_cpp.llama_sampler_init_logit_bias(n_vocab, len(known), array)]


def _penalty(wish: Generate, n_vocab: int, top_k: int) -> list[Any]:
    """It is slow over a whole vocabulary. As it only lowers, and at most REPEAT_TOKENS, the rest need not be looked at.

    So the result is the same as without the first cut.
    """
    penalty = REPEAT_PENALTY if wish.repeat_penalty is None else wish.repeat_penalty
    if penalty == REPEAT_PENALTY:
        return []
    only_lowers = penalty > 1 and top_k > 0
    cut = [llama_cpp.llama_sampler_init_top_k(top_k + REPEAT_TOKENS)] if only_lowers else []
    return [*cut, llama_cpp.llama_sampler_init_penalties(n_vocab, REPEAT_TOKENS, penalty, 0.0, 0.0)]


def _grammar(vocabulary: Any, text: str, root: str) -> Any:
    sampler = llama_cpp.llama_sampler_init_grammar(vocabulary, text.encode(), root.encode())
    if not sampler:
        raise BadGrammar("llama.cpp does not understand the grammar")
    return sampler
