"""What a header that can be read must keep to besides: places of tensors, and numbers that can be meant.

The rules are those by which llama.cpp refuses a file, or falls over it (source: gguf.cpp, llama-model.cpp).
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.gguf_bytes import bad_file
from engine.gguf_shape import Tensor, Value, text, whole
from engine.gguf_types import TENSOR_TYPES

USUAL_ALIGNMENT = 32
MAX_ELEMENTS = (1 << 63) - 1


def check_places(
    path: Path, values: Mapping[str, Value], tensors: Sequence[Tensor], header_bytes: int, size_bytes: int
) -> None:
    """Each tensor begins where the one before it ends, and all lie within the file; raises BadModelFile."""
    alignment = values.get("general.alignment", USUAL_ALIGNMENT)
    if not isinstance(alignment, int) or alignment < 1 or alignment & (alignment - 1):
        raise bad_file(path, f"has an alignment of {alignment}", "tensors")
    expected: int | None = 0
    for tensor in tensors:
        if not 0 < tensor.elements <= MAX_ELEMENTS:
            raise bad_file(path, f"has a tensor of {tensor.elements} numbers", "tensors")
        if expected is not None and tensor.end - tensor.size_bytes != expected:
            raise bad_file(path, f"has the tensor {tensor.name[:64]!r} in a wrong place", "tensors")
        is_known = tensor.kind in TENSOR_TYPES  # llama.cpp may know newer ones
        expected = _aligned(tensor.end, alignment) if is_known and expected is not None else None
    ends_at = _aligned(header_bytes, alignment) + max((tensor.end for tensor in tensors), default=0)
    if ends_at > size_bytes:
        raise bad_file(path, f"is cut short: {size_bytes} of {ends_at} bytes are there", "cut_short")


def check_numbers(path: Path, values: Mapping[str, Value], n_tensors: int) -> None:
    """Numbers are numbers, and each layer has a tensor; raises BadModelFile."""
    for key, value in values.items():
        items = value if isinstance(value, tuple) else (value,)
        if any(isinstance(item, float) and math.isnan(item) for item in items):
            raise bad_file(path, f"has {value} as {key[:64]!r}", "numbers")
    n_layer = whole(values, f"{text(values, 'general.architecture')}.block_count")
    is_whole = "split.count" not in values
    if is_whole and n_layer > n_tensors > 0:
        raise bad_file(path, f"says it has {n_layer} layers", "numbers")


def _aligned(size_bytes: int, alignment: int) -> int:
    return size_bytes + -size_bytes % alignment
