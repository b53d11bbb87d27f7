"""Ten thousand texts that no model should write: every one must arrive."""

from __future__ import annotations

import pytest
from aiogram.types import MessageEntity

from bot.markdown import Formatted, format_markdown, format_plain, rich_blocks
from bot.sandbox.entities import formatted
from bot.sandbox.values import Entity
from tests.bot.nasty_texts import nasty_text
from tests.bot.telegram_rules import broken_rule

PORTION = 1_000


@pytest.mark.parametrize("first", range(0, 10_000, PORTION))
def test_no_nasty_text_breaks_a_rule_of_telegram(first: int) -> None:
    for seed in range(first, first + PORTION):
        for message in format_markdown(nasty_text(seed)):
            assert broken_rule(message.text, message.entities) is None, f"seed {seed}"
            assert taken_by_the_sandbox(message), f"seed {seed}"


def taken_by_the_sandbox(message: Formatted) -> bool:
    """Its server refuses what Telegram refuses; a refusal is an error, a mended text a difference."""
    entities = [_entity(entity) for entity in message.entities]
    return formatted(message.text, None, entities, 4096, "too long").text == message.text.strip()


def _entity(entity: MessageEntity) -> Entity:
    return Entity(
        type=entity.type, offset=entity.offset, length=entity.length, url=entity.url, language=entity.language
    )


def test_nasty_texts_arrive_plainly_too() -> None:
    for seed in range(0, 10_000, 7):
        for message in format_plain(nasty_text(seed)):
            assert message.entities == ()
            assert broken_rule(message.text, ()) is None, f"seed {seed}"


def test_small_limits_hold() -> None:
    for seed in range(0, 10_000, 29):
        for message in format_markdown(nasty_text(seed), limit=64):
            assert broken_rule(message.text, message.entities, limit=64) is None, f"seed {seed}"


def test_nasty_texts_make_rich_messages_within_the_limits() -> None:
    for seed in range(0, 10_000, 23):
        for message in rich_blocks(nasty_text(seed)):
            raw = message.model_dump(exclude_none=True)["blocks"]
            assert raw, f"seed {seed}"
            assert _depth(raw) <= 16, f"seed {seed}"
            assert _count(raw) <= 500, f"seed {seed}"


def _depth(value: object) -> int:
    """Blocks and rich texts inside each other; lists of neighbours do not count."""
    if isinstance(value, dict):
        return 1 + max((_depth(inner) for inner in value.values()), default=0)
    if isinstance(value, list):
        return max((_depth(inner) for inner in value), default=0)
    return 0


def _count(blocks: list[dict[str, object]]) -> int:
    total = 0
    for block in blocks:
        total += 1 + len(block.get("cells", []))  # type: ignore[arg-type]
        total += sum(1 + _count(item["blocks"]) for item in block.get("items", []))  # type: ignore[attr-defined]
        total += _count(block.get("blocks", []))  # type: ignore[arg-type]
    return total


@pytest.mark.parametrize(
    "mark", ["[", ">", "*", "- ", "`", "![", "<b>", "$", "| ", "\ud800", "\u200b", "<details>\n\n"]
)
def test_one_mark_thousands_of_times(mark: str) -> None:
    for message in format_markdown(mark * (20_000 // len(mark))):
        assert broken_rule(message.text, message.entities) is None


@pytest.mark.parametrize("mark", ["[", ">", "*", "ы "])
def test_a_megabyte_of_one_mark(mark: str) -> None:
    messages = format_markdown(mark * (1_000_000 // len(mark)))
    assert sum(message.text.count(mark[0]) for message in messages) == 1_000_000 // len(mark)
    assert all(broken_rule(message.text, message.entities) is None for message in messages)
