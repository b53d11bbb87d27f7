"""What the guide learns from and is examined with: readable data that cannot go stale unnoticed."""

import random

import pytest

from bot.commands import KNOWN
from bot.guide import SMALL_TALK, TOPICS, answer, commands_in, title
from bot.texts import LANGUAGES, texts
from config.settings import Language
from guide.noise import noisy
from guide.questions import FOLDER, Asked, held_back, ways_of, written_out
from guide.rewording import reworded
from guide.split import NEAR, Nearest, apart, triples
from guide.wordings import Wordings

LONGEST_ANSWER = 320


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    return request.param


@pytest.fixture(scope="module")
def asked(language: Language) -> list[Asked]:
    return written_out(language, random.Random(1))


def kept_apart(language: Language) -> list[Asked]:
    return [*held_back("rehearsal", language), *held_back("exam", language)]


def test_every_command_that_an_answer_mentions_exists(language: Language) -> None:
    words = texts(language)
    mentioned = {name for topic in (*TOPICS, *SMALL_TALK) for name in commands_in(answer(topic, words))}
    assert mentioned <= set(KNOWN)
    assert {"model", "new", "delete", "set", "pipe", "invite"} <= mentioned


def test_commands_are_found_in_a_sentence_and_paths_and_addresses_are_none() -> None:
    text = "/model, /set n_ctx 4096, data/logs/consilium.log, models/, http://127.0.0.1:8081. See /new"
    assert commands_in(text) == {"model", "set", "new"}


def test_an_answer_is_short_and_its_title_fits_a_button(language: Language) -> None:
    words = texts(language)
    for topic in TOPICS:
        assert len(answer(topic, words)) <= LONGEST_ANSWER, topic
        assert len(title(topic, words)) <= 30, topic


def test_both_languages_mention_the_same_commands() -> None:
    for topic in TOPICS:
        russian, english = (commands_in(answer(topic, texts(language))) for language in ("ru", "en"))
        assert russian == english, topic


def test_every_topic_can_be_asked_about_in_many_ways_and_is_examined(language: Language, asked: list[Asked]) -> None:
    topics = {*TOPICS, *SMALL_TALK}
    assert {one.topic for one in asked} == topics
    for kind in ("rehearsal", "exam"):
        assert {one.topic for one in held_back(kind, language)} == topics, kind
    assert all(sum(one.topic == topic for one in asked) > 100 for topic in topics)


def test_the_exam_is_as_large_as_promised() -> None:
    exam = [one for language in LANGUAGES for one in held_back("exam", language)]
    assert sum(one.topic != "other" for one in exam) >= 300
    assert sum(one.topic == "other" for one in exam) >= 100


def test_the_exam_asks_nothing_that_was_rehearsed(language: Language) -> None:
    rehearsed = {triples(one.text) for one in held_back("rehearsal", language)}
    assert [one.text for one in held_back("exam", language) if triples(one.text) in rehearsed] == []


def test_no_question_of_the_exam_is_trained_on_nor_any_near_to_it(language: Language, asked: list[Asked]) -> None:
    examined, some = kept_apart(language), asked[::5]
    kept, left_out = apart(some, examined)
    assert left_out, "the split has something to do"
    assert len(kept) + len(left_out) == len(some)
    learned = [triples(one.text) for one in random.Random(2).sample(kept, 400)]
    for one in examined:
        parts = triples(one.text)
        nearest = max(2 * len(parts & others) / (len(parts) + len(others)) for others in learned)
        assert nearest < NEAR, one.text


@pytest.mark.parametrize(
    ("training", "is_left_out"),
    [
        ("как удалить диалог", True),
        ("Диалог удалить как?!", True),
        ("подскажи, как же мне удалить этот диалог", True),
        ("как убрать чат насовсем", False),
        ("как переименовать диалог", False),
    ],
)
def test_the_split_sees_through_order_case_and_polite_words(training: str, is_left_out: bool) -> None:
    _, left_out = apart([Asked(training, "dialog-delete", "ru")], [Asked("удалить диалог", "dialog-delete", "ru")])
    assert bool(left_out) is is_left_out


def test_a_pattern_is_written_out_in_its_ways_and_no_others() -> None:
    ways = ways_of("{how} [open|close] it[| now]", {"how": "[how to|please]"}, random.Random(1))
    assert len(ways) == len(set(ways)) > 5
    assert set(ways) <= {
        f"{how} {what} it{end}" for how in ("how to", "please") for what in ("open", "close") for end in ("", " now")
    }


def test_noise_is_the_same_by_the_same_seed_and_differs_by_another() -> None:
    def typed(seed: int) -> list[str]:
        draw = random.Random(seed)
        return [noisy("как добавить модель", "ru", draw) for _ in range(50)]

    assert typed(1) == typed(1) != typed(2)
    assert len(set(typed(1))) > 10


def test_every_file_of_questions_belongs_to_a_language() -> None:
    names = {
        path.name.split(".")[0] for folder in ("questions", "rehearsal", "exam") for path in (FOLDER / folder).iterdir()
    }
    assert names == set(LANGUAGES)


def test_words_are_exchanged_for_others_like_them_and_the_rest_stays(language: Language) -> None:
    asked = {"ru": "как удалить этот диалог", "en": "how do i delete this dialog"}[language]
    draw = random.Random(1)
    ways = {reworded(asked, language, draw, share=1.0) for _ in range(200)}
    assert len(ways) > 20
    assert all({"ru": "этот", "en": "this"}[language] in way for way in ways)
    assert reworded(asked, language, draw, share=0.0) == asked


def test_no_lesson_is_in_the_words_of_the_exam() -> None:
    """Words are exchanged after the split, so each new wording is compared with the exam as well."""
    held_back = [Asked("стереть чат", "dialog-delete", "ru"), Asked("erase the chat", "dialog-delete", "en")]
    asked = [Asked("удалить чат", "dialog-delete", "ru"), Asked("delete the chat", "dialog-delete", "en")]
    wordings, nearest, draw = Wordings(asked, held_back), Nearest(held_back), random.Random(2)
    said = {wordings.said(one, draw) for one in asked for _ in range(300)}
    assert len(said) > 10
    assert not [text for text in said if nearest.to(text)]
