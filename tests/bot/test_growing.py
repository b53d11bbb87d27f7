"""What is shown of an answer on its way: the first word at once, silence told, nothing drawn twice."""

import pytest

import bot.growing
from bot.growing import Growing, News
from bot.texts import texts
from engine.events import Delta, Thought, Waiting


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(bot.growing, "time", clock)
    return clock


def test_the_first_word_is_the_most_urgent_news(clock: Clock) -> None:
    growing = Growing(texts("en"))
    assert growing.take(Thought("hm"))
    assert growing.news() is News.ENOUGH
    growing.shown()
    assert growing.take(Delta("Hi"))
    assert growing.news() is News.FIRST_WORD
    assert growing.now() == "Hi"


def test_a_few_characters_are_little_news_and_forty_enough(clock: Clock) -> None:
    growing = Growing(texts("en"))
    growing.take(Delta("Hi"))
    growing.shown()
    assert growing.news() is News.NONE
    assert growing.take(Delta(" there"))
    assert growing.news() is News.LITTLE
    assert not growing.take(Delta("."))
    assert growing.take(Delta("x" * 40))
    assert growing.news() is News.ENOUGH


def test_a_long_silence_is_told_once_and_forgotten_with_the_next_word(clock: Clock) -> None:
    growing = Growing(texts("en"))
    growing.take(Waiting("load"))
    growing.shown()
    assert growing.changes_at() == clock.now + bot.growing.SILENT_S
    clock.now += bot.growing.SILENT_S
    assert "No word for 2 min" in growing.now()
    growing.shown()
    assert growing.changes_at() is None, "told once"
    growing.take(Delta("At last"))
    assert growing.now() == "At last"


def test_a_silence_in_the_middle_stands_under_what_was_said(clock: Clock) -> None:
    growing = Growing(texts("ru"))
    growing.take(Delta("Начало"))
    growing.shown()
    clock.now += bot.growing.SILENT_S + 1
    assert growing.now().startswith("Начало\n\n🕰 Ни слова уже 2 мин.")
