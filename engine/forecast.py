"""How much memory a GGUF model will take, from its header alone: weights, context and work, in RAM and on the GPU.

Pure arithmetic; it knows no machine, no processes, and not what was measured before.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal

from engine.gguf_shape import Layer, ModelShape
from engine.gguf_types import TENSOR_TYPES

CacheType = Literal["f16", "q8_0", "q4_0"]

PAD_TOKENS = 256
"""llama.cpp rounds the cache up to so many cells."""
CPU_CHUNK, GPU_CHUNK = 64, 512
"""Tokens of prompts computed in one step. On a processor larger ones gain nothing and hold up the others."""
MIB = 1 << 20
PROCESS_BYTES = 48 * MIB
"""Python and llama.cpp before a model is there, half of it code that must stay in memory too."""
WORD_BYTES = 256
"""What llama.cpp and we keep for each token of the vocabulary."""
SCAN_COPIES = 1.2
"""Of a recurrent layer's states while it computes."""
CUDA_BYTES = 450 * MIB
"""What CUDA takes on a GPU before anything of the model is there: 250-460 MiB, by driver and card."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How a model is to be loaded. `gpu_layers` counts the output as one more layer; `split` shares them out among the
    GPUs there are, () on one. `slots` are dialogs that are computed together and share the window of `n_ctx` tokens.
    `least_batch` is what must be computed at once, as a whole picture."""

    n_ctx: int
    gpu_layers: int = 0
    split: tuple[int, ...] = ()
    cache_type: CacheType = "f16"
    slots: int = 1
    full_swa: bool = True
    embeds: bool = False
    least_batch: int = 0

    @property
    def name(self) -> str:
        """All that changes the memory of a load, in words."""
        fields = {name: getattr(self, name) for name in self.__slots__} | {"batch": self.batch}
        return " ".join(f"{name}={value}" for name, value in fields.items())

    @property
    def chunk(self) -> int:
        """Tokens of prompts computed in one step."""
        return min(self.n_ctx, GPU_CHUNK if self.gpu_layers else CPU_CHUNK)

    @property
    def batch(self) -> int:
        """Tokens computed at once: a chunk and one of each dialog's answer, or the whole of a text to embed."""
        usual = max(self.least_batch, self.chunk + self.slots)
        return self.n_ctx if self.embeds else min(padded(self.n_ctx), usual)


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes on one device; `work` is what computing takes, fixed costs included."""

    weights: int = 0
    context: int = 0
    work: int = 0

    @property
    def total(self) -> int:
        return self.weights + self.context + self.work

    def plus(self, other: "Need") -> "Need":
        return Need(self.weights + other.weights, self.context + other.context, self.work + other.work)

    def with_told(self, told: "Need") -> "Need":
        """With llama.cpp's own numbers for the context, and for the work where they are the larger."""
        return Need(self.weights, told.context, max(self.work, told.work + PROCESS_BYTES))

    def times(self, ratio: float) -> "Need":
        return Need(round(self.weights * ratio), round(self.context * ratio), round(self.work * ratio))


