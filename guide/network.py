"""The guide's network in torch: a small llama, with the very computation of llama.cpp. Knows no texts."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from guide.network_shape import EPSILON, ROPE_BASE, Shape

Weights = dict[str, Tensor]


def fresh(shape: Shape, seed: int) -> Weights:
    """Weights to begin with, named as in a GGUF file.

    Without queries every head begins as the plain mean of what was said, a bag of words, and learns to look at single
    words only where that helps: from few texts this finds the topic of unseen wordings far better than heads that
    begin at random. Bag of words as a classifier: Joulin et al., arXiv:1607.01759.
    """
    random = torch.Generator().manual_seed(seed)

    def matrix(rows: int, columns: int, scale: float) -> Tensor:
        return (torch.randn(rows, columns, generator=random) * scale).requires_grad_()

    def ones() -> Tensor:
        return torch.ones(shape.n_embd).requires_grad_()

    width, inner = shape.n_embd, shape.n_ff
    near, into = width**-0.5, (2 * shape.n_layer) ** -0.5
    weights = {"token_embd.weight": matrix(shape.n_vocab, width, 0.05), "output_norm.weight": ones()}
    for layer in range(shape.n_layer):
        block = f"blk.{layer}"
        weights |= {
            f"{block}.attn_norm.weight": ones(),
            f"{block}.attn_q.weight": matrix(width, width, 0.0),
            f"{block}.attn_k.weight": matrix(width, width, near),
            f"{block}.attn_v.weight": matrix(width, width, near),
            f"{block}.attn_output.weight": matrix(width, width, near * into),
            f"{block}.ffn_norm.weight": ones(),
            f"{block}.ffn_gate.weight": matrix(inner, width, near),
            f"{block}.ffn_up.weight": matrix(inner, width, near),
            f"{block}.ffn_down.weight": matrix(width, inner, inner**-0.5 * into),
        }
    return weights


def hidden(weights: Weights, shape: Shape, tokens: Tensor, dropout: float = 0.0) -> Tensor:
    """What the network thinks at each place of `tokens` (batch, places), before the vocabulary is asked."""
    state = functional.embedding(tokens, weights["token_embd.weight"])
    turns = angles(tokens.shape[1], shape.head)
    for layer in range(shape.n_layer):
        block = {name.split(".")[2]: value for name, value in weights.items() if name.startswith(f"blk.{layer}.")}
        state = functional.dropout(state, dropout, dropout > 0)
        state = state + _attention(block, shape, state, turns)
        state = state + _feed(block, state)
    return _norm(state, weights["output_norm.weight"])


def logits(weights: Weights, states: Tensor) -> Tensor:
    return functional.linear(states, weights["token_embd.weight"])


def angles(places: int, head: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines of the places, for the pairs of a head's numbers."""
    speeds = ROPE_BASE ** (-torch.arange(0, head, 2) / head)
    turned = torch.outer(torch.arange(places), speeds)
    return turned.cos(), turned.sin()


def halves(shape: Shape) -> Tensor:
    """llama.cpp turns neighbouring numbers of a head as pairs; torch is quicker with the head's two halves.

    The rows of the query and key matrices in this order make one into the other.
    """
    rows = torch.arange(shape.n_embd).view(shape.n_head, shape.head // 2, 2)
    return rows.transpose(1, 2).reshape(-1)


def _attention(block: Weights, shape: Shape, state: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    calm = _norm(state, block["attn_norm"])
    batch, places, _ = state.shape
    order = halves(shape)
    joined = torch.cat([block["attn_q"][order], block["attn_k"][order], block["attn_v"]])
    heads = functional.linear(calm, joined).view(batch, places, 3, shape.n_head, shape.head)
    query, key, value = heads.permute(2, 0, 3, 1, 4)
    scores = _turned(query, turns) @ _turned(key, turns).transpose(-1, -2) * shape.head**-0.5
    future = torch.full((places, places), -math.inf).triu(1)
    mixed = torch.softmax(scores.float() + future, -1).to(value.dtype) @ value
    return functional.linear(mixed.transpose(1, 2).reshape(batch, places, shape.n_embd), block["attn_output"])


def _feed(block: Weights, state: Tensor) -> Tensor:
    calm = _norm(state, block["ffn_norm"])
    gate = functional.silu(functional.linear(calm, block["ffn_gate"]))
    return functional.linear(gate * functional.linear(calm, block["ffn_up"]), block["ffn_down"])


def _turned(heads: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    cosines, sines = (turn.to(heads.dtype) for turn in turns)
    first, second = heads.chunk(2, -1)
    return torch.cat((first * cosines - second * sines, first * sines + second * cosines), -1)


def _norm(state: Tensor, weight: Tensor) -> Tensor:
    return functional.rms_norm(state, (state.shape[-1],), weight.to(state.dtype), EPSILON)
