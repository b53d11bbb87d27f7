"""Spans of time as people write them: 90, 90s, 10m, 2h, forever."""

import math
import re

SPAN = re.compile(r"(?P<count>\d+(\.\d+)?) ?(?P<unit>[smhd]?)", re.IGNORECASE)
UNIT_S = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
FOREVER = ("forever", "-1")


def seconds(text: str) -> float:
    """The span in seconds, infinite for `forever`; raises ValueError with what is allowed."""
    if text.strip().lower() in FOREVER:
        return math.inf
    match = SPAN.fullmatch(text.strip())
    if match is None:
        raise ValueError("90, 90s, 10m, 2h, forever")
    return float(match["count"]) * UNIT_S[match["unit"].lower()]
