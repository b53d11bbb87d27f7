"""Layers on a graphics card, by a card that exists only in what its driver says; the build computes in RAM."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import psutil
import pytest

from engine.backends.llama_cpp import machine
from engine.backends.llama_cpp.child import Child
from engine.backends.llama_cpp.parent import LlamaCppBackend, is_installed
from engine.backends.llama_cpp.resident import N_SLOTS
from engine.backends.llama_cpp.wire import Failed, Load, Open, Problem, Ready, Reply
from engine.errors import NoMemory
from engine.fitting import Free
from engine.forecast import Setup, forecast
from engine.gguf import read_header
from engine.messages import Params
from tests.hollow_gguf import Hollow, make_hollow

pytestmark = pytest.mark.skipif(not is_installed(), reason="without llama-cpp-python")

N_LAYER = 4
SHAPE = Hollow(n_embd=512, n_layer=N_LAYER)
PLENTY = 1 << 36
ASKED = Params(n_ctx=2048)


@dataclass
class Card:
    """What children were asked to load; the next loads with layers on the card go wrong as `failures` say."""

    loads: list[Load] = field(default_factory=list)
    failures: list[Problem | Literal["dies"]] = field(default_factory=list)


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Card:
    card, first_reply, ask = Card(), Child.first_reply, Child.ask
    monkeypatch.setattr(machine, "BACK_S", 0.2)

    async def with_gpu(child: Child) -> Reply:
        await first_reply(child)
        return Ready(0, gpu=True)

    async def noted(child: Child, request: Open | Load, timeout_s: float | None = None) -> Reply:
        if isinstance(request, Load):
            card.loads.append(request)
            if card.failures and request.n_gpu_layers != 0:
                failure = card.failures.pop(0)
                if failure != "dies":
                    return Failed(request.id, failure, "CUDA error")
                psutil.Process(child.pid).kill()
        return await ask(child, request, timeout_s) if timeout_s else await ask(child, request)

    monkeypatch.setattr(Child, "first_reply", with_gpu)
    monkeypatch.setattr(Child, "ask", noted)
    return card


def backend(folder: Path, vram: Callable[[], tuple[int, ...]], ram: int = PLENTY) -> LlamaCppBackend:
    return LlamaCppBackend(folder, folder / "models.yaml", free_memory=lambda: Free(ram, vram()))


def needed(path: Path, layers: int) -> int:
    return forecast(read_header(path).shape, Setup(2048, layers, slots=N_SLOTS)).vram.total


async def test_layers_are_chosen_by_what_the_card_has_free(tmp_path: Path, card: Card) -> None:
    path = make_hollow(tmp_path / "m.gguf", SHAPE)
    for free, layers in ((PLENTY, N_LAYER + 1), (needed(path, 3), 3), (1000, 0)):
        async with backend(tmp_path, lambda free=free: (free,)) as one:  # type: ignore[misc]
            await one.load("m.gguf", ASKED)
        assert card.loads[-1].n_gpu_layers == layers


async def test_layers_that_a_person_asked_for_are_not_changed(tmp_path: Path, card: Card) -> None:
    make_hollow(tmp_path / "m.gguf", SHAPE)
    async with backend(tmp_path, lambda: (PLENTY,)) as one:
        await one.load("m.gguf", Params(n_ctx=2048, n_gpu_layers=2))
    assert card.loads[-1].n_gpu_layers == 2


async def test_asking_for_too_many_layers_is_refused_with_as_many_as_fit(tmp_path: Path, card: Card) -> None:
    path = make_hollow(tmp_path / "m.gguf", SHAPE)
    free = needed(path, 3)
    async with backend(tmp_path, lambda: (free,)) as one:
        with pytest.raises(NoMemory) as caught:
            await one.load("m.gguf", Params(n_ctx=2048, n_gpu_layers=N_LAYER + 1))
    assert (caught.value.fits_n_ctx, caught.value.fits_gpu_layers) == (None, 3)
    assert card.loads == []


async def test_a_card_whose_driver_tells_nothing_gets_what_the_build_can(tmp_path: Path, card: Card) -> None:
    make_hollow(tmp_path / "m.gguf", SHAPE)
    async with backend(tmp_path, lambda: ()) as one:
        await one.load("m.gguf", ASKED)
    assert card.loads[-1].n_gpu_layers is None


async def test_a_card_that_was_taken_meanwhile_costs_only_speed(tmp_path: Path, card: Card) -> None:
    make_hollow(tmp_path / "m.gguf", SHAPE)
    card.failures = ["no_memory", "no_memory"]
    async with backend(tmp_path, lambda: (PLENTY,)) as one:
        await one.load("m.gguf", ASKED)
        assert (await one.list())[0].loaded
    assert [card.loads[0].n_gpu_layers, card.loads[-1].n_gpu_layers] == [N_LAYER + 1, 0]


async def test_a_card_with_a_little_less_than_it_says_takes_fewer_layers(tmp_path: Path, card: Card) -> None:
    path = make_hollow(tmp_path / "m.gguf", SHAPE)
    card.failures = ["no_memory"]
    free = int(needed(path, 3) / 0.75)
    async with backend(tmp_path, lambda: (free,)) as one:
        await one.load("m.gguf", ASKED)
    assert card.loads[0].n_gpu_layers == N_LAYER + 1
    assert card.loads[-1].n_gpu_layers == 3


@pytest.mark.parametrize("failure", ["dies", "bad_file"])
async def test_a_card_that_vanishes_between_forecast_and_load_costs_only_speed(
    tmp_path: Path, card: Card, failure: Literal["dies", "bad_file"]
) -> None:
    make_hollow(tmp_path / "m.gguf", SHAPE)
    card.failures = [failure]
    async with backend(tmp_path, lambda: (PLENTY,) if card.failures else ()) as one:
        await one.load("m.gguf", ASKED)
        assert (await one.list())[0].loaded
    assert card.loads[0].n_gpu_layers == N_LAYER + 1
    assert card.loads[0].split == (N_LAYER + 1,)
    assert card.loads[-1].split == ()


async def test_layers_a_person_asked_for_that_the_card_refuses_are_answered_with_fewer(
    tmp_path: Path, card: Card
) -> None:
    make_hollow(tmp_path / "m.gguf", SHAPE)
    card.failures = ["no_memory"]
    async with backend(tmp_path, lambda: (PLENTY,)) as one:
        with pytest.raises(NoMemory) as caught:
            await one.load("m.gguf", Params(n_ctx=2048, n_gpu_layers=N_LAYER + 1))
    error = caught.value
    assert error.was_tried
    assert error.need_parts is not None
    assert (error.free_vram_bytes, error.fits_n_ctx) == (PLENTY, None)
    assert error.fits_gpu_layers in range(N_LAYER)
    assert len(card.loads) == 1


async def test_two_cards_share_what_one_does_not_hold(tmp_path: Path, card: Card) -> None:
    path = make_hollow(tmp_path / "m.gguf", Hollow(n_embd=1024, n_layer=N_LAYER, n_head=16, n_ff=4096))
    most = needed(path, N_LAYER + 1)
    async with backend(tmp_path, lambda: (most - 1, most - 1)) as one:
        await one.load("m.gguf", ASKED)
        info = (await one.list())[0]
    assert card.loads[-1].n_gpu_layers == sum(card.loads[-1].split) == N_LAYER + 1
    assert all(card.loads[-1].split)
    assert info.forecast is not None
    assert len(info.forecast.gpus) == 2


async def test_an_idle_model_leaves_the_card_to_the_one_that_is_asked(tmp_path: Path, card: Card) -> None:
    for name in ("a", "b"):
        path = make_hollow(tmp_path / f"{name}.gguf", SHAPE)
    whole = int(needed(path, N_LAYER + 1) * 1.1)

    def vram() -> tuple[int, ...]:
        loaded = sum(one._residents.loaded(name) is not None for name in ("a.gguf", "b.gguf"))
        return (max(0, whole - loaded * whole // 2),)

    async with backend(tmp_path, vram) as one:
        await one.load("a.gguf", ASKED)
        await one.load("b.gguf", ASKED)
        assert [info.loaded for info in await one.list()] == [False, True]
    assert card.loads[-1].n_gpu_layers == N_LAYER + 1
    assert psutil.Process().children() == []
