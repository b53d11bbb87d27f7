"""Model files that are broken, each in one way: a good one is written, then a few of its bytes are changed."""

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.faults import FileFault
from tests.tiny_gguf import make_gguf

NAME = "broken.gguf"


@dataclass(frozen=True, slots=True)
class Breakage:
    """How a good file is broken, and which fault has to be found. `make` may return another path than it was given."""

    make: Callable[[Path], Path]
    fault: FileFault


def broken_files() -> dict[str, Breakage]:
    """All kinds, by what is wrong with them."""
    kinds: dict[str, Breakage] = {
        "an empty file": Breakage(lambda path: _written(path, b""), "empty"),
        "a folder": Breakage(_folder, "no_file"),
        "a pipe that nobody writes into": Breakage(_pipe, "no_file"),
        "a link to itself": Breakage(_loop, "unreadable"),
        "a page of the web": Breakage(lambda path: _written(path, b"<!DOCTYPE html>" * 400), "not_gguf"),
        "a wrong magic": Breakage(lambda path: _patched(path, 0, b"JUNK"), "not_gguf"),
        "version 1": Breakage(lambda path: _patched(path, 4, struct.pack("<I", 1)), "version"),
        "a version of the future": Breakage(lambda path: _patched(path, 4, struct.pack("<I", 9)), "version"),
        "written big-endian": Breakage(lambda path: _patched(path, 4, struct.pack(">I", 3)), "version"),
        "a header cut short": Breakage(lambda path: _cut(path, 1000), "cut_short"),
        "data cut short": Breakage(lambda path: _cut(path, -1000), "cut_short"),
        "2^62 tensors": Breakage(lambda path: _patched(path, 8, struct.pack("<Q", 1 << 62)), "header"),
        "2^62 keys": Breakage(lambda path: _patched(path, 16, struct.pack("<Q", 1 << 62)), "header"),
        "a key of 2^62 bytes": Breakage(lambda path: _patched(path, 24, struct.pack("<Q", 1 << 62)), "header"),
        "a text of 3 MB in a small file": Breakage(lambda path: _key(path, "general.name", 3 << 20), "cut_short"),
        "a list of 2^40 texts": Breakage(_endless_list, "header"),
        "a value of unknown type": Breakage(lambda path: _key(path, "llama.block_count", 2, kind=77), "header"),
        "the same key twice": Breakage(_twice, "header"),
        "a tensor of unknown type": Breakage(lambda path: _tensor(path, kind=999), "tensors"),
        "a tensor of a removed type": Breakage(lambda path: _tensor(path, kind=4), "tensors"),
        "a tensor of 77 dimensions": Breakage(lambda path: _tensor(path, n_dimensions=77), "tensors"),
        "a tensor with nothing in it": Breakage(lambda path: _tensor(path, length=0), "tensors"),
        "a tensor of 2^63 rows": Breakage(lambda path: _tensor(path, length=1 << 63), "tensors"),
        "tensors one over the other": Breakage(lambda path: _tensor(path, offset=0), "tensors"),
        "a tensor behind the end": Breakage(lambda path: _tensor(path, offset=1 << 50), "tensors"),
        "an alignment of 24": Breakage(lambda path: _aligned(path, 24), "tensors"),
        "an alignment of 0": Breakage(lambda path: _aligned(path, 0), "tensors"),
        "no architecture": Breakage(lambda path: _renamed(path, "general.architecture"), "architecture"),
        "an architecture that nobody knows": Breakage(_strange, "architecture"),
        "no tokenizer": Breakage(lambda path: _renamed(path, "tokenizer.ggml.model"), "vocabulary"),
        "no tokens": Breakage(lambda path: _renamed(path, "tokenizer.ggml.tokens"), "vocabulary"),
        "fewer tokens than the matrix has": Breakage(_short_vocabulary, "weights"),
        "no attention heads": Breakage(lambda path: _key(path, "llama.attention.head_count", 0), "weights"),
        "heads that do not divide the width": Breakage(
            lambda path: _key(path, "llama.attention.head_count", 7), "weights"
        ),
        "more key heads than heads": Breakage(lambda path: _key(path, "llama.attention.head_count_kv", 64), "weights"),
        "more layers than there are": Breakage(lambda path: _key(path, "llama.block_count", 3), "weights"),
        "4 billion layers": Breakage(lambda path: _key(path, "llama.block_count", (1 << 32) - 1), "numbers"),
        "an epsilon that is no number": Breakage(_nan, "numbers"),
        "a tensor missing": Breakage(lambda path: _changed(path, b"attn_q.weight", b"attn_x.weight"), "weights"),
        "weights that are no numbers": Breakage(_nan_weights, "weights"),
        "a template that is none": Breakage(lambda path: make_gguf(path, chat_template="{% for %}"), "template"),
        "a part missing": Breakage(_without_a_part, "part_missing"),
    }
    if os.name == "posix" and os.geteuid() != 0:
        kinds["no permission"] = Breakage(_locked, "unreadable")
    return kinds


