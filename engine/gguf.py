"""The header of a GGUF file, read in milliseconds: token lists are skipped, never held in memory.

Reads only; a file may be hostile, so every count has a limit and nothing is read past the end. It does
not know where models are kept, what they are called there, or how llama.cpp will like the file.
"""

import math
import re
import stat
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.gguf_bytes import HeaderBytes, bad_file
from engine.gguf_checks import check_numbers, check_places
from engine.gguf_shape import ModelShape, Tensor, Value, model_shape, text, whole
from engine.gguf_types import FILE_TYPES, TENSOR_TYPES

FileKind = Literal["model", "mmproj", "adapter"]

MAX_KEYS = 10_000
MAX_TENSORS = 100_000
MAX_PARTS = 1000

PART = re.compile(r"^(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$", re.IGNORECASE)
THINK_MARKS = ("<think>", "</think>", "enable_thinking", "reasoning_content")


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What a model file says of itself. Tokens, layers and bytes; `parts` are all files, in order."""

    kind: FileKind
    architecture: str
    name: str
    size_bytes: int
    parameters: int
    quantisation: str | None
    context_tokens: int | None
    n_layer: int
    shape: ModelShape
    has_template: bool
    thinks: bool
    embeds: bool
    parts: tuple[Path, ...]
    projector: str = ""
    """Of eyes (a file of the kind mmproj): how they hand on what they see, and how wide that is."""
    projection: int = 0


def read_header(path: Path) -> GgufHeader:
    """Read one model, all its parts if it is split; `path` is the first part then. Raises BadModelFile."""
    paths = _parts(path)
    parts = [_read_part(part) for part in paths]
    tensors = [tensor for part in parts for tensor in part.tensors]
    return _header(paths, parts[0].values, tensors, sum(part.size_bytes for part in parts))


def is_later_part(path: Path) -> bool:
    """True for the second and further files of a split model."""
    match = PART.match(path.name)
    return match is not None and int(match["number"]) > 1


def first_part(path: Path) -> Path:
    """The file that stands for a split model."""
    match = PART.match(path.name)
    return path.with_name(f"{match['stem']}-00001-of-{match['count']}.gguf") if match else path


def whole_name(path: Path) -> str:
    """The file's name without its part number: `m-00001-of-00003.gguf` is `m.gguf`."""
    match = PART.match(path.name)
    return f"{match['stem']}.gguf" if match else path.name


def _parts(path: Path) -> tuple[Path, ...]:
    match = PART.match(path.name)
    if not match:
        return (path,)
    count = int(match["count"])
    if not 1 <= count <= MAX_PARTS:
        raise bad_file(path, f"says it has {count} parts")
    parts = tuple(path.with_name(f"{match['stem']}-{n:05}-of-{match['count']}.gguf") for n in range(1, count + 1))
    for number, part in enumerate(parts, 1):
        if not part.is_file():
            raise bad_file(path, f"part {number} of {count} is missing", "part_missing", part.name)
    return parts


@dataclass(frozen=True, slots=True)
class _Part:
    values: Mapping[str, Value]
    tensors: list[Tensor]
    size_bytes: int


def _read_part(path: Path) -> _Part:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise bad_file(path, "is no file", "no_file")
        if not status.st_size:
            raise bad_file(path, "is empty", "empty")
        with path.open("rb") as file:
            return _read_open(path, HeaderBytes(path, file, status.st_size), status.st_size)
    except OSError as error:
        raise bad_file(path, f"cannot be read: {error.strerror or error}", "unreadable") from error


def _read_open(path: Path, data: HeaderBytes, size_bytes: int) -> _Part:
    if data.take(4) != b"GGUF":
        raise bad_file(path, "is not a GGUF file", "not_gguf")
    version = data.number("<I")
    if version not in (2, 3):
        big_endian = int.from_bytes(version.to_bytes(4, "little"), "big") in (2, 3)
        detail = "is written for big-endian machines" if big_endian else f"has unknown version {version}"
        raise bad_file(path, detail, "version")
    n_tensors, n_keys = data.number("<Q"), data.number("<Q")
    if n_tensors > MAX_TENSORS or n_keys > MAX_KEYS:
        raise bad_file(path, f"claims {n_tensors} tensors and {n_keys} keys")
    values = _keys(path, data, n_keys)
    tensors = _tensors(path, data, n_tensors)
    check_numbers(path, values, len(tensors))
    check_places(path, values, tensors, data.position, size_bytes)
    return _Part(values, tensors, size_bytes)


