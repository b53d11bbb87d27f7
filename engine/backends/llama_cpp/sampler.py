"""How the next token of one answer is picked: llama.cpp's own chain of samplers. Runs in the child."""

from typing import Any

import llama_cpp

TOP_K = 40
MIN_P = 0.05
TEMPERATURE = 0.8
TOP_P = 0.95
"""llama.cpp's own defaults, for what a request leaves open."""


class Sampler:
    """`close` gives its memory back."""

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

    def pick(self, context: Any, place: int) -> int:
        """A token by the logits that the batch's token at `place` brought."""
        return int(llama_cpp.llama_sampler_sample(self._chain, context, place))

    def close(self) -> None:
        llama_cpp.llama_sampler_free(self._chain)

    def _add(self, sampler: Any) -> None:
        llama_cpp.llama_sampler_chain_add(self._chain, sampler)
