"""Draws questions for the lessons: each topic as often as the others, in these or other words, never in the exam's."""

import random
from collections.abc import Sequence

from bot.guide import TOPICS
from bot.texts import LANGUAGES
from config.settings import Language
from guide.questions import BY_HAND, Asked
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
        self._by_topic: dict[tuple[str, Language], dict[str, list[Asked]]] = {}
        for one in asked:
            self._by_topic.setdefault((one.topic, one.language), {}).setdefault(one.source, []).append(one)

    @property
    def topics(self) -> list[tuple[str, Language]]:
        return list(self._by_topic)

    def any(self, draw: random.Random) -> Asked:
        topic = "other" if draw.random() < OTHER_SHARE else draw.choice(("hello", *TOPICS))
        return self.about(topic, draw.choice(LANGUAGES), draw)

    def about(self, topic: str, language: Language, draw: random.Random) -> Asked:
        """Mostly what was written by hand; of the patterns' files from each as often, however many ways it has."""
        sources = self._by_topic[topic, language]
        patterned = [source for source in sources if source != BY_HAND]
        is_by_hand = not patterned or (BY_HAND in sources and draw.random() < BY_HAND_SHARE)
        return draw.choice(sources[BY_HAND if is_by_hand else draw.choice(patterned)])

    def said(self, asked: Asked, draw: random.Random) -> str:
        """In these words, or with others for some of them, or several ways at once."""
        text = asked.text
        while draw.random() < JOINED:
            text = joined(text, self.about(asked.topic, asked.language, draw).text, asked.language, draw)
        if draw.random() < REWORDED:
            text = reworded(text, asked.language, draw, SHARE_OF_WORDS)
        return asked.text if text != asked.text and self._exam.to(text) else text
