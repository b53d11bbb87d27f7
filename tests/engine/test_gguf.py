"""Headers of model files: real ones, split ones, and files that only pretend."""

import struct
from pathlib import Path

import pytest

from engine.errors import BadModelFile
from engine.gguf import first_part, is_later_part, read_header, whole_name
from tests.broken_gguf import broken_files
from tests.tiny_gguf import THINKING_TEMPLATE, TINY, Shape, cut, make_gguf, make_mmproj, spoil_magic


def test_a_header_tells_what_the_model_is(tmp_path: Path) -> None:
    header = read_header(make_gguf(tmp_path / "a.gguf", n_ctx_train=2048, name="Тихая"))
    assert (header.kind, header.architecture, header.name) == ("model", "llama", "Тихая")
    assert (header.quantisation, header.context_tokens, header.n_layer) == ("F32", 2048, TINY.n_layer)
    assert header.size_bytes == (tmp_path / "a.gguf").stat().st_size
    row = TINY.n_head_kv * (TINY.n_embd // TINY.n_head)
    assert [(layer.key_row, layer.value_row) for layer in header.shape.layers] == [(row, row)] * TINY.n_layer
    assert header.has_template
    assert not header.thinks
    assert not header.embeds


def test_quantised_weights_are_told_by_their_name(tmp_path: Path) -> None:
    assert read_header(make_gguf(tmp_path / "a.gguf", weight_type="q8_0")).quantisation == "Q8_0"


def test_a_template_with_think_marks_means_that_the_model_thinks(tmp_path: Path) -> None:
    assert read_header(make_gguf(tmp_path / "a.gguf", chat_template=THINKING_TEMPLATE)).thinks


def test_a_file_without_a_template_is_a_model_all_the_same(tmp_path: Path) -> None:
    assert not read_header(make_gguf(tmp_path / "a.gguf", chat_template=None)).has_template


def test_a_model_that_pools_makes_vectors(tmp_path: Path) -> None:
    assert read_header(make_gguf(tmp_path / "a.gguf", arch="qwen3", pooling=3)).embeds


def test_eyes_are_no_model(tmp_path: Path) -> None:
    assert read_header(make_mmproj(tmp_path / "mmproj.gguf")).kind == "mmproj"


def test_a_long_vocabulary_is_skipped_and_what_follows_is_still_read(tmp_path: Path) -> None:
    header = read_header(make_gguf(tmp_path / "a.gguf", shape=Shape(n_embd=16, n_head=2, n_ff=32, n_vocab=150_000)))
    assert header.has_template
    assert header.parameters > 150_000 * 16


def test_a_split_model_is_one_model(tmp_path: Path) -> None:
    whole = read_header(make_gguf(tmp_path / "whole.gguf"))
    split = read_header(make_gguf(tmp_path / "split.gguf", split_max_tensors=6))
    assert len(split.parts) > 2
    assert split.parameters == whole.parameters
    assert split.shape == whole.shape
    assert split.size_bytes == sum(part.stat().st_size for part in split.parts)


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    first = make_gguf(tmp_path / "split.gguf", split_max_tensors=6)
    read_header(first).parts[1].unlink()
    assert "part 2 of" in detail_of(first)


def test_part_numbers_are_read_from_names() -> None:
    part = Path("m-00002-of-00003.gguf")
    assert is_later_part(part)
    assert first_part(part).name == "m-00001-of-00003.gguf"
    assert whole_name(part) == "m.gguf"
    assert whole_name(Path("m.gguf")) == "m.gguf"


def detail_of(path: Path) -> str:
    with pytest.raises(BadModelFile) as caught:
        read_header(path)
    assert caught.value.file == path.name
    return caught.value.detail


@pytest.mark.parametrize("keep", [0.0, 0.00001, 0.001, 0.02, 0.5, 0.999])
def test_a_file_cut_short_is_refused(tmp_path: Path, keep: float) -> None:
    assert detail_of(cut(make_gguf(tmp_path / "a.gguf"), keep)) != ""


def test_a_file_that_is_something_else_is_refused(tmp_path: Path) -> None:
    assert "not a GGUF" in detail_of(spoil_magic(make_gguf(tmp_path / "a.gguf")))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in detail_of(tmp_path / "a.gguf")


def text(value: bytes) -> bytes:
    return struct.pack("<Q", len(value)) + value


def header_bytes(version: int = 3, n_tensors: int = 0, n_keys: int = 1, body: bytes = b"") -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, n_tensors, n_keys) + body


HUGE = 1 << 62
STRINGS = struct.pack("<IIQ", 9, 8, 3_999_999)
HOSTILE = {
    "old version": header_bytes(version=1),
    "big endian": header_bytes(version=3 << 24),
    "many keys": header_bytes(n_keys=HUGE),
    "many tensors": header_bytes(n_tensors=HUGE, n_keys=0),
    "long key": header_bytes(body=struct.pack("<Q", HUGE)),
    "long text": header_bytes(body=text(b"a") + struct.pack("<IQ", 8, HUGE)),
    "unknown type": header_bytes(body=text(b"a") + struct.pack("<I", 99)),
    "list in a list": header_bytes(body=text(b"a") + struct.pack("<IIQ", 9, 9, 1)),
    "many texts": header_bytes(body=text(b"a") + struct.pack("<IIQ", 9, 8, HUGE)),
    "many numbers": header_bytes(body=text(b"a") + struct.pack("<IIQ", 9, 4, HUGE)),
    "a text beyond the end": header_bytes(body=text(b"a") + struct.pack("<IIQQ", 9, 8, 5, HUGE)),
    "texts beyond the end": header_bytes(body=text(b"a") + STRINGS + bytes(800)),
    "twice the same key": header_bytes(n_keys=2, body=(text(b"a") + struct.pack("<II", 4, 1)) * 2),
    "no architecture": header_bytes(body=text(b"a") + struct.pack("<II", 4, 1)),
    "dimensions": header_bytes(n_tensors=1, n_keys=0, body=text(b"t") + struct.pack("<I", 77)),
    "tensor beyond the end": header_bytes(n_tensors=1, n_keys=0, body=text(b"t") + struct.pack("<IQIQ", 1, 1000, 0, 0)),
}


@pytest.mark.parametrize("story", HOSTILE)
def test_a_hostile_file_is_refused(tmp_path: Path, story: str) -> None:
    path = tmp_path / "hostile.gguf"
    path.write_bytes(HOSTILE[story])
    assert detail_of(path) != ""


def test_lists_without_end_are_not_walked_through(tmp_path: Path) -> None:
    path = tmp_path / "hostile.gguf"
    lists = [text(name) + STRINGS + bytes(8 * 3_999_999) for name in (b"a", b"b")]
    path.write_bytes(header_bytes(n_keys=2, body=b"".join(lists)))
    assert "list of 3999999 texts" in detail_of(path)


TOLD_BY_THE_HEADER = (
    "a pipe that nobody writes into",
    "a tensor with nothing in it",
    "a tensor of 2^63 rows",
    "tensors one over the other",
    "a tensor behind the end",
    "an alignment of 24",
    "an alignment of 0",
    "4 billion layers",
    "an epsilon that is no number",
)


@pytest.mark.parametrize("story", TOLD_BY_THE_HEADER)
def test_what_the_header_tells_is_known_before_any_process_is_started(tmp_path: Path, story: str) -> None:
    broken = broken_files()[story]
    with pytest.raises(BadModelFile) as caught:
        read_header(broken.make(tmp_path / "a.gguf"))
    assert caught.value.fault == broken.fault
