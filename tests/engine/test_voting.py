"""The vote: who agrees with whom, who wins, when it is over, and what it is when nobody answers."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.aggregation.opinions import Opinion
from engine.aggregation.voting import free_texts, is_decided, settled, spokesman, vote


def said(*texts: str) -> list[Opinion]:
    return [Opinion(f"m{number}", text) for number, text in enumerate(texts, start=1)]


def counted(*texts: str, question: str = "") -> list[int]:
    """The sizes of the groups."""
    return [len(group.ballots) for group in vote(said(*texts), question=question).groups]


SAME = [
    ("1,000", "1000", "1 000", "1\u00a0000", "1e3", "Ответ: 10^3", r"\boxed{1{,}000}", "one thousand", "1 тыс."),
    ("0.5", "0,5", "1/2", "50 %", "½", r"$\frac{1}{2}$", "половина", "50 процентов"),
    ("5 km", "5000 m", "5 км", "5 километров", "5,0 км"),
    ("1.5 кг", "1500 г", "1,5 kg", "полтора килограмма"),
    ("2 ч 30 мин", "150 минут", "2.5 hours", "2,5 часа", "2 hours and 30 minutes"),
    ("-5", "−5", "–5", r"$-5$", "x = -5"),
    ("3.14", "3.1416", "≈ 3.142", "3,14159"),
    ("33.3", "33.33", "100/3"),
    ("Да", "да.", "**Yes**", "Верно", "Yes, it is."),
    ("Нет", "no", "Неверно.", "False"),
    ("B", "(b)", "B) Paris", "Option B", "Ответ: B. Paris", "**B**"),
    ("Париж", "париж.", "«Париж»", "Город Париж", "ПАРИЖ"),
    ("The Great Gatsby", "great gatsby", '"The Great Gatsby."'),
    ("Королёв", "Королев"),
    ("12 апреля 1961 года", "12.04.1961", "April 12, 1961", "1961-04-12", "12 апреля"),
    ("x = 2 и x = 3", "2; 3", "x₁ = 3, x₂ = 2", "2 and 3", r"\boxed{2, 3}"),
    ("14:30", "2:30 PM", "14:30:00"),
    ("1 час", "60 минут", "60 min", "1 h"),
    ("$5", "5 долларов", "5 USD", "5"),
    ("72 км/ч", "20 м/с", "72 kilometers per hour"),
    ("Paris", "Paris, France", "Paris (France)"),
    ("25", "двадцать пять", "twenty-five", "25 apples"),
]  # fmt: skip


@pytest.mark.parametrize("texts", SAME, ids=lambda texts: texts[0])
def test_ways_of_writing_one_answer_are_one_group(texts: tuple[str, ...]) -> None:
    tally = vote(said(*texts))
    assert [group.words for group in tally.groups] == [tally.groups[0].words], [
        [ballot.words for ballot in group.ballots] for group in tally.groups
    ]


DIFFERENT = [
    ("5 km", "5 m"),
    ("5 рублей", "5 долларов"),
    ("0.3", "1/3"),
    ("2.5", "2.54"),
    ("5", "-5"),
    ("3", "3.4"),
    ("100", "101"),
    ("A", "B"),
    ("yes", "no"),
    ("Александр", "Александра"),
    ("Apollo 11", "11"),
    ("12 апреля", "13 апреля"),
    ("2; 3", "2; 4"),
    ("(1; 2)", "(2; 1)"),
    ("√2", "√3"),
    ("1961 год", "1962 год"),
    ("нет решений", "нет"),
    ("2x + 1", "2x - 1"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_answers_are_not_one_group(one: str, other: str) -> None:
    assert counted(one, other) == [1, 1]
    assert counted(other, one) == [1, 1]


def test_a_number_without_a_unit_joins_only_one_unit() -> None:
    assert counted("5", "5 km", "5 m") == [2, 1]


def test_the_majority_wins_and_the_tally_says_who_voted_what() -> None:
    tally = vote(said("The answer is 4.", "Ответ: 5", "x = 4", "Не знаю."))
    assert tally.outcome == "majority"
    assert [[ballot.name for ballot in group.ballots] for group in tally.groups] == [["m1", "m3"], ["m2"]]
    assert tally.winner == tally.groups[0]
    assert tally.abstained == ("m4",)
    assert vote(said("4", "4", "5", "6")).outcome == "plurality"


def test_a_tie_goes_by_the_declared_rule() -> None:
    opinions = said("Answer: 4", "Long thoughts about it, and so on.\nAnswer: 5")
    first = vote(opinions, "first")
    assert (first.outcome, first.winner and first.winner.words) == ("tie", "4")
    longest = vote(opinions, "longest")
    assert longest.winner and longest.winner.words == "5"
    judged = vote(opinions, "judge")
    assert judged.winner is None
    assert len(judged.tied) == 2
    assert settled(judged, judged.tied[1]).winner == judged.tied[1]


def test_weights_count() -> None:
    opinions = [Opinion("big", "4", 2.5), Opinion("a", "5"), Opinion("b", "5"), Opinion("mute", "6", 0.0)]
    tally = vote(opinions)
    assert tally.winner and tally.winner.words == "4"
    assert tally.abstained == ("mute",)


def test_the_spokesman_of_a_group_is_the_most_worked_out_answer() -> None:
    opinions = said("4", "2 + 2 = 4.\nAnswer: 4", "5")
    tally = vote(opinions)
    assert tally.winner
    assert spokesman(tally.winner, opinions) == opinions[1]


@pytest.mark.parametrize(
    "texts", [(), ("",), ("Не знаю.", "I don't know.", "  "), ("К сожалению, я не могу ответить.",)]
)
def test_a_vote_without_answers_is_an_outcome(texts: tuple[str, ...]) -> None:
    tally = vote(said(*texts))
    assert (tally.outcome, tally.groups, tally.winner) == ("nothing", (), None)
    assert len(tally.abstained) == len(texts)


def test_letters_are_read_in_the_alphabet_of_the_question() -> None:
    assert counted("В", "B", question="A) 1 B) 2 C) 3") == [2]
    assert counted("В", "C", question="а) 1\nб) 2\nв) 3") == [2]
    assert counted("В", "Б", "Г") == [1, 1, 1]
    assert counted("С", "C", "D", "B") == [2, 1, 1]


def test_the_words_of_an_option_are_that_option() -> None:
    question = "Столица Франции?\nA) Лондон\nB) Париж\nC) Рим"
    assert counted("B", "Париж", "Ответ: B) Париж", "C", question=question) == [3, 1]


def test_free_texts_are_grouped_by_meaning_where_there_are_vectors() -> None:
    long = ["It is because " + "the air scatters short waves more. " * 8 + tail for tail in ("Thus.", "So.")]
    opinions = said(*long, "A completely different long story about the sea and its many mirrors. " * 4)
    assert vote(opinions).outcome == "nothing", "without vectors nothing can be compared"
    texts = free_texts(opinions)
    vectors = dict(zip(texts, ([1.0, 0.1], [1.0, 0.0], [0.0, 1.0]), strict=True))
    assert [len(group.ballots) for group in vote(opinions, vectors=vectors).groups] == [2, 1]


def test_short_texts_meet_by_meaning_too() -> None:
    opinions = said("Ответ: в Париже", "Ответ: Париж", "Ответ: Рим")
    vectors = {"в Париже": [1.0, 0.0], "Париж": [0.95, 0.1], "Рим": [0.0, 1.0]}
    assert set(free_texts(opinions)) == set(vectors)
    assert [len(group.ballots) for group in vote(opinions, vectors=vectors).groups] == [2, 1]


@pytest.mark.parametrize(
    ("texts", "left", "decided"),
    [
        (("4", "4", "4"), 2, True),
        (("4", "4"), 2, False),
        (("4", "4", "5"), 1, False),
        (("4", "4", "4", "5"), 1, True),
        ((), 3, False),
        (("4",), 0, True),
        (("не знаю", "4", "4"), 1, True),
    ],
)
def test_a_vote_ends_early_once_nothing_can_change_it(texts: tuple[str, ...], left: float, decided: bool) -> None:
    assert is_decided(said(*texts), left) is decided


@given(some.lists(some.sampled_from(["4", "5", "4 km", "4.02", "4.0199", "не знаю", "B"]), min_size=1, max_size=7))
def test_what_was_decided_early_stays_so(texts: list[str]) -> None:
    final = vote(said(*texts)).winner
    for count in range(len(texts)):
        if is_decided(said(*texts[:count]), len(texts) - count):
            early = vote(said(*texts[:count])).winner
            assert early and final
            assert early.ballots == final.ballots[: len(early.ballots)]


def test_the_order_of_votes_does_not_change_the_count() -> None:
    for one, two, three in product(["4", "4.0", "5"], repeat=3):
        assert sorted(counted(one, two, three)) == sorted(counted(three, two, one))
