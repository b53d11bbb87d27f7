"""How a picture stands in the text of a prompt, and in its tokens: by the digest of its bytes. Knows no llama.cpp."""

import hashlib
import re
import struct

MARK = re.compile(r"<\|picture ([0-9a-f]{32})\|>")


def digest(picture: bytes) -> str:
    return hashlib.sha256(picture).hexdigest()[:32]


def mark(picture_digest: str) -> str:
    return f"<|picture {picture_digest}|>"


def stand_ins(name: str, count: int) -> list[int]:
    """Negative numbers in the place of tokens, the same for the same picture and for no other."""
    numbers = struct.unpack(f"<{count}I", hashlib.shake_256(name.encode()).digest(4 * count))
    return [-1 - (number >> 1) for number in numbers]
