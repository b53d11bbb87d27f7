"""What a pipeline will take, gathered from the backends of its models."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from engine.backends.base import Backend, ModelInfo
from engine.backends.llama_cpp.parent import LlamaCppBackend, is_installed
from engine.backends.llama_cpp.resident import N_SLOTS
from engine.backends.ollama import OllamaBackend
from engine.backends.wire import Patience
from engine.catalogue import Model
from engine.fitting import Free
from engine.forecast import MIB, Setup, forecast
from engine.gguf import read_header
from engine.memory import HEADROOM
from engine.memory_plan import StagePlan
from engine.messages import Params
from engine.planning import plan_stages
from engine.servers import Servers
from tests.hollow_gguf import Hollow, make_hollow

SHAPE = Hollow(n_embd=1024, n_head=16, n_ff=4096)
ASKED = Params(n_ctx=4096)


class Ground:
    """Two GGUF files and an Ollama here that is never asked; `free` is what the machine has to spare."""

    def __init__(self, folder: Path, url: str = "http://127.0.0.1:1") -> None:
        make_hollow(folder / "b.gguf", SHAPE)
        path = make_hollow(folder / "a.gguf", SHAPE)
        shape = read_header(path).shape
        self.one = forecast(shape, Setup(4096, slots=N_SLOTS)).ram.total
        self.least = forecast(shape, Setup(4096, cache_type="q8_0")).ram.total
        self.free = Free(0)
        self.backend = LlamaCppBackend(folder, folder / "models.yaml", free_memory=lambda: self.free)
        self.servers = Servers([self.backend, OllamaBackend("ollama", url, Patience(1, 1, 1))], 60.0)

    async def plans(self, *stages: Sequence[str | ModelInfo]) -> list[StagePlan]:
        return await plan_stages([[(model(wish), ASKED) for wish in stage] for stage in stages], self.backend_of)

    def backend_of(self, model: Model) -> Backend:
        return self.servers.backend(model.server)


def model(wish: str | ModelInfo) -> Model:
    return Model(1, "llama_cpp", ModelInfo(wish)) if isinstance(wish, str) else Model(2, "ollama", wish)


@pytest.fixture
async def ground(tmp_path: Path) -> AsyncIterator[Ground]:
    if not is_installed():
        pytest.skip("without llama-cpp-python")
    ground = Ground(tmp_path)
    yield ground
    await ground.servers.aclose()


async def test_each_stage_is_planned_by_itself(ground: Ground) -> None:
    ground.free = Free(int(1.5 * ground.one))
    first, second, third = await ground.plans(["a.gguf"], ["a.gguf", "b.gguf"], ["b.gguf"])
    assert [plan.verdict for plan in (first, second, third)] == ["together", "in turn", "together"]
    assert first.ram_bytes == third.ram_bytes == ground.one


async def test_a_model_that_does_not_fit_says_what_would(ground: Ground) -> None:
    ground.free = Free(ground.least - MIB)
    (plan,) = await ground.plans(["a.gguf"])
    assert plan.verdict == "too big"
    assert plan.refusals[0].fits_n_ctx == 2048


async def test_a_model_that_fits_with_smaller_keys_fits(ground: Ground) -> None:
    ground.free = Free(ground.least + 4 * MIB)
    (plan,) = await ground.plans(["a.gguf"])
    assert plan.verdict == "together"
    assert plan.shares[0].load.setup.cache_type == "q8_0"


async def test_a_model_of_another_server_here_counts_by_its_size_until_it_is_loaded(ground: Ground) -> None:
    ground.free = Free(int(1.5 * ground.one))
    size = int(ground.one / HEADROOM)
    (cold,) = await ground.plans(["a.gguf", ModelInfo("small", size_bytes=size)])
    (warm,) = await ground.plans(["a.gguf", ModelInfo("small", size_bytes=size, loaded=True)])
    assert (cold.verdict, warm.verdict) == ("in turn", "together")


async def test_a_server_elsewhere_looks_after_its_memory_itself(tmp_path: Path) -> None:
    ground = Ground(tmp_path, url="http://192.0.2.7:11434")
    (plan,) = await ground.plans([ModelInfo("huge", size_bytes=1 << 50)])
    assert (plan.verdict, plan.ram_bytes) == ("together", 0)
    await ground.servers.aclose()


async def test_what_is_loaded_already_does_not_speak_against_itself(ground: Ground) -> None:
    ground.free = Free(1 << 40)
    await ground.backend.load("a.gguf", ASKED)
    ground.free = Free(0)
    (plan,) = await ground.plans(["a.gguf"])
    assert plan.verdict == "together"
    assert plan.ram_bytes == pytest.approx(ground.one, rel=0.05, abs=30 * MIB)


async def test_an_idle_model_is_counted_as_room_for_another(ground: Ground) -> None:
    ground.free = Free(1 << 40)
    await ground.backend.load("a.gguf", ASKED)
    ground.free = Free(ground.least - 20 * MIB)
    (beside,) = await ground.plans(["b.gguf"])
    await ground.backend.unload("a.gguf")
    (alone,) = await ground.plans(["b.gguf"])
    assert (beside.verdict, alone.verdict) == ("together", "too big")
