"""What was loaded is loaded again at the start, as far as it fits; what nobody uses leaves in time."""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from engine import warmth
from engine.assembly import Engine, open_engine
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.dialogs import Dialogs, Place
from engine.fitting import Free
from engine.messages import Params
from engine.warmth import Warmth
from tests.engine.conversation import ANNA, Conversation, open_conversation, settings_at
from tests.tiny_gguf import make_gguf

HOUR_S = 3600.0


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[LlamaCppBackend]:
    async with LlamaCppBackend(tmp_path, tmp_path / "models.yaml", free_memory=lambda: Free(1 << 34)) as backend:
        yield backend


async def loaded(backend: Any) -> list[str]:
    return [info.name for info in await backend.list() if info.loaded]


async def test_a_model_leaves_when_nobody_used_it_for_as_long_as_it_is_kept(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    entries = "a: {file: a.gguf, keep_alive: 2h}", "b: {file: b.gguf}", "c: {file: c.gguf, keep_alive: forever}"
    (tmp_path / "models.yaml").write_text("models:\n  " + "\n  ".join(entries))
    for name in ("a", "b", "c"):
        make_gguf(tmp_path / f"{name}.gguf")
        await backend.load(name, Params())
    now = time.monotonic()
    await backend.unload_unused(now + HOUR_S / 2, HOUR_S)
    assert await loaded(backend) == ["a", "b", "c"]
    await backend.unload_unused(now + 1.5 * HOUR_S, HOUR_S)
    assert await loaded(backend) == ["a", "c"]
    await backend.unload_unused(now + 1e9, HOUR_S)
    assert await loaded(backend) == ["c"]


async def test_a_model_that_is_used_stays(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    async with backend._residents.use(await wanted(backend)):
        await backend.unload_unused(time.monotonic() + 1e9, 0.0)
        assert await loaded(backend) == ["m.gguf"]


async def wanted(backend: LlamaCppBackend) -> Any:
    from engine.backends.llama_cpp.resident import Wanted

    return Wanted(await backend._file("m.gguf"), 512)


async def test_what_fits_beside_is_loaded_and_nothing_makes_room_for_it(tmp_path: Path) -> None:
    for name in ("a.gguf", "b.gguf"):
        make_gguf(tmp_path / name)
    free = [Free(1 << 34)]
    async with LlamaCppBackend(tmp_path, tmp_path / "models.yaml", free_memory=lambda: free[0]) as backend:
        assert await backend.load_beside("a.gguf", Params())
        free[0] = Free(20 << 20)
        assert not await backend.load_beside("b.gguf", Params())
        assert await loaded(backend) == ["a.gguf"]


@asynccontextmanager
async def open_again(folder: Path, **changes: Any) -> AsyncIterator[Engine]:
    async with open_engine(settings_at(folder, "llama_cpp").model_copy(update=changes)) as engine:
        yield engine


async def talk(folder: Path) -> None:
    """A session in which two models answered."""
    make_gguf(folder / "a.gguf")
    make_gguf(folder / "b.gguf")
    async with open_conversation(folder, "llama_cpp") as conversation:
        engine = conversation.engine
        models = engine.catalogue.models()
        for thread, model in enumerate(models):
            dialog = await engine.dialogs.open(Place(ANNA, thread + 1), ANNA)
            await engine.dialogs.choose_model(dialog.id, model.id)
            other = Conversation(engine, dialog.id, 100 * (thread + 1))
            await other.set(n_ctx=1024, max_tokens=2)
            await other.answer(await other.ask("hello"))


async def seen_loaded(engine: Engine, count: int) -> dict[str, int | None]:
    async with asyncio.timeout(30):
        while True:
            await engine.servers.refresh()
            found = [info for state in engine.servers.states() for info in state.models if info.loaded]
            if len(found) == count:
                return {info.name: info.loaded_tokens for info in found}
            await asyncio.sleep(0.05)


async def test_the_models_of_the_last_session_are_there_after_a_restart_as_they_were(tmp_path: Path) -> None:
    await talk(tmp_path)
    async with open_again(tmp_path) as engine:
        assert await seen_loaded(engine, 2) == {"a.gguf": 1024, "b.gguf": 1024}


async def test_a_model_whose_time_was_over_is_not_loaded_again_nor_one_that_is_gone(tmp_path: Path) -> None:
    await talk(tmp_path)
    (tmp_path / "b.gguf").unlink()
    async with open_conversation(tmp_path, "llama_cpp") as conversation:
        await conversation.engine.database.write(
            "UPDATE answers SET started_at = started_at - 9000 WHERE model = 'a.gguf'"
        )
    async with open_again(tmp_path, llm_warm_start=False) as engine:
        backend = engine.servers.backend("llama_cpp")
        assert isinstance(backend, LlamaCppBackend)
        for keep_alive_s, expected in ((HOUR_S, []), (math.inf, ["a.gguf"])):
            await Warmth(backend, engine.answers, Dialogs(engine.database), keep_alive_s).warm_up()
            assert await loaded(backend) == expected


async def test_idle_models_leave_while_the_bot_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warmth, "LOOK_EVERY_S", 0.01)
    await talk(tmp_path)
    async with open_again(tmp_path, llm_keep_alive=0.0) as engine:
        backend = engine.servers.backend("llama_cpp")
        await backend.load("a.gguf", Params())
        assert await seen_loaded(engine, 0) == {}