@dataclass(frozen=True, slots=True)
class Taken:
    """What a loaded model really holds, in RAM and on each GPU."""

    ram: Need
    gpus: tuple[Need, ...] = ()

    @property
    def vram(self) -> Need:
        """All GPUs together."""
        return reduce(Need.plus, self.gpus, Need())

    @property
    def all(self) -> Need:
        return self.ram.plus(self.vram)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a load in this setup takes, in RAM and on each GPU; `gpus` is () where none is used."""

    setup: Setup
    ram: Need
    gpus: tuple[Need, ...] = ()

    @property
    def vram(self) -> Need:
        """All GPUs together."""
        return reduce(Need.plus, self.gpus, Need())

    @property
    def all(self) -> Need:
        return self.ram.plus(self.vram)

    def corrected(self, ram: float, vram: float) -> "Forecast":
        """After what was measured: fact / forecast of an earlier load, on each side."""
        return replace(self, ram=self.ram.times(ram), gpus=tuple(need.times(vram) for need in self.gpus))


def forecast(shape: ModelShape, setup: Setup) -> Forecast:
    """Where `setup` shares layers out among several GPUs, each has its own Need, in the order of `setup.split`."""
    setup = replace(setup, gpu_layers=min(setup.gpu_layers, len(shape.layers) + 1))
    here = shape.layers[: len(shape.layers) - layers_on_gpu(shape, setup.gpu_layers)]
    fixed = PROCESS_BYTES + shape.n_vocab * WORD_BYTES
    compute, logits = work_bytes(shape, setup), 4 * shape.n_vocab * setup.slots
    ram = Need(
        weights=sum(layer.weights_bytes for layer in here) + outside_ram_bytes(shape, setup.gpu_layers),
        context=cache_bytes(here, shape.window_tokens, setup),
        work=fixed + logits + (compute if here or not setup.gpu_layers else input_work_bytes(shape, setup)),
    )
    return Forecast(setup, ram, gpu_needs(shape, setup, compute) if setup.gpu_layers else ())


def gpu_needs(shape: ModelShape, setup: Setup, compute: int) -> tuple[Need, ...]:
    """What each GPU takes: its layers in their order, the output with the last of them.

    A GPU without a layer is not touched where one alone does the work, else CUDA takes its part there too. The
    first one with layers also has room for the largest matrix of those in RAM, which llama.cpp sends over for
    long prompts.
    """
    split = setup.split or (setup.gpu_layers,)
    layers = list(shape.layers[len(shape.layers) - layers_on_gpu(shape, setup.gpu_layers) :])
    used = [index for index, count in enumerate(split) if count]
    idle = Need(work=CUDA_BYTES if len(used) > 1 else 0)
    visiting = shape.largest_bytes if setup.gpu_layers <= len(shape.layers) else 0
    needs = []
    for index, count in enumerate(split):
        mine, layers = layers[:count], layers[count:]
        outside = output_bytes(shape) if index == used[-1] else 0
        need = Need(
            weights=sum(layer.weights_bytes for layer in mine) + outside,
            context=cache_bytes(mine, shape.window_tokens, setup),
            work=CUDA_BYTES + compute + (visiting if index == used[0] else 0),
        )
        needs.append(need if count else idle)
    return tuple(needs)


def layers_on_gpu(shape: ModelShape, gpu_layers: int) -> int:
    """The last g of n_layer + 1 go there, the output first (source: llama-model.cpp, load_tensors)."""
    return max(0, min(gpu_layers - 1, len(shape.layers)))


def output_bytes(shape: ModelShape) -> int:
    """The output matrix on the GPU; a tied one is copied there, and the embedding stays in RAM."""
    return shape.output_bytes + (shape.input_bytes if shape.tied else 0)


def outside_ram_bytes(shape: ModelShape, gpu_layers: int) -> int:
    """What stands in RAM beside the layers: the embedding always, the output unless it is on the GPU."""
    return shape.input_bytes + (0 if gpu_layers else shape.output_bytes)


def cache_bytes(layers: Iterable[Layer], window_tokens: int, setup: Setup) -> int:
    """Sum over layers of (key row + value row) x cells, and of states that do not depend on the window.

    Cells: n_ctx padded to 256, one pool for all slots; in a layer with a sliding window that is not kept in full,
    min(all cells, window x slots + batch) padded likewise. Source: llama-kv-cache.cpp, llama-kv-cache-iswa.cpp and
    llama-memory-recurrent.cpp.
    """
    total = 0
    for layer in layers:
        cells = cells_of(layer, window_tokens, setup)
        value_type = setup.cache_type if setup.gpu_layers else "f16"  # a quantised V wants flash attention
        row = row_bytes(layer.key_row, setup.cache_type) + row_bytes(layer.value_row, value_type)
        total += row * cells + layer.state_bytes * setup.slots
    return total


def cells_of(layer: Layer, window_tokens: int, setup: Setup) -> int:
    """Tokens that the layer's cache has room for, in all slots together."""
    cells = padded(setup.n_ctx)
    if setup.full_swa or not layer.slides:
        return cells
    return padded(min(cells, window_tokens * setup.slots + setup.batch))


def row_bytes(numbers: int, cache_type: CacheType) -> int:
    """f16 2, q8_0 1.0625, q4_0 0.5625 bytes a number (source: ggml's block sizes)."""
    items, item_bytes = BLOCKS[cache_type]
    return numbers * item_bytes // items


BLOCKS = {name.lower(): (items, item_bytes) for name, items, item_bytes in TENSOR_TYPES.values()}


def padded(tokens: int) -> int:
    return -(-tokens // PAD_TOKENS) * PAD_TOKENS


def work_bytes(shape: ModelShape, setup: Setup) -> int:
    """The compute buffer: inputs, and the larger of the phases of a layer and the logits, for one batch.

    Attention scores (f32, heads x batch x cells) exist only without flash attention, which is off on a
    processor. The counts of activations that live at the same time were fitted to llama.cpp's own reservations.
    """
    flash = setup.gpu_layers > 0
    batch = setup.batch
    attending = [layer for layer in shape.layers if layer.key_row]
    kinds = {layer.slides: cells_of(layer, shape.window_tokens, setup) for layer in attending}
    value_row = max((layer.value_row for layer in attending), default=0)
    inputs = sum(batch * (cells * (2 if flash else 4) + (0 if flash else 8 * value_row)) for cells in kinds.values())
    scores = 0 if flash else 4 * shape.n_head * batch * max(kinds.values(), default=0)
    copies = 0 if flash else latent_copy_bytes(attending, setup)
    attention = scores + copies + 4 * batch * (2 * shape.n_query + 3 * shape.n_embd)
    feed = 4 * batch * 3 * (shape.n_feed + shape.n_embd)
    logits = 4 * setup.slots * (shape.n_vocab + shape.n_embd)
    states = SCAN_COPIES * setup.slots * max((layer.state_bytes for layer in shape.layers), default=0)
    scan = 4 * batch * shape.n_scan + round(states) if shape.n_scan else 0
    return inputs + max(attention, feed, logits, scan)


def latent_copy_bytes(layers: list[Layer], setup: Setup) -> int:
    """Where keys and values are one latent row, the values are copied out of it, one layer at a time."""
    return max((2 * layer.key_row * padded(setup.n_ctx) for layer in layers if not layer.value_row), default=0)


def input_work_bytes(shape: ModelShape, setup: Setup) -> int:
    """In RAM when all layers are on the GPU: the embedded tokens and the masks on their way there."""
    return setup.batch * (4 * shape.n_embd + 4 * padded(setup.n_ctx))
