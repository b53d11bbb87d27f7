"""Models that have no room side by side: nobody is refused who only has to wait, loads are few, waiting has an end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from engine.backends.base import ChatRequest
from engine.backends.llama_cpp.parent import LlamaCppBackend, is_installed
from engine.backends.llama_cpp.resident import N_SLOTS
from engine.errors import NoMemory
from engine.events import Delta
from engine.fitting import Free
from engine.forecast import Setup, forecast
from engine.gguf import read_header
from engine.messages import Message, Params
from tests.tiny_gguf import make_gguf

pytestmark = pytest.mark.skipif(not is_installed(), reason="without llama-cpp-python")

N_CTX = 65_536
"""So large that a model takes far more than its process."""
MODELS = ("a", "b", "c")


class Room:
    """Memory for `places` of the models: what is free is what the loaded ones leave of it."""

    def __init__(self, folder: Path, places: float) -> None:
        self.folder = folder
        need = forecast(read_header(folder / "a.gguf").shape, Setup(N_CTX, slots=N_SLOTS)).ram.total
        self.need, self.whole = need, int(need * places)
        self.loads: list[str] = []
        self.count: Callable[[], int] = lambda: 0

    def free(self) -> Free:
        return Free(self.whole - self.need * self.count())


@asynccontextmanager
async def opened(folder: Path, places: float, patience_s: float = 60.0) -> AsyncIterator[tuple[LlamaCppBackend, Room]]:
    for name in MODELS:
        make_gguf(folder / f"{name}.gguf", says=[name, " said"])
    room = Room(folder, places)
    async with LlamaCppBackend(
        folder, folder / "models.yaml", free_memory=room.free, patience_s=patience_s, n_threads=1
    ) as backend:
        residents = backend._residents
        room.count = lambda: sum(residents.loaded(f"{name}.gguf") is not None for name in MODELS)
        load = residents._loaded

        async def noted(wanted: object) -> object:
            before = {name for name in MODELS if residents.loaded(f"{name}.gguf")}
            resident = await load(wanted)  # type: ignore[arg-type]
            room.loads += [resident.file.name[0]] if resident.file.name[0] not in before else []
            return resident

        residents._loaded = noted  # type: ignore[method-assign, assignment]
        yield backend, room


async def ask(backend: LlamaCppBackend, model: str, hold: asyncio.Event | None = None) -> str:
    """One answer; with `hold` it is not read to its end before that is set."""
    text = []
    request = ChatRequest(f"{model}.gguf", (Message("user", "?"),), Params(n_ctx=N_CTX, max_tokens=8, temperature=0))
    async with aclosing(backend.stream(request)) as chunks:
        async for chunk in chunks:
            if isinstance(chunk, Delta):
                text.append(chunk.text)
                if hold is not None:
                    await hold.wait()
    return "".join(text)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.01)


async def test_a_model_waits_for_the_answer_of_another_instead_of_being_refused(tmp_path: Path) -> None:
    async with opened(tmp_path, places=1.5) as (backend, room):
        go = asyncio.Event()
        first = asyncio.create_task(ask(backend, "a", go))
        await until(lambda: room.loads == ["a"])
        second = asyncio.create_task(ask(backend, "b"))
        await asyncio.sleep(0.3)
        assert not second.done()
        go.set()
        assert await first == "a said"
        assert await second == "b said"


async def test_what_has_no_room_even_alone_is_refused_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path, places=0.3) as (backend, _):
        with pytest.raises(NoMemory):
            await ask(backend, "a")


async def test_a_small_one_does_not_wait_behind_one_that_lacks_room(tmp_path: Path) -> None:
    async with opened(tmp_path, places=2.5) as (backend, room):
        go = asyncio.Event()
        first = asyncio.create_task(ask(backend, "a", go))
        await until(lambda: room.loads == ["a"])
        room.whole -= room.need
        second = asyncio.create_task(ask(backend, "b"))
        await asyncio.sleep(0.3)
        room.whole += room.need
        assert await ask(backend, "c") == "c said"
        assert not first.done()
        go.set()
        assert (await first, await second) == ("a said", "b said")


async def test_runs_over_models_that_take_turns_load_each_as_seldom_as_can_be(tmp_path: Path) -> None:
    async def run(backend: LlamaCppBackend) -> list[str]:
        return [await ask(backend, model) for model in MODELS]

    async with opened(tmp_path, places=1.5) as (backend, room):
        answers = await asyncio.gather(*(run(backend) for _ in range(6)))
        assert answers == [["a said", "b said", "c said"]] * 6
        assert room.loads == ["a", "b", "c"]


async def test_nobody_waits_for_ever_behind_a_model_that_is_always_in_use(tmp_path: Path) -> None:
    """Answers of a overlap without a pause, so that it is never idle."""
    async with opened(tmp_path, places=1.5, patience_s=0.2) as (backend, room):
        ended = asyncio.Event()

        async def busy() -> None:
            while not ended.is_set():
                await ask(backend, "a")

        crowd = [asyncio.create_task(busy()) for _ in range(4)]
        await until(lambda: room.loads == ["a"])
        async with asyncio.timeout(20):
            assert await ask(backend, "b") == "b said"
        ended.set()
        await asyncio.gather(*crowd)
        assert room.loads[:2] == ["a", "b"]


async def test_who_gives_up_waiting_is_forgotten(tmp_path: Path) -> None:
    async with opened(tmp_path, places=1.5, patience_s=0.0) as (backend, room):
        go = asyncio.Event()
        first = asyncio.create_task(ask(backend, "a", go))
        await until(lambda: room.loads == ["a"])
        second = asyncio.create_task(ask(backend, "b"))
        await asyncio.sleep(0.2)
        second.cancel()
        await asyncio.wait({second})
        assert await ask(backend, "a") == "a said"
        go.set()
        await first
        assert room.loads == ["a"]
