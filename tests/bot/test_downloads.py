"""Fetching a model from the first screen, up to its first answer."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from bot.sandbox import Message
from tests.bot.conftest import Home, open_home
from tests.bot.driving import eventually, told, turned
from tests.bot.test_isolation import forged
from tests.fakes.hub import FakeHub, open_hub
from tests.tiny_gguf import make_gguf

SHAPE = {
    "layers": 2,
    "embedding": 64,
    "heads": 4,
    "kv_heads": 2,
    "head_length": 16,
    "feed_forward": 128,
    "vocabulary": 300,
}


class House(NamedTuple):
    home: Home
    hub: FakeHub


def labels(message: Message) -> list[str]:
    return [button.text for button in message.buttons]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """No server, no model; a hub that has a small one, and an offer that no memory has room for."""
    (tmp_path / "hub").mkdir()
    small = make_gguf(tmp_path / "hub" / "small.gguf", says=["Hello", " there"])
    offer = {"repository": "ours/small", "size_bytes": small.stat().st_size, "licence": "MIT", "shape": SHAPE}
    huge = offer | {"name": "Huge", "file": "huge.gguf", "size_bytes": 1 << 50}
    (tmp_path / "config").mkdir()
    offers = {"downloads": [offer | {"name": "Small", "file": "small.gguf"}, huge]}
    (tmp_path / "config" / "downloads.yaml").write_text(yaml.safe_dump(offers))
    async with (
        open_hub("small.gguf", small.read_bytes()) as hub,
        open_home(tmp_path, ollama_base_url=(), hf_endpoint=hub.url) as home,
    ):
        yield House(home, hub)


async def test_one_tap_on_the_first_screen_brings_a_model_that_answers(house: House) -> None:
    home = house.home
    chat = await home.chat_of(home.owner)
    first = await home.sandbox.answer(chat, "Hello!")
    await home.owner.press(first, "⬇️ Get Small")
    await home.until_text(chat, "Small is here")
    shown = await told(home, chat, "/start", "Hello!")
    assert not any("⬇️" in label for label in labels(shown))
    picker = await told(home, chat, "Hi", "Which model answers")
    await home.owner.press(picker, "small")
    await home.until_text(chat, "Hello there", timeout_s=30)


async def test_a_question_that_waits_is_answered_by_the_model_that_was_fetched(house: House) -> None:
    home = house.home
    chat = await home.chat_of(home.owner)
    await home.owner.say(chat, "Is anybody there?")
    await home.until_text(chat, "your question is kept")
    first = await told(home, chat, "/start", "Hello!")
    await home.owner.press(first, "⬇️ Get Small")
    await home.until_text(chat, "Small is here")
    waiting = await home.until_text(chat, "your question is kept")
    await home.owner.press(waiting, "↻")
    picker = await home.until_text(chat, "Your question is kept")
    await home.owner.press(picker, "small")
    await home.until_text(chat, "Hello there", timeout_s=30)


async def test_stop_keeps_what_came_and_the_next_tap_goes_on_from_there(house: House) -> None:
    home, hub = house
    hub.stops_at = 1 << 17
    chat = await home.chat_of(home.owner)
    first = await home.sandbox.answer(chat, "Hello!")
    await home.owner.press(first, "⬇️ Get Small")
    begun = await home.until_text(chat, "Small: asking")
    offer, _ = home.engine.downloads.offers

    async def has_begun() -> bool:
        return home.engine.downloads.fetched_bytes(offer) >= 1 << 16

    await eventually(has_begun)
    await home.owner.press(begun, "⏹")
    stopped = await home.until_text(chat, "Small: stopped")
    await home.stop()
    hub.stops_at = None
    await home.start()
    listed = await turned(home, await told(home, chat, "/start", "Hello!"), "⬇️ Models", "can be downloaded")
    assert "fetched" in (listed.text or "")
    await home.owner.press(stopped, "⬇️ Go on")
    await home.until_text(chat, "Small is here")
    assert hub.asked_from[1] > 0


async def test_what_no_memory_has_room_for_is_told_with_its_sum_before_the_first_byte(house: House) -> None:
    home, hub = house
    chat = await home.chat_of(home.owner)
    first = await home.sandbox.answer(chat, "Hello!")
    listed = await turned(home, first, "⬇️ Models", "🔴 Huge")
    refused = await turned(home, listed, "⬇️ Huge", "Huge would not fit: it needs")
    assert hub.asked_from == []
    await turned(home, refused, "‹ Back", "can be downloaded")


async def test_without_internet_one_sentence_says_so(house: House) -> None:
    home, _ = house
    home.engine.downloads.endpoint = "http://127.0.0.1:9"
    chat = await home.chat_of(home.owner)
    first = await home.sandbox.answer(chat, "Hello!")
    await home.owner.press(first, "⬇️ Get Small")
    failed = await home.until_text(chat, "127.0.0.1:9 does not answer: check the internet connection")
    assert "⬇️ Go on" in labels(failed)


async def test_only_the_owner_is_offered_a_download_and_a_forged_tap_does_nothing(house: House) -> None:
    home, hub = house
    chat = await home.chat_of(home.owner)
    mine = await home.sandbox.answer(chat, "Hello!")
    boris = home.sandbox.person("Boris", language="en")
    await home.engine.users.admit(boris.id, "Boris")
    other = await home.chat_of(boris)
    shown = await home.sandbox.answer(other, "Hello!")
    assert not any("⬇️" in label for label in labels(shown))
    data = next(button.data for button in mine.buttons if "Get Small" in button.text)
    await forged(home, boris, shown, data)
    await home.heard()
    assert hub.asked_from == [] and not home.engine.downloads.is_running(home.engine.downloads.offers[0])
