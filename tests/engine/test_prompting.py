"""What a model reads: who leaves when the window is full, what stays the same between turns, who counts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.errors import ContextTooLong
from engine.prompting import FILL_AFTER_CUT, Prompt, room_in
from engine.tokens import prompt_units
from tests.engine.conversation import Conversation, open_conversation, roles_of, texts_of
from tests.fakes.model_server import FakeModel
from tests.fakes.ollama import FakeOllama, open_ollama
from tests.fakes.openai import open_openai
from tests.tiny_gguf import make_gguf

WORDS = "river stone house light winter " * 12


@pytest.fixture
async def ollama() -> AsyncIterator[FakeOllama]:
    async with open_ollama(FakeModel("small")) as server:
        yield server


@pytest.fixture
async def talk(tmp_path: Path, ollama: FakeOllama) -> AsyncIterator[Conversation]:
    """A dialog whose window holds about ten turns of WORDS."""
    async with open_conversation(tmp_path, "ollama", ollama.url) as talk:
        await talk.set(n_ctx=2048, system="You are kind.")
        yield talk


async def turn(talk: Conversation, number: int) -> Prompt:
    """Fit question `number`, then store an answer to it."""
    question = await talk.ask(f"Question {number}: {WORDS}")
    prompt = await talk.fit(question)
    answer_id = await talk.engine.answers.begin(question.id, "m", "s")
    await talk.engine.answers.end(answer_id, "done", f"Answer {number}: {WORDS}", "")
    return prompt


async def test_while_it_fits_everything_is_sent_in_its_order(talk: Conversation) -> None:
    await talk.said("Who are you?", "A model.")
    await talk.said("Which?", "A small one.")
    prompt = await talk.fit(await talk.ask("Thanks"))
    assert roles_of(prompt) == ["system", "user", "assistant", "user", "assistant", "user"]
    assert texts_of(prompt) == ["You are kind.", "Who are you?", "A model.", "Which?", "A small one.", "Thanks"]
    assert prompt.left_out == 0


async def test_a_question_that_got_no_answer_stands_alone_and_one_that_waits_is_not_there(talk: Conversation) -> None:
    failed = await talk.ask("Anybody?")
    await talk.engine.questions.set_state(failed.id, "failed", only_from=("waiting",))
    asked = await talk.said("Hello?", "Hi.")
    await talk.engine.questions.set_state(asked.id, "waiting", only_from=("answered",))
    assert texts_of(await talk.fit(await talk.ask("And now?"))) == ["You are kind.", "Anybody?", "And now?"]


async def test_the_oldest_turns_leave_first_and_the_system_prompt_and_the_question_never(talk: Conversation) -> None:
    for number in range(40):
        prompt = await turn(talk, number)
        first, *_, last = texts_of(prompt)
        assert first == "You are kind."
        assert last.startswith(f"Question {number}:")
        kept = [int(text.split(":")[0].split()[1]) for text in texts_of(prompt)[1::2]]
        assert kept == [*range(prompt.left_out, number + 1)], "what is left is the newest, without a gap"
    assert prompt.left_out > 25


async def test_after_a_cut_the_front_stays_the_same_for_many_turns(talk: Conversation) -> None:
    before = await turn(talk, 0)
    stable, runs = 0, []
    for number in range(1, 50):
        prompt = await turn(talk, number)
        if prompt.messages[: len(before.messages)] == before.messages:
            stable += 1
        else:
            assert prompt.left_out > before.left_out, "the front changes only when turns leave"
            runs.append(stable)
            stable = 0
        before = prompt
    assert len(runs) > 3
    assert min(runs) >= 2, "several turns leave at once, so that the next ones change nothing"


async def test_a_cut_leaves_room_to_grow_and_nothing_ever_exceeds_the_room(talk: Conversation) -> None:
    room = room_in(2048, (await talk.dialog()).settings.params())
    left_out = 0
    for number in range(40):
        prompt = await turn(talk, number)
        assert prompt_units(prompt.messages) <= room
        if prompt.left_out > left_out:
            assert prompt_units(prompt.messages) <= room * FILL_AFTER_CUT
        left_out = prompt.left_out


async def test_a_cut_outlives_a_restart(tmp_path: Path, ollama: FakeOllama) -> None:
    async with open_conversation(tmp_path, "ollama", ollama.url) as talk:
        await talk.set(n_ctx=2048)
        left_out = 0
        number = 0
        while not left_out:
            before = await turn(talk, number)
            left_out, number = before.left_out, number + 1
    async with open_conversation(tmp_path, "ollama", ollama.url) as talk:
        after = await turn(talk, number)
    assert after.messages[: len(before.messages)] == before.messages
    assert after.left_out == left_out


async def test_what_left_comes_back_with_a_larger_window_and_the_smaller_one_finds_its_front_again(
    talk: Conversation,
) -> None:
    for number in range(14):
        small = await turn(talk, number)
    assert small.left_out > 0

    await talk.set(n_ctx=16384)
    large = await turn(talk, 14)
    assert large.left_out == 0
    assert texts_of(large)[1].startswith("Question 0:")

    await talk.set(n_ctx=2048)
    again = await turn(talk, 15)
    assert again.left_out >= small.left_out


async def test_another_models_larger_window_brings_turns_back(tmp_path: Path) -> None:
    models = FakeModel("small", context_tokens=2048), FakeModel("large", context_tokens=32768)
    async with open_ollama(*models) as server, open_conversation(tmp_path, "ollama", server.url) as talk:
        await talk.set(n_ctx=8192)
        for number in range(14):
            prompt = await turn(talk, number)
        assert prompt.left_out > 0
        (large,) = talk.engine.catalogue.find("large")
        await talk.engine.dialogs.choose_model(talk.dialog_id, large.id)
        assert (await turn(talk, 14)).left_out == 0


async def test_an_older_question_asked_anew_sees_what_was_before_it_and_moves_nothing(talk: Conversation) -> None:
    questions = [await talk.said(f"Question {number}: {WORDS}", f"Answer {number}: {WORDS}") for number in range(14)]
    await talk.fit(await talk.ask("A new one"))
    window = await talk.dialog()
    assert window.window_from > questions[3].id

    prompt = await talk.fit(questions[3])

    assert prompt.left_out == 0
    assert texts_of(prompt)[-2].startswith("Answer 2:")
    assert await talk.dialog() == window


async def test_when_no_turn_fits_beside_it_the_question_goes_alone(talk: Conversation) -> None:
    await talk.said("long " * 800, "Yes.")
    prompt = await talk.fit(await talk.ask("long " * 700))
    assert roles_of(prompt) == ["system", "user"]
    assert prompt.left_out == 1
    assert (await talk.fit(await talk.ask("short"))).left_out == 1, "it does not come back by itself"


async def test_a_question_too_long_even_alone_is_refused_with_both_numbers(talk: Conversation) -> None:
    await talk.said("Hello", "Hi.")
    question = await talk.ask("long " * 3000)
    with pytest.raises(ContextTooLong) as caught:
        await talk.fit(question)
    error = caught.value
    assert (error.server, error.model) == ("ollama", "small")
    assert error.prompt_tokens is not None and error.n_ctx is not None
    assert error.prompt_tokens > error.n_ctx == room_in(2048, (await talk.dialog()).settings.params())


async def test_room_is_left_for_the_answer_a_quarter_of_the_window_at_most(talk: Conversation) -> None:
    await talk.said("word " * 700, "Yes.")
    question = await talk.ask("And?")
    assert (await talk.fit(question)).left_out == 0
    await talk.set(n_ctx=1024, max_tokens=100_000)
    assert (await talk.fit(question)).left_out == 1
    await talk.set(n_ctx=2048, max_tokens=100_000)
    assert (await talk.fit(question)).left_out == 0, "max_tokens takes no more than its share"


async def test_an_estimate_is_trusted_with_a_margin_where_nobody_counts(talk: Conversation) -> None:
    """1.15 times the estimate must fit where Ollama, which has no tokenizer to ask, is near its border."""
    room = room_in(2048, (await talk.dialog()).settings.params())
    text = "word " * int(room / 1.1 / (5 * 0.27))
    with pytest.raises(ContextTooLong):
        await talk.fit(await talk.ask(text))


async def test_a_model_whose_tokens_are_short_gets_fewer_turns_once_that_is_learned(talk: Conversation) -> None:
    for number in range(3):
        await talk.said(f"Question {number}: {WORDS}", WORDS)
    question = await talk.ask("And?")
    prompt = await talk.fit(question)
    assert prompt.left_out == 0

    model = await talk.model()
    await talk.engine.catalogue.learn(model.id, prompt_units(prompt.messages), int(prompt_units(prompt.messages) * 4))

    assert (await talk.fit(question)).left_out > 0


async def test_near_the_border_an_embedded_model_counts_for_itself(tmp_path: Path) -> None:
    """Every byte is a token of this model: the estimate alone would send four times too much."""
    make_gguf(tmp_path / "m.gguf", says=["Yes", "."])
    async with open_conversation(tmp_path, "llama_cpp") as talk:
        await talk.set(n_ctx=1024, max_tokens=64)
        for number in range(6):
            await talk.said(f"Question {number}: " + "word " * 30, "word " * 30)
        question = await talk.ask("And?")
        estimated = prompt_units((await talk.fit(question)).messages)
        prompt = await talk.fit(question)
        assert 0 < prompt.left_out < 6

        done = (await talk.answer(question))[-2]

        counted = done.finish.usage.prompt_tokens  # type: ignore[union-attr]
        assert 2 * estimated < counted <= room_in(1024, (await talk.dialog()).settings.params())


async def test_near_the_border_llama_server_is_asked_and_far_from_it_left_in_peace(tmp_path: Path) -> None:
    """Its tokenizer counts words; ten thousand signs without a blank are one."""
    model = FakeModel("m", n_ctx=2048, context_tokens=2048)
    async with (
        open_openai("llama_server", model) as server,
        open_conversation(tmp_path, "llama_server", server.url) as talk,
    ):
        await talk.answer(await talk.ask("Hello there"))
        assert server.asked_for("/tokenize") == []

        prompt = await talk.fit(await talk.ask("x" * 10_000))

        assert len(server.asked_for("/tokenize")) == 1
        assert prompt.left_out == 0


async def test_a_model_that_has_not_answered_yet_is_asked_earlier(tmp_path: Path) -> None:
    model = FakeModel("m", n_ctx=2048, context_tokens=2048)
    async with (
        open_openai("llama_server", model) as server,
        open_conversation(tmp_path, "llama_server", server.url) as talk,
    ):
        text = "дом " * 300
        await talk.fit(await talk.ask(text))
        assert len(server.asked_for("/tokenize")) == 1
        await talk.engine.catalogue.learn((await talk.model()).id, 1000.0, 1000)
        await talk.fit(await talk.ask(text[:900]))
        assert len(server.asked_for("/tokenize")) == 1


async def test_an_unknown_window_takes_everything(tmp_path: Path) -> None:
    async with (
        open_openai("openai", FakeModel("m")) as server,
        open_conversation(tmp_path, "openai", server.url) as talk,
    ):
        for number in range(30):
            prompt = await turn(talk, number)
        assert prompt.left_out == 0
        assert len(prompt.messages) == 59
