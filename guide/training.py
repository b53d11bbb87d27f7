"""Teaches the network: mostly to find the topic of a question, now and then to say a whole answer by heart."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import torch
from torch.nn import functional

from guide.lessons import Lesson, Teacher, prompt
from guide.network import Weights, fresh, hidden, logits
from guide.network_shape import Shape
from guide.questions import Asked
from guide.tokenizer import Tokenizer

QUESTIONS, ANSWERS = 128, 24
"""Rows of a lesson."""
ANSWERS_EVERY, ODDITIES_EVERY = 4, 12
BY_HEART = 0.2
"""The last part of the lessons has more answers, and no dropout, so that not a letter of them is wrong."""
RATE, LEAST_RATE = 2.5e-3, 2e-5
WARM_UP = 200
DECAY = 0.05
DROPOUT = 0.15
SMOOTHING = 0.05
TELL_EVERY = 500


@dataclass(frozen=True, slots=True)
class Right:
    """The questions that were asked, and those of them that got another topic or another language, with it."""

    asked: tuple[Asked, ...]
    wrong: tuple[tuple[Asked, str], ...]

    def told(self) -> str:
        """`150 of 168 about the bot, 39 of 40 about something else`"""
        counts = []
        for is_other, name in ((False, "about the bot"), (True, "about something else")):
            asked = sum((one.topic == "other") is is_other for one in self.asked)
            wrong = sum((one.topic == "other") is is_other for one, _ in self.wrong)
            counts.append(f"{asked - wrong} of {asked} {name}")
        return ", ".join(counts)


def taught(
    shape: Shape, teacher: Teacher, lessons: int, seed: int, tell: Callable[[int, Weights, float], None]
) -> Weights:
    """The weights after so many lessons; `tell` hears of them now and then, with the loss."""
    torch.manual_seed(seed)
    weights = fresh(shape, seed)
    matrices = [weight for weight in weights.values() if weight.dim() > 1]
    others = [weight for weight in weights.values() if weight.dim() == 1]
    groups = [{"params": matrices, "weight_decay": DECAY}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98), fused=True)
    for number, lesson in enumerate(_lessons(teacher, lessons)):
        for group in optimizer.param_groups:
            group["lr"] = rate(number, lessons)
        loss = loss_of(weights, shape, lesson, 0.0 if is_by_heart(number, lessons) else DROPOUT)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
        optimizer.step()
        if number % TELL_EVERY == TELL_EVERY - 1 or number == lessons - 1:
            tell(number + 1, weights, loss.item())
    return {name: weight.detach() for name, weight in weights.items()}


def _lessons(teacher: Teacher, count: int) -> Iterator[Lesson]:
    """Questions, now and then answers, and seldom what is no question at all."""
    questions = chain.from_iterable(teacher.questions(QUESTIONS) for _ in range(count))
    for number in range(count):
        every = ANSWERS_EVERY // 2 if is_by_heart(number, count) else ANSWERS_EVERY
        if number % ODDITIES_EVERY == 1:
            yield teacher.oddities()
        else:
            yield teacher.answers(ANSWERS) if number % every == 0 else next(questions)


def is_by_heart(number: int, lessons: int) -> bool:
    return number >= (1 - BY_HEART) * lessons


def rate(number: int, lessons: int) -> float:
    """How fast to learn: up to RATE, then down along a cosine."""
    if number < WARM_UP:
        return RATE * (number + 1) / WARM_UP
    share = (number - WARM_UP) / max(1, lessons - WARM_UP)
    return LEAST_RATE + (RATE - LEAST_RATE) * (1 + math.cos(math.pi * share)) / 2


def loss_of(weights: Weights, shape: Shape, lesson: Lesson, dropout: float) -> torch.Tensor:
    """How badly the tokens that count are foretold."""
    wanted, counts = lesson.tokens[:, 1:], lesson.weights[:, 1:]
    with torch.autocast("cpu", torch.bfloat16):
        states = hidden(weights, shape, lesson.tokens[:, :-1], dropout)
        places = counts > 0
        foretold = logits(weights, states[places]).float()
    losses = functional.cross_entropy(foretold, wanted[places], reduction="none", label_smoothing=SMOOTHING)
    return (losses * counts[places]).sum() / lesson.tokens.shape[0]


def right(weights: Weights, shape: Shape, tokenizer: Tokenizer, asked: Sequence[Asked]) -> Right:
    """What the network answers; the mark of the language comes first, then that of the topic."""
    wrong = []
    for one in asked:
        tokens = [*prompt(one.text, tokenizer), tokenizer.mark(one.language)]
        with torch.no_grad():
            found = logits(weights, hidden(weights, shape, torch.tensor([tokens]))[0, -2:]).argmax(-1).tolist()
        if found != [tokenizer.mark(one.language), tokenizer.mark(one.topic)]:
            wrong.append((one, "".join(tokenizer.named(number) for number in found)))
    return Right(tuple(asked), tuple(wrong))


def known_by_heart(weights: Weights, shape: Shape, teacher: Teacher) -> int:
    """How many answers follow their marks without a wrong letter."""
    count = 0
    for opening, rest in teacher.by_heart():
        with torch.no_grad():
            found = logits(weights, hidden(weights, shape, torch.tensor([opening + rest]))[0]).argmax(-1).tolist()
        count += found[len(opening) - 1 : -1] == rest
    return count


def seconds() -> float:
    """Of processor time, all threads together."""
    return time.process_time()
