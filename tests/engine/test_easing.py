"""What a load does without before it is refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.easing import easings, takes_small_keys
from engine.fitting import Free, Room, best, eased, nearest, with_smaller_window
from engine.forecast import Setup, forecast
from engine.gguf import read_header
from engine.gguf_shape import ModelShape
from tests.hollow_gguf import Hollow, make_hollow

ASKED = Setup(8192, slots=4)
SLIDING = Hollow("gemma3", n_layer=6, n_head=8, head=64, window=512, tied=True)


def shape_of(folder: Path, hollow: Hollow) -> ModelShape:
    return read_header(make_hollow(folder / "m.gguf", hollow)).shape


def room_of(shape: ModelShape) -> Room:
    return Room(shape, ASKED, None, lambda found: found)


def test_each_step_takes_less_and_keeps_the_window(tmp_path: Path) -> None:
    shape = shape_of(tmp_path, SLIDING)
    steps = list(easings(shape, ASKED))
    assert [(step.full_swa, step.cache_type, step.slots) for step in steps] == [
        (False, "f16", 4),
        (False, "q8_0", 4),
        (False, "q8_0", 2),
        (False, "q8_0", 1),
    ]
    sizes = [forecast(shape, step).all.total for step in (ASKED, *steps)]
    assert sizes == sorted(sizes, reverse=True)
    assert {step.n_ctx for step in steps} == {ASKED.n_ctx}


def test_a_model_for_vectors_has_nothing_to_do_without(tmp_path: Path) -> None:
    assert list(easings(shape_of(tmp_path, Hollow()), Setup(512, embeds=True))) == []


@pytest.mark.parametrize(
    ("hollow", "takes"),
    [
        (Hollow(), True),
        (Hollow(n_embd=640, n_head=8, n_head_kv=8), False),
        (Hollow("deepseek2", n_embd=1024, n_head=16), False),
        (Hollow("mamba"), False),
    ],
    ids=["whole blocks", "heads of 80", "values in the same row", "no rows"],
)
def test_keys_in_8_bits_are_for_models_whose_heads_are_whole_blocks(
    tmp_path: Path, hollow: Hollow, takes: bool
) -> None:
    shape = shape_of(tmp_path, hollow)
    assert takes_small_keys(shape) is takes
    assert any(step.cache_type == "q8_0" for step in easings(shape, ASKED)) is takes


def test_the_least_sacrifice_that_fits_is_made(tmp_path: Path) -> None:
    room = room_of(shape_of(tmp_path, SLIDING))
    whole, small_window, small_keys, *_ = (
        forecast(room.shape, setup).ram.total for setup in (ASKED, *easings(room.shape, ASKED))
    )
    assert eased(room, Free(whole)) == best(room, Free(whole))
    second, third = eased(room, Free(small_window)), eased(room, Free(small_keys))
    assert second is not None
    assert third is not None
    assert (second.setup.full_swa, second.setup.cache_type) == (False, "f16")
    assert (third.setup.full_swa, third.setup.cache_type, third.setup.slots) == (False, "q8_0", 4)
    assert eased(room, Free(forecast(room.shape, replace(third.setup, slots=1)).ram.total - 1)) is None


def test_a_smaller_window_is_looked_for_only_when_nothing_else_helps(tmp_path: Path) -> None:
    room = room_of(shape_of(tmp_path, Hollow(n_embd=1024, n_head=16)))
    *_, last = easings(room.shape, ASKED)
    least = forecast(room.shape, last).ram.total
    assert nearest(room, Free(least)) == last
    smaller = nearest(room, Free(least - 1))
    assert smaller is not None
    assert smaller.n_ctx == 4096


def test_the_next_smaller_window_is_a_power_of_two(tmp_path: Path) -> None:
    room = room_of(shape_of(tmp_path, Hollow()))
    assert with_smaller_window(room).setup.n_ctx == 4096
    assert with_smaller_window(replace(room, setup=Setup(512))).setup.n_ctx == 512
