"""Spans of time, as people write them."""

import math

import pytest

from config.durations import seconds
from config.settings import Settings


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90", 90), ("90s", 90), ("10m", 600), ("1.5 h", 5400), ("2D", 172800), ("forever", math.inf), ("-1", math.inf)],
)
def test_a_span_is_read(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "soon", "10 minutes", "-5m", "5mm"])
def test_what_is_no_span_says_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="10m"):
        seconds(text)


def test_the_setting_takes_spans() -> None:
    assert Settings(_env_file=None, llm_keep_alive="45m").llm_keep_alive == 2700  # type: ignore[call-arg, arg-type]
