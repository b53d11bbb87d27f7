"""Sizes as people read them: gigabytes with as many digits as say something."""

GIB = 1 << 30


def gib(size_bytes: int) -> float:
    """4.1; what is less than a tenth keeps a second digit, so that no part of a sum looks like nothing."""
    return round(size_bytes / GIB, 1 if size_bytes >= GIB / 10 else 2)