def _good(path: Path) -> bytearray:
    return bytearray(make_gguf(path).read_bytes())


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _patched(path: Path, at: int, new: bytes) -> Path:
    data = _good(path)
    data[at : at + len(new)] = new
    return _written(path, data)


def _cut(path: Path, to: int) -> Path:
    return _written(path, _good(path)[:to])


def _changed(path: Path, old: bytes, new: bytes) -> Path:
    data = _good(path)
    assert old in data and len(old) == len(new)
    return _written(path, data.replace(old, new))


def _renamed(path: Path, key: str) -> Path:
    """Without a key: it is called otherwise."""
    return _changed(path, key.encode(), key[:-1].encode() + b"_")


def _after(data: bytes, name: str) -> int:
    """Where the text `name` ends in the header: there its value begins, or its shape."""
    spelled = struct.pack("<Q", len(name)) + name.encode()
    return data.index(spelled) + len(spelled)


def _key(path: Path, key: str, value: int, kind: int | None = None) -> Path:
    """Another value for a key; of a text, another length."""
    data = _good(path)
    at = _after(data, key)
    if kind is not None:
        struct.pack_into("<I", data, at, kind)
    struct.pack_into("<Q" if data[at] == 8 else "<I", data, at + 4, value)
    return _written(path, data)


def _nan(path: Path) -> Path:
    return _key(path, "llama.attention.layer_norm_rms_epsilon", 0x7FC00000)


def _nan_weights(path: Path) -> Path:
    data = _good(path)
    data[-4096:] = struct.pack("<I", 0x7FC00000) * 1024
    return _written(path, data)


def _endless_list(path: Path) -> Path:
    data = _good(path)
    struct.pack_into("<Q", data, _after(data, "tokenizer.ggml.tokens") + 8, 1 << 40)
    return _written(path, data)


def _short_vocabulary(path: Path) -> Path:
    """The lists of tokens lose their last entry, the matrices keep its row."""
    make_gguf(path)
    return _written(path, _without_last_token(path.read_bytes()))


def _without_last_token(data: bytes) -> bytes:
    header = bytearray(data)
    for name, width in (("tokens", None), ("scores", 4), ("token_type", 4)):
        at = _after(header, f"tokenizer.ggml.{name}") + 8
        (count,) = struct.unpack_from("<Q", header, at)
        struct.pack_into("<Q", header, at, count - 1)
        begin = at + 8 + (width or 0) * (count - 1)
        if width is None:
            for _ in range(count - 1):
                begin += 8 + int(struct.unpack_from("<Q", header, begin)[0])
            width = 8 + int(struct.unpack_from("<Q", header, begin)[0])
        del header[begin : begin + width]
    return bytes(header)


def _twice(path: Path) -> Path:
    return _changed(path, b"llama.block_count", b"general.file_type")


def _strange(path: Path) -> Path:
    return _changed(path, b"llama", b"lemur")


def _aligned(path: Path, alignment: int) -> Path:
    """The key of the file type, of the same length, tells an alignment instead."""
    data = _good(path)
    at = _after(data, "general.file_type")
    data[at - 17 : at] = b"general.alignment"
    struct.pack_into("<I", data, at + 4, alignment)
    return _written(path, data)


def _tensor(
    path: Path,
    kind: int | None = None,
    n_dimensions: int | None = None,
    length: int | None = None,
    offset: int | None = None,
) -> Path:
    """Another shape or place for the output matrix."""
    data = _good(path)
    at = _after(data, "output.weight")
    for place, form, value in (
        (at, "<I", n_dimensions),
        (at + 12, "<Q", length),
        (at + 20, "<I", kind),
        (at + 24, "<Q", offset),
    ):
        if value is not None:
            struct.pack_into(form, data, place, value)
    return _written(path, data)


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _loop(path: Path) -> Path:
    path.symlink_to(path)
    return path


def _locked(path: Path) -> Path:
    make_gguf(path).chmod(0)
    return path


def _without_a_part(path: Path) -> Path:
    first = make_gguf(path, split_max_tensors=6)
    first.with_name(first.name.replace("00001", "00002", 1)).unlink()
    return first
