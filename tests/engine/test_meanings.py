"""Votes over free texts: an embedder tells which of them say the same, and a vote goes on without it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.aggregation.voting import vote
from tests.engine.council import Council, council_at
from tests.engine.test_voting import said
from tests.fakes.model_server import FakeModel
from tests.fakes.ollama import open_ollama

VOTE = "stages: [{models: [a, b, c], aggregation: majority_vote, execution: sequential}]"
SKY = "The air scatters short waves far more than long ones, and so blue comes to us from everywhere above. " * 2
AIR = "Since blue light is bent aside by the molecules of the atmosphere, the whole of the sky shines with it. " * 2
SEA = "It is a mirror of the oceans, whose great blue surface shines up into the clouds and colours them. " * 2
VECTORS = {SKY.strip(): [1.0, 0.1], AIR.strip(): [1.0, 0.0], SEA.strip(): [0.0, 1.0]}


@pytest.fixture
async def council(tmp_path: Path) -> AsyncIterator[Council]:
    """Server `one` has an embedder, `two` a smaller one."""
    async with (
        open_ollama(*(FakeModel(name) for name in ("a", "b", "c")), embedder("large", 700)) as one,
        open_ollama(embedder("small", 70)) as two,
        council_at(tmp_path, one, two) as council,
    ):
        two.vectors = dict(VECTORS)
        await council.use(VOTE)
        yield council


def embedder(name: str, size_mb: int) -> FakeModel:
    return FakeModel(name, size_bytes=size_mb * 1_000_000, embeds=True)


def all_say(council: Council, *texts: str) -> None:
    for model, text in zip("abc", texts, strict=True):
        council.says(model, text)


async def details(council: Council) -> Mapping[str, Any]:
    found: Mapping[str, Any] = council.read("aggregation.json")["details"]
    return found


async def test_long_answers_that_mean_the_same_win_together(council: Council) -> None:
    all_say(council, SEA, SKY, AIR)
    assert (await council.answered("Why is the sky blue?")).strip() in (SKY.strip(), AIR.strip())
    told = await details(council)
    assert [group["voices"] for group in told["groups"]] == [["b", "c"], ["a"]]
    assert (told["outcome"], told["embedder"]) == ("majority", "two/small")
    assert len(council.two.asked_for("/api/embed")) == 1
    assert council.one.asked_for("/api/embed") == []


async def test_short_answers_in_other_words_meet(council: Council) -> None:
    council.two.vectors = {"Rome": [0.0, 1.0], "the city of Paris": [1.0, 0.1], "Paris": [1.0, 0.0]}
    all_say(council, "The answer is Rome.", "The answer is the city of Paris.", "The answer is Paris.")
    await council.answered("Which city?")
    assert [group["weight"] for group in (await details(council))["groups"]] == [2, 1]


async def test_an_embedder_in_trouble_costs_only_the_meaning(
    council: Council, caplog: pytest.LogCaptureFixture
) -> None:
    council.two.models["small"].load_error = "model requires more system memory"
    all_say(council, SEA, SKY, AIR)
    text = await council.answered("Why is the sky blue?")
    assert all(part.strip() in text for part in (SKY, AIR, SEA)), "nobody can be compared, so all stand"
    told = await details(council)
    assert told["outcome"] == "nothing"
    assert "embedder" not in told
    assert "two/small could not tell what the answers mean" in caplog.text


async def test_a_model_that_only_ranks_leaves_it_to_the_next(council: Council) -> None:
    council.two.models["small"].load_error = "this model does not support embeddings"
    council.one.vectors = dict(VECTORS)
    all_say(council, SEA, SKY, AIR)
    await council.answered("Why is the sky blue?")
    told = await details(council)
    assert (told["outcome"], told["embedder"]) == ("majority", "one/large")


async def test_vectors_that_are_not_of_one_length_are_none(council: Council) -> None:
    council.two.vectors[SEA.strip()] = [1.0]
    all_say(council, SEA, SKY, AIR)
    await council.answered("Why is the sky blue?")
    assert (await details(council))["outcome"] == "nothing"


async def test_where_words_are_enough_no_embedder_is_loaded(council: Council) -> None:
    all_say(council, "The answer is Paris.", "The answer is **Paris, France**.", "The answer is paris")
    await council.answered("Which city?")
    all_say(council, "The answer is 4.", "The answer is 5.", "The answer is 5.")
    await council.answered("2 + 3?")
    assert council.two.asked_for("/api/embed") == []


async def test_texts_too_long_for_the_embedder_lose_their_middle(council: Council) -> None:
    council.two.models["small"].context_tokens = council.two.models["small"].n_ctx = 256
    await council.engine.catalogue.refresh()
    all_say(council, *(f"{word} " + "Words and words. " * 300 + "The end" for word in ("One", "Two", "Three")))
    await council.answered("Tell me.")
    (body,) = council.two.asked_for("/api/embed")
    assert [text.split()[0] for text in body["input"]] == ["One", "Two", "Three"]
    assert all(text.endswith("The end") and len(text) < 1000 for text in body["input"])
    assert "embedder" in await details(council)


async def test_a_stage_can_be_skipped_while_the_embedder_thinks(council: Council) -> None:
    all_say(council, SEA, SKY, AIR)
    council.two.answers.clear()
    question = await council.ask("Why is the sky blue?")
    reading = asyncio.create_task(council.answer(question))
    await council.two.reached["/api/embed"].wait()
    run = council.engine.runs.of(council.dialog_id)
    assert run is not None and run.skip(1)
    await reading
    council.two.answers.set()
    assert (await details(council)) == {"skipped": True}


async def test_a_vote_that_the_meaning_may_still_turn_does_not_end_early(council: Council) -> None:
    await council.use("stages: [{models: [{model: a, samples: 6}], execution: sequential, aggregation: majority_vote}]")
    council.two.vectors = {"Rome": [0.0, 1.0], "the Eternal City": [0.1, 1.0], "Paris": [1.0, 0.0]}
    words = ["Paris", "Rome", "the Eternal City", "Paris", "Paris", "the Eternal City"]
    council.says("a", *(f"The answer is {word}." for word in words))
    await council.answered("Which city?")
    assert len(council.asked("a")) == 6, "after five, three for Paris and two for Rome, in two ways"
    assert (await details(council))["outcome"] == "tie"


async def test_without_an_embedder_words_alone_decide_early(tmp_path: Path) -> None:
    async with open_ollama(FakeModel("a")) as one, open_ollama() as two, council_at(tmp_path, one, two) as council:
        await council.use(
            "stages: [{models: [{model: a, samples: 6}], execution: sequential, aggregation: majority_vote}]"
        )
        words = ("Paris", "Rome", "the Eternal City", "Paris", "Paris")
        council.says("a", *(f"The answer is {word}." for word in words))
        await council.answered("Which city?")
        assert len(council.asked("a")) == 5


@pytest.mark.parametrize(
    ("one", "other"),
    [("Apollo 11", "Apollo 12"), ("guilty", "not guilty"), ("виновен", "не виновен")],
)
def test_numbers_and_a_not_keep_short_texts_apart(one: str, other: str) -> None:
    opinions = said(f"Answer: {one}", f"Answer: {other}")
    vectors = {one: [1.0, 0.0], other: [1.0, 0.0]}
    assert [len(group.ballots) for group in vote(opinions, vectors=vectors).groups] == [1, 1]
