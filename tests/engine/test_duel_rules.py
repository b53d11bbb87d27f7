"""The rules of talks between models."""

import pytest

from engine.duel_rules import LONGEST_S, kept, messages_for, next_speaker, reason_to_end, repeats, without_own_name
from engine.duels import Duel, Speaker, Speech, SpeechState

NAMES = ("tea", "coffee", "cocoa")


def duel(speakers: int = 2, turns: int = 6, first: int = 0) -> Duel:
    return Duel(1, 1, 1, "Drinks", tuple(Speaker(n) for n in range(speakers)), first, turns, "running", "", "")


def speech(speaker: int | None, text: str, state: SpeechState = "done") -> Speech:
    return Speech(1, 1, speaker, "Anna" if speaker is None else NAMES[speaker], state, text, (), 0.0)


def test_speakers_take_turns_beginning_with_the_first() -> None:
    assert next_speaker(duel(3, first=2), []) == 2
    assert next_speaker(duel(3, first=2), [speech(2, "a"), speech(None, "hm"), speech(0, "b")]) == 1
    assert next_speaker(duel(), [speech(0, "a"), speech(1, "", "failed")]) == 1, "a failed one is asked again"
    assert next_speaker(duel(), [speech(0, "half", "stopped")]) == 1, "what was said counts"


def test_a_talk_ends_by_turns_repetition_or_time() -> None:
    said = [speech(0, "One two three four."), speech(1, "Quite another thing.")]
    assert reason_to_end(duel(), said, 0) == ""
    assert reason_to_end(duel(turns=2), said, 0) == "turns"
    assert reason_to_end(duel(), said, LONGEST_S) == "time"
    assert reason_to_end(duel(), [*said, speech(0, "one, two three FOUR")], 0) == "repetition"


@pytest.mark.parametrize(
    ("text", "earlier", "same"),
    [
        ("Yes.", "Yes", True),
        ("Yes.", "No.", False),
        ("", "Anything", True),
        (
            "I agree that tea is the better drink for the evening.",
            "I agree that tea is the better drink for an evening.",
            True,
        ),
        (
            "I agree that tea is the better drink, and cheaper.",
            "I agree that coffee is the better one, and so much cheaper.",
            False,
        ),
        ("Tea calms you down before you sleep.", "Coffee wakes you up when you have to work.", False),
    ],
)
def test_near_same_words_are_a_repetition(text: str, earlier: str, same: bool) -> None:
    assert repeats(text, [earlier]) is same


def test_roles_alternate_whoever_spoke() -> None:
    said = [speech(None, "Please be kind."), speech(0, "A"), speech(1, "B"), speech(2, "C"), speech(None, "Hm?")]
    system, *messages = messages_for(duel(3), 0, NAMES, said)
    assert system.role == "system"
    assert [(message.role, message.text) for message in messages] == [
        ("user", "The topic: Drinks\n\nAnna: Please be kind."),
        ("assistant", "A"),
        ("user", "coffee: B\n\ncocoa: C\n\nAnna: Hm?"),
    ]
    assert messages_for(duel(), 0, NAMES, [speech(0, "A")])[-1].role == "user", "it never speaks after itself unasked"


def test_the_oldest_speeches_leave_and_the_last_word_stays() -> None:
    said = [speech(n % 2, str(n) * 100) for n in range(10)]
    assert kept(said, None) == said
    assert kept(said, 350) == said[-3:]
    assert kept(said, 10) == said[-1:]
    assert kept([], 10) == []
    assert messages_for(duel(), 0, NAMES, said, 350)[1].text.startswith("The topic: Drinks")


def test_a_model_that_writes_its_own_name_is_quoted_without_it() -> None:
    assert without_own_name("tea: Good evening.", "tea") == "Good evening."
    assert without_own_name("**tea**: Good evening.", "tea") == "Good evening."
    assert without_own_name("tea is fine", "tea") == "tea is fine"
