"""What the guide is taught: questions with the marks of their answers, and whole answers, as rows of tokens."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from bot.guide import SMALL_TALK, TOPICS, answer
from bot.texts import LANGUAGES, texts
from config.settings import Language
from guide.noise import noisy
from guide.questions import Asked
from guide.rewording import joined, reworded
from guide.split import Nearest, plain
from guide.tokenizer import BEGIN, END, GUIDE, USER, Tokenizer, learn

ALL_TOPICS = (*SMALL_TALK, *TOPICS)
LONGEST_QUESTION = 400
"""Letters; the chat template cuts there too."""
SPELLED_BY_CHANCE = 0.3
ALIKE = 8
"""Rows of one length need no padding: so many lessons are drawn at once."""
JOINED, REWORDED, SHARE_OF_WORDS = 0.12, 0.5, 0.4
OTHER_SHARE = 0.15
"""Of the questions asked in a lesson this many are about something else; the topics share the others alike."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Rows of tokens, and how much each token counts when it is to be foretold (0: not at all)."""

    tokens: Tensor
    weights: Tensor


class Teacher:
    """Draws lessons from the ways of asking; everything by one seed."""

    def __init__(self, asked: Sequence[Asked], exam: Sequence[Asked], tokenizer: Tokenizer, seed: int) -> None:
        self._exam = Nearest(exam)
        self._tokenizer = tokenizer
        self._draw = random.Random(seed)
        self._by_topic: dict[tuple[str, Language], dict[str, list[Asked]]] = {}
        for one in asked:
            self._by_topic.setdefault((one.topic, one.language), {}).setdefault(one.source, []).append(one)
        self._answers = {
            (topic, language): tokenizer.ids(answer(topic, texts(language)))
            for topic in ALL_TOPICS
            for language in LANGUAGES
        }

    def questions(self, count: int) -> Iterator[Lesson]:
        """Questions up to the mark of their topic: a few lessons, in each of them questions of about one length."""
        rows = sorted((self._question(self._any()) for _ in range(count * ALIKE)), key=len)
        lessons = [_rows(rows[start : start + count]) for start in range(0, len(rows), count)]
        self._draw.shuffle(lessons)
        yield from lessons

    def answers(self, count: int) -> Lesson:
        """Questions with their whole answers, each topic as often as the others."""
        return _rows([self._answered(*self._draw.choice(list(self._by_topic))) for _ in range(count)])

    def by_heart(self) -> list[tuple[list[int], list[int]]]:
        """For each answer the tokens up to its marks, and what must follow them."""
        asked = {"ru": "что это", "en": "what is it"}
        return [
            ([*prompt(asked[language], self._tokenizer), *map(self._tokenizer.mark, (language, topic))], [*text, END])
            for (topic, language), text in self._answers.items()
        ]

    def _any(self) -> Asked:
        topic = "other" if self._draw.random() < OTHER_SHARE else self._draw.choice(("hello", *TOPICS))
        return self._about(topic, self._draw.choice(LANGUAGES))

    def _about(self, topic: str, language: Language) -> Asked:
        """From each of the files as often, however many ways it has."""
        sources = self._by_topic[topic, language]
        return self._draw.choice(sources[self._draw.choice(list(sources))])

    def _question(self, asked: Asked) -> list[tuple[int, float]]:
        text = plain(noisy(self._worded(asked), asked.language, self._draw))[:LONGEST_QUESTION]
        words = self._tokenizer.ids(text, self._draw, SPELLED_BY_CHANCE)
        marks = [self._tokenizer.mark(asked.language), self._tokenizer.mark(asked.topic)]
        return [
            *((mark, 0.0) for mark in (BEGIN, USER)),
            *((word, 0.0) for word in words),
            (GUIDE, 0.0),
            (marks[0], 0.3),
            (marks[1], 1.0),
        ]

    def _worded(self, asked: Asked) -> str:
        """In these or other words; never in those of the exam."""
        text = asked.text
        if self._draw.random() < JOINED:
            text = joined(text, self._about(asked.topic, asked.language).text, asked.language, self._draw)
        if self._draw.random() < REWORDED:
            text = reworded(text, asked.language, self._draw, SHARE_OF_WORDS)
        return asked.text if text != asked.text and self._exam.to(text) else text

    def _answered(self, topic: str, language: Language) -> list[tuple[int, float]]:
        """Half of the questions are about something else: what follows the marks must depend on nothing but them."""
        *question, _, _ = self._question(self._any())
        marks = [(self._tokenizer.mark(language), 0.0), (self._tokenizer.mark(topic), 0.0)]
        if self._draw.random() < 0.5:
            *question, (spoken, _), (found, _) = self._question(self._about(topic, language))
            marks = [(spoken, 0.3), (found, 1.0)]
        return [*question, *marks, *((token, 1.0) for token in [*self._answers[topic, language], END])]


def prompt(question: str, tokenizer: Tokenizer) -> list[int]:
    """The tokens that the chat template makes of a question."""
    return [BEGIN, USER, *tokenizer.ids(plain(question)[:LONGEST_QUESTION]), GUIDE]


def vocabulary(asked: Sequence[Asked], size: int) -> Tokenizer:
    """Learned from the questions, topic by topic alike, and from the answers."""
    per_topic = Counter(one.topic for one in asked)
    found: Counter[str] = Counter()
    for one in asked:
        found[" " + plain(one.text)] += max(1, 1000 // per_topic[one.topic])
        found[plain(one.text)] += 1
    for topic in ALL_TOPICS:
        for language in LANGUAGES:
            found[answer(topic, texts(language))] += 100
    return learn(found, [*LANGUAGES, *ALL_TOPICS], size)


def _rows(rows: list[list[tuple[int, float]]]) -> Lesson:
    longest = max(len(row) for row in rows)
    padded = [[*row, *[(END, 0.0)] * (longest - len(row))] for row in rows]
    tokens = torch.tensor([[token for token, _ in row] for row in padded])
    return Lesson(tokens, torch.tensor([[weight for _, weight in row] for row in padded]))
