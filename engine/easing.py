"""What a load can do without before it is refused: each step costs a little speed, none of them words. Arithmetic only.

The steps add up. First a cache that keeps only what sliding windows look at (an answer made again is computed from
the beginning then); then keys in 8 bits; then fewer dialogs at a time.
"""

from collections.abc import Iterator
from dataclasses import replace

from engine.forecast import BLOCKS, Setup
from engine.gguf_shape import ModelShape


def easings(shape: ModelShape, setup: Setup) -> Iterator[Setup]:
    """Ways to load that take less than `setup`, the least sacrifice first."""
    if setup.embeds:
        return
    if setup.full_swa and any(layer.slides for layer in shape.layers):
        setup = replace(setup, full_swa=False)
        yield setup
    if setup.cache_type == "f16" and takes_small_keys(shape):
        setup = replace(setup, cache_type="q8_0")
        yield setup
    while setup.slots > 1:
        setup = replace(setup, slots=setup.slots // 2)
        yield setup


def takes_small_keys(shape: ModelShape) -> bool:
    """Whether llama.cpp can keep this model's keys in 8 bits: rows of whole blocks, and values apart from them."""
    block, _ = BLOCKS["q8_0"]
    attending = [layer for layer in shape.layers if layer.key_row]
    head = shape.n_query // max(1, shape.n_head)
    if not attending or not head or head % block:
        return False
    value_heads = [layer.value_row * head // layer.key_row for layer in attending]
    return all(length and length % block == 0 for length in value_heads)
