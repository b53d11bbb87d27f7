"""How layers are shared out among several GPUs."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.fitting import Free, Room, best, fits
from engine.forecast import CUDA_BYTES, Setup, forecast
from engine.gguf import read_header
from engine.splitting import shared_out
from tests.hollow_gguf import Hollow, make_hollow

N_LAYER = 8
GIB = 1 << 30


@pytest.fixture
def room(tmp_path: Path) -> Room:
    path = make_hollow(tmp_path / "m.gguf", Hollow(n_embd=1024, n_layer=N_LAYER, n_head=16, n_ff=4096))
    return Room(read_header(path).shape, Setup(8192), None, lambda found: found)


def whole_on_one(room: Room) -> int:
    return forecast(room.shape, replace(room.setup, gpu_layers=N_LAYER + 1)).vram.total


def test_a_model_that_one_card_holds_stays_on_the_freest_and_leaves_the_other_alone(room: Room) -> None:
    found = best(room, Free(GIB, (2 * GIB, 3 * GIB)))
    assert found.setup.split == (0, N_LAYER + 1)
    assert found.gpus[0].total == 0


def test_a_model_that_no_card_holds_alone_is_shared_by_what_each_has_free(room: Room) -> None:
    whole = whole_on_one(room)
    free = Free(GIB, (int(whole * 0.8), whole - 1))
    found = best(room, free)
    few, many = found.setup.split
    assert few + many == N_LAYER + 1
    assert 0 < few < many
    assert fits(found, free)
    assert all(need.total < size_bytes for need, size_bytes in zip(found.gpus, free.vram, strict=True))


def test_cards_alike_take_halves_and_are_not_filled_to_the_brim(room: Room) -> None:
    alone = forecast(room.shape, replace(room.setup, gpu_layers=N_LAYER + 1)).vram
    size = alone.work + int((alone.weights + alone.context) * 0.9)
    one, other = best(room, Free(GIB, (size, size))).setup.split
    assert abs(one - other) <= 1


def test_what_the_cards_hold_together_is_what_the_model_weighs(room: Room) -> None:
    alone = forecast(room.shape, replace(room.setup, gpu_layers=N_LAYER + 1))
    shared = forecast(room.shape, replace(room.setup, gpu_layers=N_LAYER + 1, split=(3, 6)))
    assert shared.vram.weights == alone.vram.weights
    assert shared.vram.context == alone.vram.context
    assert shared.gpus[1].weights > shared.gpus[0].weights, "the output is on the last one"


def test_cards_that_cannot_hold_all_take_some_layers_and_ram_the_rest(room: Room) -> None:
    some = forecast(room.shape, replace(room.setup, gpu_layers=3)).vram.total
    found = best(room, Free(GIB, (some, some)))
    assert 3 < found.setup.gpu_layers < N_LAYER + 1
    assert sum(found.setup.split) == found.setup.gpu_layers
    assert found.ram.context > 0


def test_a_card_that_is_full_takes_nothing(room: Room) -> None:
    found = best(room, Free(GIB, (CUDA_BYTES, 3 * GIB)))
    assert found.setup.split == (0, N_LAYER + 1)


def test_layers_go_in_their_order_and_the_last_card_takes_the_rest() -> None:
    assert shared_out([4, 4, 4, 4, 9], [8, 4, 1]) == (2, 1, 2)
    assert shared_out([4, 4], [100, 100]) == (2, 0)
    assert shared_out([4, 4], [3, 3]) == (0, 2)
