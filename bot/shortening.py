"""Texts that must not be longer than a line, a button or a screen has room for."""


def shortened(text: str, length: int) -> str:
    """The text, or its beginning with … at its end: at most `length` characters."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def one_line(text: str, length: int) -> str:
    """The same, all on one line."""
    return shortened(" ".join(text.split()), length)
