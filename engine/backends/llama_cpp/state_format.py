"""One computed dialog as bytes: facts about it, what llama.cpp saved, and a digest of both. Knows no folders."""

import hashlib
import json
import struct
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import BinaryIO

from engine.backends.llama_cpp.kept import Kept, Said
from engine.backends.llama_cpp.pages import pages

MAGIC = b"CONSILIUM STATE 1\n"
SIZES = struct.Struct("<IQ")
"""Lengths of the facts and of the data."""
DIGEST_BYTES = 32
MAX_FACTS_BYTES = 64 << 20
PIECE_BYTES = 4 << 20
"""Read, written and hashed at a time; between two pieces a write can be given up."""


class BadState(Exception):
    """Bytes that are torn, foreign, or made by another build or setup."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose state it is, and what computed it: only the very same may go on from it.

    `model` names the weights, `made_by` the build of llama.cpp and all that shapes its memory.
    """

    model: str
    dialog: str
    made_by: str


def write_state(file: BinaryIO, origin: Origin, kept: Kept, goes_on: Callable[[], bool]) -> bool:
    """False if it was given up half-way, because `goes_on` said no."""
    facts = json.dumps({"origin": asdict(origin), "log": kept.log, "first": kept.first, "said": _said(kept)}).encode()
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for part in (MAGIC, SIZES.pack(len(facts), len(kept.data)), facts):
        _write(file, memoryview(part))
        digest.update(part)
    for start in range(0, len(kept.data), PIECE_BYTES):
        if not goes_on():
            return False
        piece = kept.data[start : start + PIECE_BYTES]
        _write(file, piece)
        digest.update(piece)
    _write(file, memoryview(digest.digest()))
    return True


def read_state(file: BinaryIO, origin: Origin) -> Kept:
    """What was written; raises BadState unless every byte is as it was and it is of this very origin."""
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    head = _read(file, len(MAGIC) + SIZES.size)
    if not head.startswith(MAGIC):
        raise BadState("it is none")
    facts_length, data_length = SIZES.unpack(head[len(MAGIC) :])
    if facts_length > MAX_FACTS_BYTES:
        raise BadState("it is torn")
    facts = _read(file, facts_length)
    _check_origin(facts, origin)
    digest.update(head)
    digest.update(facts)
    data = _data(file, data_length, digest.update)
    if _read(file, DIGEST_BYTES) != digest.digest():
        raise BadState("it is torn")
    fields = json.loads(facts)
    said = fields["said"]
    if said is not None:
        said = Said(said["prompt"], tuple(said["tokens"]), said["n_prompt"])
    return Kept(tuple(fields["log"]), data, fields["first"], said, on_file=True)


def _said(kept: Kept) -> dict[str, object] | None:
    return asdict(kept.said) if kept.said else None


def _check_origin(facts: bytes, origin: Origin) -> None:
    """Before the data is read: what is foreign may be long."""
    try:
        found = json.loads(facts)["origin"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadState("it is torn") from error
    if found != asdict(origin):
        raise BadState("another model, build or setup made it")


def _data(file: BinaryIO, length: int, note: Callable[[memoryview], None]) -> memoryview:
    here = file.tell()
    if file.seek(0, 2) != here + length + DIGEST_BYTES:
        raise BadState("it is torn")
    file.seek(here)
    data = pages(length) if length else memoryview(b"")
    place = 0
    while place < length:
        n_read = file.readinto(data[place : place + PIECE_BYTES])  # type: ignore[attr-defined]
        if not n_read:
            raise BadState("it is torn")
        note(data[place : place + n_read])
        place += n_read
    return data


def _write(file: BinaryIO, data: memoryview) -> None:
    """An unbuffered file may take less than it is given."""
    while data:
        data = data[file.write(data) :]


def _read(file: BinaryIO, length: int) -> bytes:
    data = b""
    while len(data) < length:
        piece = file.read(length - len(data))
        if not piece:
            raise BadState("it is torn")
        data += piece
    return data
