"""What fits where: layers on GPUs, and the nearest plan when what was asked does not fit."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.fitting import Free, Room, best, fits, nearest, windows
from engine.forecast import CUDA_BYTES, MIB, Setup, forecast
from engine.gguf import read_header
from tests.hollow_gguf import Hollow, make_hollow

N_LAYER = 8


@pytest.fixture
def room(tmp_path: Path) -> Room:
    path = make_hollow(tmp_path / "m.gguf", Hollow(n_embd=1024, n_layer=N_LAYER, n_head=16, n_ff=4096))
    return Room(read_header(path).shape, Setup(8192), None, lambda found: found)


def test_without_a_gpu_everything_is_in_ram(room: Room) -> None:
    found = best(room, Free(1 << 40))
    assert found.setup.gpu_layers == 0
    assert found.vram.total == 0


def test_a_large_gpu_takes_all_layers(room: Room) -> None:
    assert best(room, Free(1 << 40, (1 << 40,))).setup.gpu_layers == N_LAYER + 1


def test_a_small_gpu_takes_as_many_layers_as_it_can(room: Room) -> None:
    some = forecast(room.shape, replace(room.setup, gpu_layers=4)).vram.total
    free = Free(1 << 40, (int(some * 1.05),))
    found = best(room, free)
    assert found.setup.gpu_layers == 4
    assert fits(found, free)
    more = forecast(room.shape, replace(room.setup, gpu_layers=5))
    assert not fits(more, free)


def test_a_gpu_with_no_room_for_one_layer_is_left_alone(room: Room) -> None:
    assert best(room, Free(1 << 40, (CUDA_BYTES,))).setup.gpu_layers == 0


def test_layers_that_were_asked_for_stay(room: Room) -> None:
    asked = replace(room, layers=3)
    assert best(asked, Free(1 << 40, (1 << 40,))).setup.gpu_layers == 3
    assert best(replace(room, layers=-1), Free(1 << 40)).setup.gpu_layers == N_LAYER + 1


def test_the_nearest_plan_is_a_smaller_window(room: Room) -> None:
    free = Free(forecast(room.shape, Setup(2048)).ram.total + MIB)
    assert not fits(best(room, free), free)
    assert nearest(room, free) == Setup(2048)


def test_the_nearest_plan_keeps_the_window_when_other_layers_help(room: Room) -> None:
    free = Free(1 << 40, (1 << 30,))
    plan = nearest(replace(room, layers=-1, setup=Setup(65536)), free)
    assert plan is not None
    assert plan.n_ctx == 65536
    assert plan.gpu_layers < N_LAYER


def test_nothing_fits_into_nothing(room: Room) -> None:
    assert nearest(room, Free(1000)) is None


def test_smaller_windows_are_halves() -> None:
    assert list(windows(5000)) == [5000, 4096, 2048, 1024, 512]
    assert list(windows(4096)) == [4096, 2048, 1024, 512]


def test_what_was_measured_decides(room: Room) -> None:
    free = Free(int(forecast(room.shape, room.setup).ram.total * 1.1))
    assert fits(best(room, free), free)
    worse = replace(room, correct=lambda found: found.corrected(1.3, 1.3))
    assert not fits(best(worse, free), free)
