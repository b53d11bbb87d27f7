"""How the layers of a model are shared out among several GPUs. Pure arithmetic."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from engine.forecast import CUDA_BYTES, Setup, cache_bytes, layers_on_gpu, output_bytes, work_bytes
from engine.gguf_shape import ModelShape


def splits(shape: ModelShape, setup: Setup, vram: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Ways to put `setup.gpu_layers` on GPUs with so many free bytes each, the best first.

    One GPU alone is fastest, the one with most room; else all of them by what each has free, so that no one is
    filled to the brim; else one after another to the brim.
    """
    freest = max(range(len(vram)), key=vram.__getitem__)
    yield tuple(setup.gpu_layers if index == freest else 0 for index in range(len(vram)))
    if len(vram) == 1:
        return
    sizes = layer_sizes(shape, setup)
    fixed = CUDA_BYTES + work_bytes(shape, setup)
    rooms = [max(0, size_bytes - fixed) for size_bytes in vram]
    even = min(1.0, sum(sizes) / max(1, sum(rooms)))
    yield shared_out(sizes, [int(room * even) for room in rooms])
    yield shared_out(sizes, rooms)


def layer_sizes(shape: ModelShape, setup: Setup) -> list[int]:
    """Bytes of weights and cache of each layer on the GPU, the output last."""
    layers = shape.layers[len(shape.layers) - layers_on_gpu(shape, setup.gpu_layers) :]
    sizes = [layer.weights_bytes + cache_bytes([layer], shape.window_tokens, setup) for layer in layers]
    return [*sizes, output_bytes(shape)]


def shared_out(sizes: Sequence[int], rooms: Sequence[int]) -> tuple[int, ...]:
    """How many of `sizes`, in their order, go into each room; the last room takes what is left."""
    counts: list[int] = []
    left = list(sizes)
    for room in rooms[:-1]:
        count = sum(filled <= room for filled in accumulate(left))
        counts.append(count)
        left = left[count:]
    return (*counts, len(left))
