"""Draws questions for the lessons: each topic as often as the others, in these or other words, never in the exam's."""

import random
from collections.abc import Sequence

from bot.guide import TOPICS
from bot.texts import LANGUAGES
from config.settings import Language
from guide.questions import Asked
from guide.rewording import joined, reworded
from guide.split import Nearest

JOINED, REWORDED, SHARE_OF_WORDS = 0.12, 0.5, 0.4
BY_HAND_SHARE = 0.7
OTHER_SHARE = 0.33
"""This many questions are about something else; the topics share the others alike."""


class Wordings:
    """`asked` is drawn from; what comes near to `exam` is not said."""

    def __init__(self, asked: Sequence[Asked], exam: Sequence[Asked]) -> None:
        self._exam = Nearest(exam)
        self._by_topic: dict[tuple[str, Language], dict[bool, dict[str, list[Asked]]]] = {}
        for one in asked:
            kinds = self._by_topic.setdefault((one.topic, one.language), {})
            kinds.setdefault(one.is_by_hand, {}).setdefault(one.source, []).append(one)

    @property
    def topics(self) -> list[tuple[str, Language]]:
        return list(self._by_topic)

    def any(self, draw: random.Random) -> Asked:
        topic = "other" if draw.random() < OTHER_SHARE else draw.choice(("hello", *TOPICS))
        return self.about(topic, draw.choice(LANGUAGES), draw)

    def about(self, topic: str, language: Language, draw: random.Random) -> Asked:
        """Mostly what was written by hand; from each file of a kind as often, however many ways it has."""
        kinds = self._by_topic[topic, language]
        is_by_hand = next(iter(kinds)) if len(kinds) == 1 else draw.random() < BY_HAND_SHARE
        sources = kinds[is_by_hand]
        return draw.choice(sources[draw.choice(list(sources))])

    def said(self, asked: Asked, draw: random.Random) -> str:
        """In these words, or with others for some of them, or several ways at once."""
        text = asked.text
        while draw.random() < JOINED:
            text = joined(text, self.about(asked.topic, asked.language, draw).text, asked.language, draw)
        if draw.random() < REWORDED:
            text = reworded(text, asked.language, draw, SHARE_OF_WORDS)
        return asked.text if text != asked.text and self._exam.to(text) else text
