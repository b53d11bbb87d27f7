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
from guide.oddities import odd
from guide.questions import Asked
from guide.split import LONGEST_QUESTION, heard, plain
from guide.tokenizer import BEGIN, END, GUIDE, UNKNOWN, USER, Tokenizer, learn
from guide.wordings import Wordings

ALL_TOPICS = (*SMALL_TALK, *TOPICS)
SPELLED_BY_CHANCE, MISHEARD = 0.4, 0.2
"""Shares of words that are spelled in other pieces than usual, and of pieces that are lost."""
ODDITIES, ODD_LETTERS = (6, 32), 2000
"""Fewest and most rows of a lesson of oddities, and the letters that it should have."""
LONGEST_ODDITIES = 0.3
"""Of them are as long as what is left of anything longer."""
ALIKE = 8
"""Rows of one length need no padding: so many lessons are drawn at once."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Rows of tokens, and how much each token counts when it is to be foretold (0: not at all)."""

    tokens: Tensor
    weights: Tensor


class Teacher:
    """Draws lessons from the ways of asking; everything by one seed."""

    def __init__(self, asked: Sequence[Asked], exam: Sequence[Asked], tokenizer: Tokenizer, seed: int) -> None:
        self._wordings = Wordings(asked, exam)
        self._tokenizer = tokenizer
        self._draw = random.Random(seed)
        self._answers = {
            (topic, language): tokenizer.ids(answer(topic, texts(language)))
            for topic in ALL_TOPICS
            for language in LANGUAGES
        }

    def questions(self, count: int) -> Iterator[Lesson]:
        """Questions up to the mark of their topic: a few lessons, in each of them questions of about one length."""
        rows = sorted((self._question(self._wordings.any(self._draw)) for _ in range(count * ALIKE)), key=len)
        lessons = [_rows(rows[start : start + count]) for start in range(0, len(rows), count)]
        self._draw.shuffle(lessons)
        yield from lessons

    def answers(self, count: int) -> Lesson:
        """Questions with their whole answers, each topic as often as the others."""
        return _rows([self._answered(*self._draw.choice(self._wordings.topics)) for _ in range(count)])

    def oddities(self) -> Lesson:
        """What is no question, of one length, each with the whole answer that the guide knows only the bot."""
        is_cut = self._draw.random() < LONGEST_ODDITIES
        length = LONGEST_QUESTION if is_cut else round(LONGEST_QUESTION ** self._draw.random())
        count = max(ODDITIES[0], min(ODDITIES[1], ODD_LETTERS // length))
        return _rows([self._odd(length) for _ in range(count)])

    def by_heart(self) -> list[tuple[list[int], list[int]]]:
        """For each answer the tokens up to its marks, and what must follow them."""
        asked = {"ru": "что это", "en": "what is it"}
        return [
            ([*prompt(asked[language], self._tokenizer), *map(self._tokenizer.mark, (language, topic))], [*text, END])
            for (topic, language), text in self._answers.items()
        ]

    def _question(self, asked: Asked) -> list[tuple[int, float]]:
        text = heard(noisy(self._wordings.said(asked, self._draw), asked.language, self._draw))
        pieces = self._tokenizer.ids(f" {text}", self._draw, SPELLED_BY_CHANCE)
        words = [UNKNOWN if self._draw.random() < MISHEARD else piece for piece in pieces]
        return [*((token, 0.0) for token in (BEGIN, USER, *words, GUIDE)), *self._marks(asked)]

    def _odd(self, length: int) -> list[tuple[int, float]]:
        def speak(language: Language) -> str:
            return self._wordings.about("other", language, self._draw).text

        asked = odd(length, speak, self._draw)
        question = [(token, 0.0) for token in prompt(asked.text, self._tokenizer)]
        return [*question, *self._marks(asked), *self._said(asked.topic, asked.language)]

    def _answered(self, topic: str, language: Language) -> list[tuple[int, float]]:
        """Half of the questions are about something else: what follows the marks must depend on nothing but them."""
        *question, _, _ = self._question(self._wordings.any(self._draw))
        marks = [(self._tokenizer.mark(language), 0.0), (self._tokenizer.mark(topic), 0.0)]
        if self._draw.random() < 0.5:
            *question, (spoken, _), (found, _) = self._question(self._wordings.about(topic, language, self._draw))
            marks = [(spoken, 0.3), (found, 1.0)]
        return [*question, *marks, *self._said(topic, language)]

    def _marks(self, asked: Asked) -> list[tuple[int, float]]:
        """Of its language and of its topic."""
        return [(self._tokenizer.mark(asked.language), 0.3), (self._tokenizer.mark(asked.topic), 1.0)]

    def _said(self, topic: str, language: Language) -> list[tuple[int, float]]:
        return [(token, 1.0) for token in (*self._answers[topic, language], END)]


def prompt(question: str, tokenizer: Tokenizer) -> list[int]:
    """The tokens that the chat template makes of a question."""
    return [BEGIN, USER, *tokenizer.ids(f" {heard(question)}"), GUIDE]


def vocabulary(asked: Sequence[Asked], size: int) -> Tokenizer:
    """Learned from the questions, each file of each topic alike, and from the answers."""
    lines = Counter((one.topic, one.source) for one in asked)
    found: Counter[str] = Counter()
    for one in asked:
        found[f" {plain(one.text)}"] += max(1, 1000 // lines[one.topic, one.source])
    for topic in ALL_TOPICS:
        for language in LANGUAGES:
            found[answer(topic, texts(language))] += 100
    return learn(found, [*LANGUAGES, *ALL_TOPICS], size)


def _rows(rows: list[list[tuple[int, float]]]) -> Lesson:
    longest = max(len(row) for row in rows)
    padded = [[*row, *[(END, 0.0)] * (longest - len(row))] for row in rows]
    tokens = torch.tensor([[token for token, _ in row] for row in padded])
    return Lesson(tokens, torch.tensor([[weight for _, weight in row] for row in padded]))
