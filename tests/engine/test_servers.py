"""The servers of the settings: found, looked after, left out, back again; and what the log says of it."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from config.settings import ServerAddress, Settings
from engine.errors import RequestRefused, ServerDown, SilentModel
from engine.servers import Servers, in_order, remote_backends
from tests.fakes.model_server import FakeModel
from tests.fakes.ollama import open_ollama
from tests.fakes.openai import open_openai

SOON_S = 0.01


def settings(**values: object) -> Settings:
    nobody = {"ollama_base_url": (), "lmstudio_base_url": ()}
    return Settings(_env_file=None, **(nobody | values))  # type: ignore[arg-type, call-arg]


def at(url: str, name: str = "home") -> tuple[ServerAddress, ...]:
    return (ServerAddress(name=name, url=url),)


class Changes:
    """Counts the calls of `changed`, and lets a test wait for the next."""

    def __init__(self) -> None:
        self.count = 0
        self._new = asyncio.Event()

    async def __call__(self) -> None:
        self.count += 1
        self._new.set()

    async def next(self) -> None:
        async with asyncio.timeout(10):
            await self._new.wait()
        self._new.clear()


@asynccontextmanager
async def watched(
    settings: Settings, changed: Callable[[], Awaitable[None]] | None = None, every_s: float = 1000.0
) -> AsyncIterator[Servers]:
    servers = Servers(remote_backends(settings), every_s, changed)
    watch = asyncio.create_task(servers.watch())
    try:
        await servers.first_look(10)
        yield servers
    finally:
        watch.cancel()
        await asyncio.wait([watch])
        await servers.aclose()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


async def test_servers_of_all_kinds_are_found_with_their_models() -> None:
    async with open_ollama(FakeModel("a")) as ollama, open_openai("vllm", FakeModel("b"), FakeModel("c")) as vllm:
        chosen = settings(ollama_base_url=at(ollama.url, "one"), vllm_base_url=at(vllm.url, "two"))
        async with watched(chosen) as servers:
            one, two = servers.states()
            assert (one.name, one.kind, one.url, one.error) == ("one", "ollama", ollama.url, None)
            assert [model.name for model in one.models] == ["a"]
            assert [model.name for model in two.models] == ["b", "c"]
            assert one.checked_at is not None
            assert servers.backend("two").kind == "vllm"


async def test_providers_set_the_order_and_leave_out_the_rest() -> None:
    chosen = settings(
        llm_providers=("vllm", "ollama", "llama_cpp"),
        ollama_base_url=(ServerAddress(name="o1", url="http://a"), ServerAddress(name="o2", url="http://b")),
        vllm_base_url=at("http://c", "v"),
        lmstudio_base_url=at("http://d", "l"),
    )
    backends = remote_backends(chosen)
    assert [backend.server for backend in backends] == ["v", "o1", "o2"]
    assert [backend.server for backend in in_order(backends[::-1], ("ollama", "vllm"))] == ["o2", "o1", "v"]


async def test_two_servers_of_one_name_are_told_apart() -> None:
    chosen = settings(ollama_base_url=at("http://a", "box"), vllm_base_url=at("http://a", "box"))
    assert [backend.server for backend in remote_backends(chosen)] == ["box", "box-vllm"]


async def test_the_key_goes_to_openai_servers_only() -> None:
    async with open_openai("openai") as cloud, open_openai("vllm") as home:
        urls = {"openai_base_url": at(cloud.url, "cloud"), "vllm_base_url": at(home.url, "home")}
        async with watched(settings(openai_api_key="sk-1", **urls)):
            assert {asked.headers.get("Authorization") for asked in cloud.asked} == {"Bearer sk-1"}
            assert {asked.headers.get("Authorization") for asked in home.asked} == {None}


async def test_a_refused_port_is_a_server_that_is_down() -> None:
    async with watched(settings(ollama_base_url=at(f"http://127.0.0.1:{free_port()}"))) as servers:
        (state,) = servers.states()
        assert isinstance(state.error, ServerDown)
        assert state.models == ()
        assert not state.is_well


async def test_an_address_that_swallows_packets_does_not_hold_up_the_start() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        async with open_ollama() as ollama:
            black_hole = f"http://127.0.0.1:{deaf.getsockname()[1]}"
            chosen = settings(ollama_base_url=at(ollama.url), vllm_base_url=at(black_hole, "hole"))
            servers = Servers(remote_backends(chosen), 1000.0)
            watch = asyncio.create_task(servers.watch())
            await servers.refresh("home")
            await servers.first_look(0.01)
            home, hole = servers.states()
            assert home.is_well
            assert hole.checked_at is None
            watch.cancel()
            await asyncio.wait([watch])
            await servers.aclose()


async def test_a_server_that_starts_later_is_found() -> None:
    port = free_port()
    changes = Changes()
    async with watched(settings(ollama_base_url=at(f"http://127.0.0.1:{port}")), changes, SOON_S) as servers:
        await changes.next()
        assert not servers.states()[0].is_well
        async with open_ollama(port=port):
            await changes.next()
            assert servers.states()[0].is_well


async def test_a_server_that_goes_is_left_out() -> None:
    changes = Changes()
    async with open_ollama() as ollama:
        chosen = settings(ollama_base_url=at(ollama.url))
        watching = watched(chosen, changes)
        servers = await watching.__aenter__()
        await changes.next()
    servers.look_again("home")
    await changes.next()
    assert isinstance(servers.states()[0].error, ServerDown)
    await watching.__aexit__(None, None, None)


async def test_only_a_difference_is_told() -> None:
    changes = Changes()
    async with open_ollama() as ollama, watched(settings(ollama_base_url=at(ollama.url)), changes) as servers:
        await servers.refresh()
        assert changes.count == 1
        ollama.models["new"] = FakeModel("new")
        await servers.refresh("home")
        assert changes.count == 2
        assert [model.name for model in servers.states()[0].models] == ["llama3:latest", "new"]


async def test_a_server_that_is_no_longer_in_the_settings_is_nothing_to_look_at() -> None:
    servers = Servers([], 1000.0)
    await servers.refresh("gone")
    assert servers.states() == ()


async def test_a_server_too_busy_to_answer_in_time_is_not_left_out() -> None:
    async with open_openai("vllm") as vllm:
        chosen = settings(vllm_base_url=at(vllm.url), llm_connect_timeout_s=1.0)
        async with watched(chosen) as servers:
            assert servers.states()[0].is_well
            vllm.answers.clear()
            await servers.refresh()
            assert servers.states()[0].is_well
            vllm.answers.set()


async def test_a_server_that_never_answered_in_time_is_out() -> None:
    async with open_openai("vllm") as vllm:
        vllm.answers.clear()
        async with watched(settings(vllm_base_url=at(vllm.url), llm_connect_timeout_s=0.1)) as servers:
            assert isinstance(servers.states()[0].error, SilentModel)
            vllm.answers.set()


async def test_nobody_at_a_default_address_is_nothing_to_warn_of(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with watched(settings(ollama_base_url=at(f"http://127.0.0.1:{free_port()}", "ollama"))) as servers:
        await servers.refresh()
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert caplog.messages[0].startswith("ollama at http://127.0.0.1:")


async def test_the_log_has_a_line_for_each_change(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with open_ollama() as ollama:
        servers = Servers(remote_backends(settings(ollama_base_url=at(ollama.url))), 1000.0)
        for _ in range(2):
            await servers.refresh()
    for _ in range(2):
        await servers.refresh()
    await servers.aclose()
    said = [record.getMessage() for record in caplog.records if record.name == "engine.servers"]
    assert said == [f"home at {ollama.url} is there, models: 1", f"home at {ollama.url} is left out: ServerDown"]


@pytest.mark.parametrize("kind", ["ollama", "vllm"])
async def test_a_password_reaches_the_server_and_no_log(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with open_ollama() as ollama, open_openai("vllm") as vllm:
        server = ollama if kind == "ollama" else vllm
        url = server.url.replace("http://", "http://me:secret@")
        async with watched(settings(**{f"{kind}_base_url": at(url)})) as servers:
            assert servers.states()[0].is_well
            assert servers.states()[0].url == server.url
        assert {asked.headers["Authorization"] for asked in server.asked} == {"Basic bWU6c2VjcmV0"}
    assert "secret" not in caplog.text


async def test_a_stranger_at_the_address_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    async with open_ollama() as ollama, watched(settings(vllm_base_url=at(ollama.url))) as servers:
        assert isinstance(servers.states()[0].error, RequestRefused)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
