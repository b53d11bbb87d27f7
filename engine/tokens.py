"""An estimate of tokens where no tokenizer can be had.

A unit is what a token of a common multilingual vocabulary covers: about four ASCII characters, or about four
bytes of anything else (two Cyrillic letters, a little over one Chinese character). The catalogue learns for
each model how many of its tokens a unit really costs.
"""

from collections.abc import Sequence

from engine.messages import Message

UNITS_PER_ASCII = 0.27
UNITS_PER_OTHER_BYTE = 0.24
UNITS_PER_MESSAGE = 6.0
"""Role names and the marks of a chat template around each message."""
UNITS_PER_IMAGE = 800.0
"""Between 256 (small encoders) and 1,600 (high resolution)."""


def units(text: str) -> float:
    """The estimate for a text."""
    if text.isascii():
        return UNITS_PER_ASCII * len(text)
    size = len(text.encode("utf-8", "replace"))
    ascii_size = len(text.encode("ascii", "ignore"))
    return UNITS_PER_ASCII * ascii_size + UNITS_PER_OTHER_BYTE * (size - ascii_size)


def prompt_units(messages: Sequence[Message]) -> float:
    """The estimate for a whole prompt."""
    return sum(units(item.text) + UNITS_PER_MESSAGE + UNITS_PER_IMAGE * len(item.images) for item in messages)
