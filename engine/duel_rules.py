"""The rules of a talk between models: whose turn it is, what each of them reads, when it is over. Pure functions."""

import re
from collections.abc import Sequence

from engine.aggregation.prompts import spoken_language
from engine.duel_prompts import PROMPTS
from engine.duels import Duel, Reason, Speech
from engine.messages import Message

LONGEST_S = 1800.0
"""A talk that nobody stopped for so long is over; going on begins anew."""
COMPARED_SPEECHES = 6
SAME_SHARE = 0.6
"""Two speeches that share so much of their word triples say the same."""
LEAST_TRIPLES = 4
"""Shorter ones must be equal."""


def reason_to_end(duel: Duel, speeches: Sequence[Speech], ran_s: float) -> Reason:
    """Why the talk is over, "" while it is not."""
    spoken = by_models(speeches)
    if len(spoken) >= duel.turns:
        return "turns"
    if spoken and repeats(spoken[-1].text, [speech.text for speech in spoken[-1 - COMPARED_SPEECHES : -1]]):
        return "repetition"
    return "time" if ran_s >= LONGEST_S else ""


def next_speaker(duel: Duel, speeches: Sequence[Speech]) -> int:
    """They alternate, beginning with the first; a speech that failed is tried again."""
    return (duel.first + len(by_models(speeches))) % len(duel.speakers)


def by_models(speeches: Sequence[Speech]) -> list[Speech]:
    return [speech for speech in speeches if speech.speaker is not None and speech.counts]


def repeats(text: str, earlier: Sequence[str]) -> bool:
    """Nothing, or nearly what was said before."""
    said = words_of(text)
    if not said:
        return True
    return any(nearly_same(said, words_of(other)) for other in earlier)


def nearly_same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    first, second = triples(one), triples(other)
    if min(len(first), len(second)) < LEAST_TRIPLES:
        return one == other
    return len(first & second) >= SAME_SHARE * len(first | second)


def words_of(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.casefold()))


def triples(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    return {words[place : place + 3] for place in range(len(words) - 2)}


def messages_for(
    duel: Duel, place: int, names: Sequence[str], speeches: Sequence[Speech], limit: int | None = None
) -> tuple[Message, ...]:
    """What the model at `place` reads: its own words as its own, those of all others as said to it.

    Beyond `limit` characters the oldest speeches are left out; the topic and the last word never are.
    """
    said = kept([speech for speech in speeches if speech.counts], limit)
    messages = [Message("system", system_prompt(duel, place, names))]
    texts, role = [opening(duel)], "user"
    for speech in said:
        is_own = speech.speaker == place
        if is_own != (role == "assistant"):
            messages.append(Message("assistant" if role == "assistant" else "user", "\n\n".join(texts)))
            texts, role = [], "assistant" if is_own else "user"
        texts.append(speech.text.strip() if is_own else f"{speech.name}: {speech.text.strip()}")
    messages.append(Message("assistant" if role == "assistant" else "user", "\n\n".join(texts)))
    if role == "assistant":
        messages.append(Message("user", PROMPTS[spoken_language(duel.topic)]["go on"]))
    return tuple(messages)


def kept(speeches: list[Speech], limit: int | None) -> list[Speech]:
    """The newest that fit together, the last in any case."""
    if limit is None:
        return speeches
    room, first = limit, len(speeches)
    while first and (room := room - len(speeches[first - 1].text)) >= 0:
        first -= 1
    return speeches[min(first, max(0, len(speeches) - 1)) :]


def system_prompt(duel: Duel, place: int, names: Sequence[str]) -> str:
    """The speaker's own, or the built-in one; who is who is said in any case."""
    words = PROMPTS[spoken_language(duel.topic)]
    others = ", ".join(name for number, name in enumerate(names) if number != place)
    who = words["who"].format(name=names[place], others=others)
    return f"{who}\n\n{duel.speakers[place].system or words['manner']}"


def opening(duel: Duel) -> str:
    return PROMPTS[spoken_language(duel.topic)]["topic"].format(topic=duel.topic)


def without_own_name(text: str, name: str) -> str:
    """Models like to write who speaks, as they see it with the others."""
    return re.sub(rf"^\s*(?:\*\*)?{re.escape(name)}(?:\*\*)?:(?:\*\*)?\s*", "", text)
