"""A majority vote over opinions: what each answer comes to, who agrees with whom, and who wins.

Answers are compared by value: numbers with their units, options, yes and no, dates, short texts by their plainest
form; longer texts by meaning where vectors are given. A group takes in only what agrees with each of its members,
so a later vote never changes an earlier group.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, assert_never

from config.pipeline import TieRule
from engine.aggregation.choices import choice_of, is_latin, options_of
from engine.aggregation.final_answer import FinalAnswer, final_answer
from engine.aggregation.normal import Choice, FreeText, Normal, Words, agree
from engine.aggregation.opinions import Opinion, names_of
from engine.aggregation.reading import abstains, core, words_of
from engine.aggregation.vocabulary import TELLING

Outcome = Literal["majority", "plurality", "tie", "nothing"]
"""More than half of the weight that voted; the most votes, but no more than half; equally many, decided by the tie
rule (or left to the judge); nobody gave an answer that could be compared."""
Vectors = Mapping[str, Sequence[float]]
"""A text, as free_texts() gives it, to its vector."""

SAME_MEANING = 0.85
"""Cosine from which on two free texts are taken to say the same."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote: the opinion's place in the stage, who gave it, its answer in a few words."""

    place: int
    name: str
    words: str
    normal: Normal
    weight: float


@dataclass(frozen=True, slots=True)
class Group:
    """Votes that say the same; `words` as the first of them put it."""

    ballots: tuple[Ballot, ...]

    @property
    def words(self) -> str:
        return self.ballots[0].words

    @property
    def weight(self) -> float:
        return sum(ballot.weight for ballot in self.ballots)


@dataclass(frozen=True, slots=True)
class Tally:
    """The count: groups by weight, the heaviest first; who abstained; who won.

    `winner` is None if there is nothing to win, or if the judge is to choose among `tied`.
    """

    outcome: Outcome
    groups: tuple[Group, ...]
    abstained: tuple[str, ...]
    winner: Group | None
    tied: tuple[Group, ...] = ()


def vote(
    opinions: Sequence[Opinion], tie: TieRule = "first", *, question: str = "", vectors: Vectors | None = None
) -> Tally:
    """Count the votes. `question` tells which options there are; `vectors` group free texts by meaning."""
    ballots, abstained = ballots_of(opinions, question, by_meaning=vectors is not None)
    groups = sorted(grouped(ballots, vectors or {}), key=lambda group: -group.weight)
    if not groups:
        return Tally("nothing", (), abstained, None)
    tied = tuple(group for group in groups if math.isclose(group.weight, groups[0].weight))
    if len(tied) > 1:
        return Tally("tie", tuple(groups), abstained, chosen(tied, tie, opinions), tied)
    more_than_half = groups[0].weight * 2 > sum(group.weight for group in groups)
    return Tally("majority" if more_than_half else "plurality", tuple(groups), abstained, groups[0])


def is_decided(
    opinions: Sequence[Opinion], remaining_weight: float, *, question: str = "", by_meaning: bool = False
) -> bool:
    """Whether votes of `remaining_weight` that are still to come can change nothing about who wins.

    Those that come late may all go to the second, so the lead must be larger than all of them. If texts are compared
    `by_meaning` in the end, those that do not lead may turn out to say the same, all of them.
    """
    ballots, _ = ballots_of(opinions, question, by_meaning=by_meaning)
    groups = sorted(grouped(ballots, {}), key=lambda group: -group.weight)
    if not groups:
        return remaining_weight <= 0
    second = max((group.weight for group in groups[1:]), default=0.0)
    if by_meaning:
        texts = [group for group in groups[1:] if isinstance(group.ballots[0].normal, FreeText | Words)]
        second = max(second, sum(group.weight for group in texts))
    lead, needed = groups[0].weight, second + remaining_weight
    return lead > needed and not math.isclose(lead, needed)


def is_unanimous(opinions: Sequence[Opinion], *, question: str = "") -> bool:
    """Whether all say the same by their words alone."""
    ballots, abstained = ballots_of(opinions, question, by_meaning=False)
    return not abstained and len(grouped(ballots, {})) <= 1


def settled(tally: Tally, group: Group) -> Tally:
    """A tie after the judge chose `group` of `tally.tied`."""
    return replace(tally, winner=group)


def spokesman(group: Group, opinions: Sequence[Opinion]) -> Opinion:
    """The opinion that stands for a group: its heaviest, of those the most worked out."""
    return max((opinions[ballot.place] for ballot in group.ballots), key=lambda one: (one.weight, len(one.text)))


