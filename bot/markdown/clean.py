"""Text as Telegram will store it: lengths in UTF-16 units and the characters it would drop or refuse.

Whatever Telegram removes is removed here first, so that no offset moves on the way. Knows no markup.
"""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "\ufffd"
_SURROGATES = re.compile(r"[\ud800-\udfff]+")
_RING = re.compile(r".\u030a", re.DOTALL)
# Telegram drops these without a word: carriage returns, line and paragraph separators, direction overrides,
# and three combining lines. NUL and the other controls become spaces there.
_DROPPED = re.compile(r"[\r\u2028-\u202e\u030a\u0333\u033f]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# What Telegram counts as nothing when it looks whether a message is empty.
_UNSEEN = re.compile(r"[\s\u180e\u200b-\u200f\u2060\u2800\ufeff\ufffc\U000e0000-\U000e007f]*")
_ASTRAL = re.compile(r"[\U00010000-\U0010ffff]")


def utf16_len(text: str) -> int:
    """How many UTF-16 units a text takes: what Telegram counts in its limits and offsets."""
    if text.isascii():
        return len(text)
    return len(text) + sum(1 for _ in _ASTRAL.finditer(text))


def fit(text: str, start: int, limit: int) -> int:
    """The farthest end such that text[start:end] takes at most `limit` UTF-16 units."""
    end = min(len(text), start + limit)
    while (over := utf16_len(text[start:end]) - limit) > 0:
        end -= max(over // 2, 1)
    return end


def cleaned(text: str) -> str:
    """The text without what Telegram drops; halves of surrogate pairs are joined or replaced, tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if "\u030a" in text:
        text = _RING.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)
    return _CONTROLS.sub(" ", _DROPPED.sub("", text))


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen: Telegram refuses such a message."""
    return _UNSEEN.fullmatch(text) is not None
