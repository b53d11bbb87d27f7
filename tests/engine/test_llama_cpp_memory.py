"""Embedded models and memory: what was forecast, what is really taken, and what a refusal tells."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import gguf
import pytest

from engine.backends.base import ModelInfo
from engine.backends.llama_cpp import plans
from engine.backends.llama_cpp.machine import has_gpu_code
from engine.backends.llama_cpp.parent import LlamaCppBackend, is_installed
from engine.backends.llama_cpp.plans import taken
from engine.backends.llama_cpp.resident import N_SLOTS
from engine.backends.llama_cpp.wire import Loaded
from engine.database import open_database
from engine.easing import easings
from engine.errors import NoMemory
from engine.fitting import Free
from engine.forecast import CUDA_BYTES, MIB, Need, Setup, Taken, forecast
from engine.gguf import read_header
from engine.measurements import Measurements
from engine.messages import Params
from tests.hollow_gguf import Hollow, make_hollow

pytestmark = pytest.mark.skipif(not is_installed(), reason="without llama-cpp-python")

PLENTY = 1 << 36
HELD = 40 * MIB
"""About what the process holds before its model is there: it is part of a forecast, and not of what is free."""
LARGE = Hollow(n_embd=1024, n_head=16, n_ff=4096, n_layer=4)


@asynccontextmanager
async def opened(folder: Path, free: int = PLENTY) -> AsyncIterator[tuple[LlamaCppBackend, Measurements]]:
    async with open_database(folder / "a.db") as database:
        measurements = Measurements(database)
        await measurements.open()
        async with LlamaCppBackend(
            folder, folder / "models.yaml", free_memory=lambda: Free(free), measurements=measurements
        ) as backend:
            yield backend, measurements


async def info_of(backend: LlamaCppBackend, model: str) -> ModelInfo:
    return next(info for info in await backend.list() if info.name == model)


def need(path: Path, n_ctx: int) -> int:
    return forecast(read_header(path).shape, Setup(n_ctx, slots=N_SLOTS)).ram.total


async def test_a_loaded_model_tells_what_it_really_takes_and_the_forecast_was_near(tmp_path: Path) -> None:
    make_hollow(tmp_path / "m.gguf", LARGE)
    async with opened(tmp_path) as (backend, _):
        assert (await info_of(backend, "m.gguf")).measured is None
        await backend.load("m.gguf", Params(n_ctx=8192))
        info = await info_of(backend, "m.gguf")
    assert info.forecast is not None
    assert info.measured is not None
    assert info.forecast.setup.n_ctx == 8192
    assert info.uses_gpu == has_gpu_code()
    assert info.gives_back is not None
    assert 0 < info.gives_back.ram.total <= info.measured.ram.total
    assert info.measured.ram.context == info.forecast.ram.context
    assert info.measured.all.total == pytest.approx(info.forecast.ram.total, rel=0.05, abs=60 * MIB)


async def test_what_was_measured_mends_the_next_forecast_even_after_a_restart(tmp_path: Path) -> None:
    make_hollow(tmp_path / "m.gguf", LARGE)
    async with opened(tmp_path) as (backend, _):
        before = (await info_of(backend, "m.gguf")).forecast
        await backend.load("m.gguf", Params())
        measured = (await info_of(backend, "m.gguf")).measured
    async with opened(tmp_path) as (backend, _):
        after = (await info_of(backend, "m.gguf")).forecast
    assert before is not None
    assert after is not None
    assert measured is not None
    assert before.all.total != measured.all.total
    assert after.all.total == pytest.approx(measured.all.total, rel=0.001)


async def test_a_refusal_tells_its_arithmetic_and_the_window_that_would_fit(tmp_path: Path) -> None:
    path = make_hollow(tmp_path / "m.gguf", LARGE)
    async with opened(tmp_path, free=need(path, 4096) + MIB) as (backend, _):
        with pytest.raises(NoMemory) as caught:
            await backend.load("m.gguf", Params(n_ctx=32768))
        error = caught.value
        assert error.need_parts is not None
        assert sum(error.need_parts) == error.need_bytes
        assert error.fits_n_ctx == 4096
        assert (error.fits_gpu_layers, error.fits_model) == (None, None)
        await backend.load("m.gguf", Params(n_ctx=error.fits_n_ctx))


async def test_what_does_not_fit_as_asked_is_loaded_with_a_sacrifice_and_that_is_told(tmp_path: Path) -> None:
    sliding = Hollow("gemma3", n_layer=6, n_head=8, n_head_kv=8, head=64, window=512, tied=True)
    path = make_hollow(tmp_path / "m.gguf", sliding)
    shape = read_header(path).shape
    short_windows, *_ = easings(shape, Setup(16384, slots=N_SLOTS))
    async with opened(tmp_path, free=forecast(shape, short_windows).ram.total) as (backend, _):
        await backend.load("m.gguf", Params(n_ctx=16384))
        info = await info_of(backend, "m.gguf")
    assert info.forecast is not None
    assert info.measured is not None
    assert info.forecast.setup == short_windows
    assert info.measured.ram.context == pytest.approx(info.forecast.ram.context, rel=0.01)
    assert info.measured.ram.total == pytest.approx(info.forecast.ram.total, rel=0.05, abs=10 * MIB)


async def test_a_refusal_names_a_smaller_file_of_the_same_model(tmp_path: Path) -> None:
    kinds = {"q8": gguf.GGMLQuantizationType.Q8_0, "f32": gguf.GGMLQuantizationType.F32}
    paths = {
        name: make_hollow(
            tmp_path / f"{name}.gguf", Hollow(n_embd=1024, n_head=16, n_head_kv=2, n_ff=4096, n_layer=8, weights=kind)
        )
        for name, kind in kinds.items()
    }
    async with opened(tmp_path, free=need(paths["q8"], 4096) + 8 * MIB) as (backend, _):
        with pytest.raises(NoMemory) as caught:
            await backend.load("f32.gguf", Params(n_ctx=4096))
        assert caught.value.fits_model == "q8.gguf"
        assert caught.value.fits_n_ctx is None


async def test_a_close_call_is_rehearsed_and_others_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_hollow(tmp_path / "m.gguf", LARGE)
    asked: list[Setup] = []
    rehearsed = plans.rehearsed

    async def noted(path: str, setup: Setup) -> Need | None:
        asked.append(setup)
        return await rehearsed(path, setup)

    monkeypatch.setattr(plans, "rehearsed", noted)
    async with opened(tmp_path) as (backend, _):
        await backend.load("m.gguf", Params(n_ctx=512))
    assert asked == []
    async with opened(tmp_path, free=need(path, 16384) - HELD // 2) as (backend, _):
        await backend.load("m.gguf", Params(n_ctx=16384))
    assert asked == [Setup(16384, slots=N_SLOTS)], "once, though a load may be tried twice"


async def test_a_model_that_the_fastest_code_cannot_take_is_loaded_the_slower_way(tmp_path: Path) -> None:
    make_hollow(tmp_path / "m.gguf", Hollow("deepseek2", n_embd=1024, n_head=16))
    async with opened(tmp_path) as (backend, _):
        await backend.load("m.gguf", Params(n_ctx=512))
        assert (await info_of(backend, "m.gguf")).loaded


async def test_weights_read_from_a_file_count_as_taken_for_the_next_model(tmp_path: Path) -> None:
    for name in ("a", "b"):
        make_hollow(tmp_path / f"{name}.gguf", Hollow(n_embd=1024, n_head=16, weights=gguf.GGMLQuantizationType.F32))
    size = need(tmp_path / "b.gguf", 512)
    async with opened(tmp_path, free=size + 20 * MIB) as (backend, _):
        await backend.load("a.gguf", Params(n_ctx=512))
        await backend.load("b.gguf", Params(n_ctx=512))
        assert not (await info_of(backend, "a.gguf")).loaded, "it had to make room"


def test_what_cuda_takes_itself_is_part_of_the_fact() -> None:
    loaded = Loaded(1, 0.1, (1, 2, 3), ((0, 0, 0), (10, 20, 30)))
    assert taken(loaded, Free(1, (1, 1))) == Taken(Need(1, 2, 3), (Need(), Need(10, 20, 30 + CUDA_BYTES)))
    assert taken(Loaded(1, 0.1, (1, 2, 3), ()), Free(1, (1,))) == Taken(Need(1, 2, 3), (Need(),))
