"""Lengths and places as Telegram counts them: in UTF-16 units."""

from __future__ import annotations


def units(text: str) -> int:
    """How many UTF-16 units a text takes; an astral character takes two."""
    return len(text) + sum(character > "\uffff" for character in text) if not text.isascii() else len(text)


def borders(text: str) -> dict[int, int]:
    """Map every UTF-16 offset where a character may begin or end to its index in the Python string."""
    result: dict[int, int] = {}
    offset = 0
    for index, character in enumerate(text):
        result[offset] = index
        offset += 2 if character > "\uffff" else 1
    result[offset] = len(text)
    return result


def cut(text: str, offset: int, length: int) -> str:
    """The piece of a text that an entity covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")
