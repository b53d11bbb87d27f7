"""From a question to its answer: the events in their order, and what is stored however it ends."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.answers import Answer
from engine.errors import BrokenStream, ContextTooLong, NoModelChosen, NoSuchModel, ServerDown
from engine.events import Delta, Done, Event, StageDone, Started, Thought, Waiting
from engine.questions import Question, QuestionState
from engine.runs import StopReason
from tests.engine.conversation import Conversation, open_conversation, sent
from tests.fakes.model_server import FakeModel, Reply
from tests.fakes.ollama import FakeOllama, open_ollama


@pytest.fixture
async def ollama() -> AsyncIterator[FakeOllama]:
    async with open_ollama(FakeModel("small", thinks=True)) as server:
        yield server


@pytest.fixture
async def talk(tmp_path: Path, ollama: FakeOllama) -> AsyncIterator[Conversation]:
    async with open_conversation(tmp_path, "ollama", ollama.url) as talk:
        yield talk


async def variants(talk: Conversation, question: Question) -> list[Answer]:
    return await talk.engine.answers.variants(question.id)


async def state_of(talk: Conversation, question: Question) -> QuestionState:
    now = await talk.engine.questions.get(question.id)
    assert now is not None
    return now.state


async def answered_until(talk: Conversation, question: Question, deltas: int, reason: StopReason) -> list[Event]:
    """Answer until so many words came, then stop; the events that came."""
    events: list[Event] = []
    async with talk.running(question) as stream:
        async for event in stream:
            events.append(event)
            if sum(isinstance(one, Delta) for one in events) == deltas:
                talk.engine.runs.stop(talk.dialog_id, reason)
    return events


async def test_events_come_in_their_order_and_the_answer_is_stored_before_the_last(
    talk: Conversation, ollama: FakeOllama
) -> None:
    ollama.running.clear()
    await talk.engine.catalogue.refresh()
    ollama.reply = Reply(thought=["two and two"], text=["Fo", "ur."])
    question = await talk.ask("2 + 2?")

    *events, stage, done = await talk.answer(question)

    expected = [Started("small"), Waiting("load"), Thought("two and two"), Delta("Fo"), Delta("ur.")]
    assert events == expected
    assert isinstance(stage, StageDone)
    assert (stage.text, stage.thought) == ("Four.", "two and two")
    assert isinstance(done, Done)
    assert [done.answer] == await variants(talk, question)
    answer = done.answer
    assert (answer.state, answer.text, answer.thought, answer.finish) == ("done", "Four.", "two and two", "stop")
    assert (answer.model, answer.server, answer.usage.answer_tokens) == ("small", "ollama", 3)
    assert await state_of(talk, question) == "answered"


async def test_without_a_model_nothing_is_begun(talk: Conversation) -> None:
    question = await talk.ask("Hello?")
    await talk.engine.dialogs.choose_model(talk.dialog_id, None)
    with pytest.raises(NoModelChosen):
        await talk.answer(question)
    assert await variants(talk, question) == []
    assert await state_of(talk, question) == "waiting"


async def test_stop_keeps_what_was_said_and_hangs_up(talk: Conversation, ollama: FakeOllama) -> None:
    ollama.replies.append(Reply(text=["Once ", "upon ", "a time"], hold_after=2))
    question = await talk.ask("Tell me a story")

    events = await answered_until(talk, question, 2, "person")

    assert not any(isinstance(event, Done) for event in events)
    (answer,) = await variants(talk, question)
    assert (answer.state, answer.text) == ("stopped", "Once upon ")
    assert await state_of(talk, question) == "stopped"
    await asyncio.wait_for(ollama.hung_up.wait(), 5)
    await talk.answer(await talk.ask("Go on"))
    assert sent(ollama.asked_for("/api/chat")[-1]) == ["Tell me a story", "Once upon ", "Go on"]


async def test_a_stop_while_the_last_word_is_being_stored_leaves_nothing_running(talk: Conversation) -> None:
    question = await talk.ask("Hello?")
    async with talk.running(question) as stream:
        async for event in stream:
            if isinstance(event, StageDone):
                talk.engine.runs.stop(talk.dialog_id)
    (answer,) = await variants(talk, question)
    assert (answer.state, answer.text) == ("stopped", "Good morning.")
    assert await state_of(talk, question) == "stopped"


@pytest.mark.parametrize("reason", ["shutdown", None])
async def test_the_end_of_the_program_interrupts_and_keeps_what_was_said(
    talk: Conversation, ollama: FakeOllama, reason: StopReason | None
) -> None:
    ollama.reply = Reply(text=["Once ", "upon ", "a time"], hold_after=2)
    question = await talk.ask("Tell me a story")
    if reason:
        await answered_until(talk, question, 2, reason)
    else:
        async with talk.running(question) as stream:
            async for event in stream:
                if event == Delta("upon "):
                    break
    (answer,) = await variants(talk, question)
    assert (answer.state, answer.text) == ("interrupted", "Once upon ")
    assert await state_of(talk, question) == "interrupted"


async def test_a_failure_keeps_what_was_said(talk: Conversation, ollama: FakeOllama) -> None:
    ollama.reply = Reply(text=["Half", " a"], drop=True)
    question = await talk.ask("Hello?")
    with pytest.raises(BrokenStream):
        await talk.answer(question)
    (answer,) = await variants(talk, question)
    assert (answer.state, answer.text) == ("failed", "Half a")
    assert await state_of(talk, question) == "failed"


async def test_a_failure_without_a_word_leaves_the_variant_of_before(talk: Conversation, ollama: FakeOllama) -> None:
    question = await talk.ask("Hello?")
    await talk.answer(question)
    ollama.reply = Reply(status=500, body={"error": "llama runner process has terminated"})
    with pytest.raises(Exception, match="small"):
        await talk.answer(question)
    (answer,) = await variants(talk, question)
    now = await talk.engine.questions.get(question.id)
    assert now is not None
    assert (now.state, now.answer_id, answer.text) == ("answered", answer.id, "Good morning.")


async def test_a_joined_question_waits_again_and_leaves_no_variant(talk: Conversation, ollama: FakeOllama) -> None:
    ollama.replies.append(Reply(hold_after=0))
    question = await talk.ask("Translate this:")
    async with talk.running(question) as stream:
        async for _ in stream:
            joined = await talk.join("Guten Morgen")
            assert joined.id == question.id
            talk.engine.runs.stop(talk.dialog_id, "joined")
    assert await state_of(talk, question) == "waiting"
    assert await variants(talk, question) == []
    again = await talk.engine.questions.next(talk.dialog_id)
    assert again is not None
    await talk.answer(again)
    assert sent(ollama.asked_for("/api/chat")[-1]) == ["Translate this:\nGuten Morgen"]


async def test_a_dialog_deleted_meanwhile_ends_without_a_trace(talk: Conversation, ollama: FakeOllama) -> None:
    ollama.reply = reply = Reply(text=["Once ", "upon"], hold_after=1)
    question = await talk.ask("Tell me a story")
    events: list[Event] = []
    async with talk.running(question) as stream:
        async for event in stream:
            events.append(event)
            if isinstance(event, Delta) and not reply.go.is_set():
                await talk.engine.dialogs.delete(talk.dialog_id)
                reply.go.set()
    assert isinstance(events[-1], StageDone)
    assert await talk.engine.database.all("SELECT * FROM answers") == []


async def test_what_is_said_is_written_down_while_it_grows(talk: Conversation, ollama: FakeOllama) -> None:
    ollama.reply = Reply(text=["Once ", "upon"])
    question = await talk.ask("Tell me a story")
    async with talk.running(question) as stream:
        async for event in stream:
            if event == Delta("upon"):
                (answer,) = await variants(talk, question)
                assert (answer.state, answer.text) == ("running", "Once ")


async def test_what_an_old_ollama_drops_silently_is_a_typed_error(tmp_path: Path) -> None:
    """Signs count little with us and much with its tokenizer: we think it fits, and it drops the front."""
    async with (
        open_ollama(FakeModel("small"), version="0.12.3") as server,
        open_conversation(tmp_path, "ollama", server.url) as talk,
    ):
        await talk.set(n_ctx=2048)
        await talk.said("word " * 100 + "! " * 2100, "Yes.")
        question = await talk.ask("And now?")
        with pytest.raises(ContextTooLong) as caught:
            await talk.answer(question)
        assert caught.value.n_ctx == 2048
        assert await state_of(talk, question) == "failed"
        (answer,) = await variants(talk, question)
        assert (answer.state, answer.text) == ("failed", "Good morning.")


async def test_a_model_that_came_back_answers_after_a_second_look(talk: Conversation, ollama: FakeOllama) -> None:
    model = ollama.models.pop("small")
    await talk.engine.catalogue.refresh()
    with pytest.raises(NoSuchModel):
        await talk.answer(await talk.ask("Are you there?"))
    ollama.models["small"] = model
    assert isinstance((await talk.answer(await talk.ask("And now?")))[-1], Done)


async def test_a_server_that_is_down_is_named_and_nothing_is_left_running(tmp_path: Path) -> None:
    async with open_ollama(FakeModel("small")) as server:
        url = server.url
        async with open_conversation(tmp_path, "ollama", url):
            pass
    async with open_conversation(tmp_path, "ollama", url) as talk:
        question = await talk.ask("Hello?")
        with pytest.raises(ServerDown):
            await talk.answer(question)
        assert await state_of(talk, question) == "failed"
        assert await variants(talk, question) == []


async def test_left_out_turns_are_told_at_the_start_and_stored(talk: Conversation) -> None:
    await talk.set(n_ctx=2048)
    for number in range(12):
        await talk.said(f"Question {number} " + "word " * 60, "word " * 60)
    started, *_, done = await talk.answer(await talk.ask("And?"))
    assert isinstance(started, Started)
    assert isinstance(done, Done)
    assert started.left_out == done.answer.left_out > 0


async def test_what_a_prompt_cost_is_learned(talk: Conversation, ollama: FakeOllama) -> None:
    model = await talk.model()
    await talk.answer(await talk.ask("Hi"))
    assert talk.engine.catalogue.tokens_per_unit(model.id) is None, "a greeting tells nothing"
    await talk.answer(await talk.ask("word " * 1000))
    assert talk.engine.catalogue.tokens_per_unit(model.id) == pytest.approx(0.74, abs=0.02)
