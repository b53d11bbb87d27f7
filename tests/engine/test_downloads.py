"""A model's file comes whole or not at all, and never twice the same bytes."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import NamedTuple

import pytest

from config.downloads_file import Download, Shape, read_downloads
from engine import downloads as module
from engine.downloads import Downloads, room_of
from engine.errors import DownloadBroken, HubAway, HubRefused, NoRoomOnDisk
from engine.fitting import Free, best, nearest
from tests.fakes.hub import FakeHub, open_hub

CONTENT = os.urandom(3_000_000)
QWEN_06 = Shape(layers=28, embedding=1024, heads=16, kv_heads=8, head_length=128, feed_forward=3072, vocabulary=151936)
OFFER = Download(
    name="Small", repository="ours/small", file="small.gguf", size_bytes=3_000_000, licence="MIT", shape=QWEN_06
)


class Fetching(NamedTuple):
    hub: FakeHub
    downloads: Downloads
    folder: Path

    async def fetch(self) -> list[int]:
        return [progress.done_bytes async for progress in self.downloads.fetch(OFFER)]


@pytest.fixture
async def fetching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Fetching]:
    monkeypatch.setattr(module, "PAUSE_S", 0.001)
    async with open_hub("small.gguf", CONTENT) as hub:
        yield Fetching(hub, Downloads(tmp_path, hub.url, (OFFER,)), tmp_path)


async def test_a_file_arrives_whole_and_tells_how_far_it_is(fetching: Fetching) -> None:
    news = await fetching.fetch()
    assert news[-1] == len(CONTENT) and news == sorted(news)
    assert (fetching.folder / "small.gguf").read_bytes() == CONTENT
    assert [path.name for path in fetching.folder.iterdir()] == ["small.gguf"]
    assert fetching.downloads.is_here(OFFER)


async def test_a_broken_line_is_picked_up_where_it_broke(fetching: Fetching) -> None:
    fetching.hub.breaks_after = [1_000_000, 500_000]
    await fetching.fetch()
    assert (fetching.folder / "small.gguf").read_bytes() == CONTENT
    assert fetching.hub.asked_from[0] == 0 < fetching.hub.asked_from[1] < fetching.hub.asked_from[2]


async def test_what_was_stopped_goes_on_from_there_even_in_another_program(fetching: Fetching) -> None:
    async with aclosing(fetching.downloads.fetch(OFFER)) as news:
        async for progress in news:
            if progress.done_bytes > 1_000_000:
                break
    have = fetching.downloads.fetched_bytes(OFFER)
    assert 1_000_000 < have < len(CONTENT)
    later = Downloads(fetching.folder, fetching.hub.url, (OFFER,))
    assert [progress async for progress in later.fetch(OFFER)]
    assert fetching.hub.asked_from == [0, have]
    assert (fetching.folder / "small.gguf").read_bytes() == CONTENT


async def test_a_hub_without_ranges_sends_it_all_again(fetching: Fetching) -> None:
    fetching.hub.knows_ranges = False
    fetching.hub.breaks_after = [1_000_000]
    await fetching.fetch()
    assert (fetching.folder / "small.gguf").read_bytes() == CONTENT


async def test_other_bytes_than_promised_are_thrown_away(fetching: Fetching) -> None:
    fetching.hub.sent_content = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
    with pytest.raises(DownloadBroken):
        await fetching.fetch()
    assert list(fetching.folder.iterdir()) == []


async def test_more_bytes_than_promised_do_not_fill_the_disk(fetching: Fetching) -> None:
    fetching.hub.sent_content = CONTENT * 10
    with pytest.raises(DownloadBroken):
        await fetching.fetch()
    assert list(fetching.folder.iterdir()) == []


async def test_a_new_version_of_the_file_begins_anew(fetching: Fetching) -> None:
    fetching.hub.breaks_after = [1_000_000] * 20
    with pytest.raises(HubAway):
        fetching.hub.stops_at = None
        async for _ in fetching.downloads.fetch(OFFER):
            fetching.hub.breaks_after = [0] * 20
    fetching.hub.content = fetching.hub.sent_content = CONTENT[::-1]
    fetching.hub.breaks_after = []
    fetching.hub.asked_from.clear()
    await fetching.fetch()
    assert fetching.hub.asked_from == [0]
    assert (fetching.folder / "small.gguf").read_bytes() == CONTENT[::-1]
    assert [path.name for path in fetching.folder.iterdir()] == ["small.gguf"]


async def test_a_file_the_hub_does_not_have_is_refused(fetching: Fetching) -> None:
    fetching.hub.is_known = False
    with pytest.raises(HubRefused) as refused:
        await fetching.fetch()
    assert refused.value.status == 404


async def test_nobody_at_the_address(tmp_path: Path) -> None:
    with pytest.raises(HubAway) as away:
        async for _ in Downloads(tmp_path, "http://127.0.0.1:9", (OFFER,)).fetch(OFFER):
            pass
    assert away.value.host == "127.0.0.1:9"


async def test_a_full_disk_is_told_before_the_first_byte(fetching: Fetching, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(fetching.folder)._replace(free=module.SPARE_BYTES + 1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(NoRoomOnDisk) as full:
        await fetching.fetch()
    assert (full.value.need_bytes, full.value.free_bytes) == (3_000_000, 1000)
    assert fetching.hub.asked_from == []


async def test_stop_ends_the_connection_and_keeps_what_came(fetching: Fetching) -> None:
    fetching.hub.stops_at = 2_000_000

    async def fetch() -> None:
        with fetching.downloads.scope(OFFER):
            await fetching.fetch()

    task = asyncio.create_task(fetch())
    while fetching.downloads.fetched_bytes(OFFER) < 1_000_000:
        await asyncio.sleep(0.01)
    assert fetching.downloads.is_running(OFFER)
    assert fetching.downloads.stop(OFFER)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert fetching.downloads.was_stopped(OFFER) and not fetching.downloads.is_running(OFFER)
    assert not fetching.downloads.stop(OFFER)


def test_the_shipped_list_can_be_read_and_its_forecasts_are_near_what_such_models_take() -> None:
    offers = read_downloads(Path(__file__).parents[2] / "config" / "downloads.yaml")
    assert [offer.name for offer in offers] == ["Qwen3 0.6B", "Qwen3 1.7B", "Qwen3 4B"]
    for offer in offers:
        need = best(room_of(offer), Free(0)).all
        assert abs(need.weights - offer.size_bytes) < 0.01 * offer.size_bytes
        window = 8192 * offer.shape.layers * 2 * 2 * offer.shape.kv_heads * offer.shape.head_length
        assert need.context == window
    small = room_of(offers[0])
    assert nearest(small, Free(1 << 30)) is not None
    assert nearest(small, Free(1 << 29)) is None


def test_a_mistake_in_the_list_costs_the_offers_and_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "downloads.yaml"
    assert read_downloads(file) == ()
    file.write_text("downloads: [{name: X, repository: 'no slash'}]")
    assert read_downloads(file) == ()
    assert "downloads.0.repository" in caplog.text
