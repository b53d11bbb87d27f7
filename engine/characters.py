"""Whole characters out of text that comes in pieces, for a server may send half of one, or half of none.

JSON can carry lone halves of surrogate pairs; neither the database nor Telegram can. Knows nothing of models.
"""

import re

HALF = re.compile("[\ud800-\udfff]")
FIRST_HALF = re.compile("[\ud800-\udbff]$")


class Characters:
    """Feed text as it comes, take out what is whole; a half waits for its other half."""

    def __init__(self) -> None:
        self._held = ""

    def whole(self, text: str) -> str:
        """The text without halves of characters; "" while there is nothing but a half."""
        if self._held:
            text, self._held = self._held + text, ""
        if text.isascii() or not HALF.search(text):
            return text
        if FIRST_HALF.search(text):
            text, self._held = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