def free_texts(opinions: Sequence[Opinion]) -> tuple[str, ...]:
    """The texts that only their meaning can group: what an embedder is to be asked for, in order, each once."""
    answers = [(opinion.text.strip(), final_answer(opinion.text)) for opinion in opinions if opinion.weight > 0]
    free = [text for text, answer in answers if answer is None and not gives_nothing(text)]
    free += [answer.words for _, answer in answers if answer and isinstance(answer.normal, Words)]
    return tuple(dict.fromkeys(free))


def ballots_of(
    opinions: Sequence[Opinion], question: str, *, by_meaning: bool
) -> tuple[tuple[Ballot, ...], tuple[str, ...]]:
    """The votes, and the names of those who gave none."""
    names = names_of(opinions)
    answers = [answer_of(opinion, by_meaning=by_meaning) for opinion in opinions]
    normals = in_one_alphabet([answer.normal for answer in answers if answer], options_of(question))
    ballots, abstained = [], []
    for place, (name, opinion, answer) in enumerate(zip(names, opinions, answers, strict=True)):
        if answer is None:
            abstained.append(name)
        else:
            ballots.append(Ballot(place, name, answer.words, normals.pop(0), opinion.weight))
    return tuple(ballots), tuple(abstained)


def answer_of(opinion: Opinion, *, by_meaning: bool) -> FinalAnswer | None:
    text = opinion.text.strip()
    if opinion.weight <= 0 or not text:
        return None
    answer = final_answer(text)
    if answer is None and by_meaning and not gives_nothing(text):
        return FinalAnswer(FreeText(text), text)
    return answer


def gives_nothing(text: str) -> bool:
    return not text.strip() or abstains(core(text))


def in_one_alphabet(normals: list[Normal], options: Mapping[str, str]) -> list[Normal]:
    """Letters of options read in the alphabet of the question, or else of most answers; words that are an option's
    text become that option.
    """
    letters = "".join(options) or "".join(normal.letter for normal in normals if isinstance(normal, Choice))
    latin = is_latin(letters)
    known = {letter: words_of(core(words)) for letter, words in options.items()}
    return [as_option(normal, known, latin=latin) for normal in normals]


def as_option(normal: Normal, options: Mapping[str, Words | None], *, latin: bool) -> Normal:
    match normal:
        case Choice(latin_place=latin_place) if latin:
            return replace(
                normal,
                letter="ABCDEFGH"[latin_place - 1] if not normal.letter.isdigit() else normal.letter,
                place=latin_place,
            )
        case Words():
            letter = next((letter for letter, words in options.items() if words and agree(words, normal)), None)
            choice = choice_of(letter) if letter and not letter.isdigit() else None
            return as_option(choice, options, latin=latin) if choice else normal
        case _:
            return normal


def grouped(ballots: Sequence[Ballot], vectors: Vectors) -> list[Group]:
    """Each vote joins the first group whose members it all agrees with."""
    groups: list[list[Ballot]] = []
    for ballot in ballots:
        for group in groups:
            if all(say_the_same(ballot, member, vectors) for member in group):
                group.append(ballot)
                break
        else:
            groups.append([ballot])
    return [Group(tuple(group)) for group in groups]


def say_the_same(one: Ballot, other: Ballot, vectors: Vectors) -> bool:
    if agree(one.normal, other.normal):
        return True
    texts = FreeText | Words
    if not isinstance(one.normal, texts) or not isinstance(other.normal, texts):
        return False
    if isinstance(one.normal, Words) and isinstance(other.normal, Words) and telling(one) != telling(other):
        return False
    first, second = vectors.get(one.words), vectors.get(other.words)
    return first is not None and second is not None and cosine(first, second) >= SAME_MEANING


def telling(ballot: Ballot) -> list[str]:
    return sorted(re.findall(TELLING, ballot.words.casefold()))


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """How near two vectors are, from -1 to 1; 0 if one of them is nothing."""
    lengths = math.hypot(*one) * math.hypot(*other)
    return math.fsum(a * b for a, b in zip(one, other, strict=True)) / lengths if lengths else 0.0


def chosen(tied: Sequence[Group], tie: TieRule, opinions: Sequence[Opinion]) -> Group | None:
    match tie:
        case "first":
            return min(tied, key=lambda group: group.ballots[0].place)
        case "longest":
            return max(tied, key=lambda group: max(len(opinions[ballot.place].text) for ballot in group.ballots))
        case "judge":
            return None
        case _:
            assert_never(tie)
