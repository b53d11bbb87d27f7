"""Memory as people see it: what is free, what models take, and why one does not fit."""

from pathlib import Path

import pytest

from bot.errors import sentence
from bot.features import memory
from bot.features.servers import model_lines
from bot.picker import label
from bot.sizes import gib
from bot.texts import texts
from engine.backends.base import ModelInfo
from engine.backends.llama_cpp.parent import is_installed
from engine.catalogue import Model
from engine.errors import NoMemory
from engine.fitting import Free
from engine.forecast import Forecast, Need, Setup, Taken
from engine.memory import Gpu
from engine.messages import Params
from tests.bot.conftest import open_home
from tests.hollow_gguf import Hollow, make_hollow

GIB = 1 << 30
PARTS = (int(4.1 * GIB), int(0.7 * GIB), int(0.3 * GIB))


@pytest.mark.skipif(not is_installed(), reason="without llama-cpp-python")
async def test_the_owner_sees_forecast_and_fact_of_a_loaded_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "gpus", lambda: (Gpu("RTX 3060", 3 * GIB, 12 * GIB),))
    async with open_home(tmp_path) as home:
        home.settings.models_dir.mkdir(exist_ok=True)
        make_hollow(home.settings.models_dir / "small.gguf", Hollow())
        await home.engine.catalogue.refresh("llama_cpp")
        await home.engine.servers.backend("llama_cpp").load("small.gguf", Params(n_ctx=2048))
        mine = await home.chat_of(home.owner)
        await home.owner.say(mine, "/memory")
        shown = (await home.until_text(mine, "small.gguf")).text
    assert "💾 Free RAM: " in shown
    assert "🎮 RTX 3060: 3.0 of 12.0 GB free" in shown
    assert "window 2048 · 4 dialogs at a time · forecast 0.0" in shown
    assert "really 0.0" in shown
    assert "= weights 0.0" in shown


def refused(**what_fits: object) -> str:
    error = NoMemory("llama_cpp", "m", need_bytes=sum(PARTS), free_bytes=int(3.9 * GIB), need_parts=PARTS, **what_fits)  # type: ignore[arg-type]
    return sentence(error, texts("en"))


def test_a_refusal_can_be_checked_by_adding_up() -> None:
    first = refused().splitlines()[0]
    assert first == "m needs 5.1 GB = weights 4.1 + context 0.7 + work 0.3; 3.9 GB are free."


@pytest.mark.parametrize(
    ("what_fits", "advice"),
    [
        ({}, "Nothing of it would fit: choose a smaller model."),
        ({"fits_n_ctx": 2048}, "It would fit with a smaller window: /set n_ctx 2048"),
        ({"fits_gpu_layers": 0}, "It would fit with no layer on the GPU: /set n_gpu_layers 0"),
        ({"fits_gpu_layers": 21}, "It would fit with 21 layers on the GPU: /set n_gpu_layers 21"),
        (
            {"fits_n_ctx": 2048, "fits_gpu_layers": 3},
            "It would fit with a smaller window and other layers on the GPU: /set n_ctx 2048 and /set n_gpu_layers 3",
        ),
        ({"fits_n_ctx": 4096, "fits_key_bits": 8}, "It would fit with a smaller window: /set n_ctx 4096"),
        ({"fits_model": "m-q4.gguf"}, "m-q4.gguf is the same model in fewer bytes, and would fit."),
    ],
    ids=["nothing", "window", "no layer", "layers", "both", "window and keys", "another file"],
)
def test_a_refusal_names_the_nearest_plan(what_fits: dict[str, object], advice: str) -> None:
    assert refused(**what_fits).splitlines()[1] == advice


def test_a_refusal_says_what_its_plan_does_without() -> None:
    eased = refused(fits_n_ctx=4096, fits_key_bits=8, fits_slots=1).splitlines()[2:]
    assert eased == ["The context's keys are then kept in 8 bits.", "One dialog is then answered at a time."]


def test_a_refusal_counts_ram_and_gpu_apart_where_there_is_one() -> None:
    devices = refused(need_vram_bytes=4 * GIB, free_vram_bytes=3 * GIB, was_tried=True).splitlines()[1:3]
    assert devices == [
        "In RAM 1.1 of 0.9 GB, on the GPU 4.0 of 3.0 GB.",
        "By that sum it should have fitted, but the machine refused.",
    ]


def test_a_refusal_speaks_russian() -> None:
    error = NoMemory("s", "m", need_bytes=sum(PARTS), free_bytes=GIB, need_parts=PARTS, fits_gpu_layers=22)
    assert "на GPU будет 22 слоя: /set n_gpu_layers 22" in sentence(error, texts("ru"))


def test_a_model_that_does_not_fit_is_red_and_says_its_sum() -> None:
    forecast = Forecast(Setup(8192), Need(*PARTS))
    model = Model(1, "llama_cpp", ModelInfo("m", size_bytes=PARTS[0], forecast=forecast))
    assert label(model, texts("en"), Free(4 * GIB), is_chosen=False).startswith("🔴 m")
    assert label(model, texts("en"), Free(6 * GIB), is_chosen=False).startswith("🟢 m")
    assert label(model, texts("en"), Free(2 * GIB, (4 * GIB,)), is_chosen=False).startswith("🟡 m")
    assert "needs 5.1 GB = weights 4.1 + context 0.7 + work 0.3" in model_lines(model, Free(4 * GIB), texts("en"))
    assert "needs" not in model_lines(model, Free(6 * GIB), texts("en"))


def test_a_model_on_a_gpu_says_how_much_is_where() -> None:
    forecast = Forecast(Setup(8192, 33, cache_type="q8_0", slots=2), Need(*PARTS))
    taken = Taken(Need(work=GIB), (Need(4 * GIB), Need(2 * GIB)))
    model = Model(1, "llama_cpp", ModelInfo("m", loaded=True, forecast=forecast, measured=taken))
    assert memory.model_lines(model, texts("en")).endswith(
        "window 8192, 33 layers on the GPU · keys in q8_0 · 2 dialogs at a time · forecast 5.1 GB"
        " · really 7.0 GB = weights 6.0 + context 0.0 + work 1.0 · 1.0 GB in RAM, 6.0 GB on the GPU"
    )


def test_small_parts_of_a_sum_are_not_shown_as_nothing() -> None:
    assert [gib(size) for size in (0, GIB // 20, GIB, 12 * GIB)] == [0.0, 0.05, 1.0, 12.0]