def _keys(path: Path, data: HeaderBytes, count: int) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for _ in range(count):
        key = data.text()
        value = _value(path, data, data.number("<I"))
        if key in values:
            raise bad_file(path, f"has the key {key[:64]!r} twice")
        if value is not None:
            values[key] = value
    return values


NUMBERS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
STRING, ARRAY = 8, 9
MAX_KEPT_ITEMS = 4096
"""Lists with one number a layer are kept; lists with one a token are not."""


def _value(path: Path, data: HeaderBytes, kind: int) -> Value | None:
    """One value; None for a list that is skipped."""
    if kind in NUMBERS:
        return data.scalar(NUMBERS[kind])
    if kind == STRING:
        return data.text()
    if kind != ARRAY:
        raise bad_file(path, f"has a value of unknown type {kind}")
    item_kind, count = data.number("<I"), data.number("<Q")
    if item_kind == STRING:
        data.skip_texts(count)
        return None
    if item_kind not in NUMBERS:
        raise bad_file(path, f"has a list of unknown type {item_kind}")
    if count <= MAX_KEPT_ITEMS:
        return tuple(data.scalar(NUMBERS[item_kind]) for _ in range(count))
    data.skip(count * struct.calcsize(NUMBERS[item_kind]))
    return None


def _tensors(path: Path, data: HeaderBytes, count: int) -> list[Tensor]:
    tensors = []
    for _ in range(count):
        name = data.text()
        n_dimensions = data.number("<I")
        if not 1 <= n_dimensions <= 4:
            raise bad_file(path, f"has a tensor of {n_dimensions} dimensions", "tensors")
        lengths = [data.number("<Q") for _ in range(n_dimensions)]
        elements = math.prod(lengths)
        kind, offset = data.number("<I"), data.number("<Q")
        _, items, item_bytes = TENSOR_TYPES.get(kind, ("", 1, 0))
        size_bytes = elements // items * item_bytes
        tensors.append(Tensor(name, kind, elements, lengths[-1], size_bytes, offset + size_bytes))
    return tensors


def _header(paths: tuple[Path, ...], values: Mapping[str, Value], tensors: list[Tensor], size_bytes: int) -> GgufHeader:
    path, architecture = paths[0], text(values, "general.architecture")
    if not architecture:
        raise bad_file(path, "does not name its architecture", "architecture")
    template = text(values, "tokenizer.chat_template")
    return GgufHeader(
        kind=_kind(architecture, text(values, "general.type")),
        architecture=architecture,
        name=text(values, "general.name") or path.stem,
        size_bytes=size_bytes,
        parameters=sum(tensor.elements for tensor in tensors),
        quantisation=_quantisation(values, tensors),
        context_tokens=whole(values, f"{architecture}.context_length") or None,
        n_layer=whole(values, f"{architecture}.block_count"),
        shape=model_shape(values, tensors),
        has_template=bool(template),
        thinks=any(mark in template for mark in THINK_MARKS),
        embeds="bert" in architecture or whole(values, f"{architecture}.pooling_type") > 0,
        parts=paths,
        projector=text(values, "clip.vision.projector_type") or text(values, "clip.projector_type"),
        projection=whole(values, "clip.vision.projection_dim"),
    )


def _kind(architecture: str, declared: str) -> FileKind:
    if architecture == "clip" or declared == "mmproj":
        return "mmproj"
    return "adapter" if declared == "adapter" else "model"


def _quantisation(values: Mapping[str, Value], tensors: list[Tensor]) -> str | None:
    """As the file says, else the type that most of its numbers have."""
    named = FILE_TYPES.get(whole(values, "general.file_type")) if "general.file_type" in values else None
    if named or not tensors:
        return named
    elements: dict[int, int] = {}
    for tensor in tensors:
        elements[tensor.kind] = elements.get(tensor.kind, 0) + tensor.elements
    return TENSOR_TYPES.get(max(elements, key=elements.__getitem__), (None, 1, 0))[0]
