"""The estimate of tokens, held against what common tokenizers are known to make of such texts."""

import pytest

from engine.messages import Message
from engine.tokens import UNITS_PER_IMAGE, UNITS_PER_MESSAGE, prompt_units, units

ENGLISH = "The quick brown fox jumps over the lazy dog, and nobody in the village has ever asked it why. " * 10
RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей чаю, пока он не остыл совсем. " * 10
CHINESE = "天地玄黄宇宙洪荒日月盈昃辰宿列张" * 10
CODE = "def add(left: int, right: int) -> int:\n    return left + right\n\n" * 10


@pytest.mark.parametrize(
    ("text", "fewest_a_token", "most_a_token"),
    [(ENGLISH, 3.0, 5.0), (RUSSIAN, 1.8, 3.5), (CHINESE, 0.8, 2.0), (CODE, 2.5, 4.5)],
    ids=["English", "Russian", "Chinese", "code"],
)
def test_a_unit_is_about_a_token_in_each_script(text: str, fewest_a_token: float, most_a_token: float) -> None:
    """Characters a token, as multilingual vocabularies of about 150,000 entries have them."""
    assert fewest_a_token < len(text) / units(text) < most_a_token


def test_a_mixture_costs_what_its_parts_cost() -> None:
    assert units(ENGLISH + RUSSIAN) == pytest.approx(units(ENGLISH) + units(RUSSIAN))


def test_half_a_pair_of_surrogates_is_counted_and_does_not_break() -> None:
    assert units("\ud83d hello") > 0


def test_a_prompt_costs_its_texts_its_messages_and_its_pictures() -> None:
    plain = [Message("system", ENGLISH), Message("user", RUSSIAN)]
    assert prompt_units(plain) == pytest.approx(units(ENGLISH) + units(RUSSIAN) + 2 * UNITS_PER_MESSAGE)
    seen = Message("user", "", images=(b"one", b"two"))
    assert prompt_units([seen]) == UNITS_PER_MESSAGE + 2 * UNITS_PER_IMAGE
    assert prompt_units([]) == 0
