"""Halves of characters: joined where both came, replaced where one did."""

import pytest

from engine.characters import Characters, is_whole


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        (["plain", " text"], ["plain", " text"]),
        (["\ud83d", "\ude00"], ["", "😀"]),
        (["a\ud83d", "\ude00b"], ["a", "😀b"]),
        (["a\ud83db"], ["a�b"]),
        (["\ude00"], ["�"]),
        (["\ud83d", "x"], ["", "�x"]),
        (["\ud83d", "\ud83d", "\ude00"], ["", "�", "😀"]),
        (["Привет 😀"], ["Привет 😀"]),
    ],
)
def test_halves_find_each_other_or_are_replaced(pieces: list[str], whole: list[str]) -> None:
    characters = Characters()
    assert [characters.whole(piece) for piece in pieces] == whole


@pytest.mark.parametrize(("text", "whole"), [("qwen3:4b", True), ("мир 😀", True), ("", False), ("a\ud800", False)])
def test_a_name_is_whole_or_not(text: str, whole: bool) -> None:
    assert is_whole(text) == whole
