"""Fifty deaths of a model's process at any moment, under load: nothing is lost, wrong or left over."""

import asyncio
import random
import signal
from pathlib import Path

import psutil

from engine.answers import Answer
from engine.dialogs import Place
from engine.errors import ModelCrashed
from engine.events import Done
from engine.questions import Question
from tests.engine.conversation import ANNA, Conversation, open_conversation
from tests.tiny_gguf import Shape, make_gguf

KILLS = 50
SEED = 3
SLOW = Shape(n_embd=128, n_layer=4, n_ff=512)
"""An answer takes about as long as the start of a process, so that deaths fall into all its parts."""
SIGNALS = (signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV)
LATEST_S = 0.5
GROWTH_BYTES = 24 << 20


async def test_fifty_deaths_lose_no_question_and_spoil_no_answer(tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf", shape=SLOW)
    chance = random.Random(SEED)
    async with open_conversation(tmp_path, "llama_cpp") as first:
        asked = [
            await begun(conversation) for conversation in (first, await another(first, 1), await another(first, 2))
        ]
        expected = [(await answered(*one)).text for one in asked]
        process = psutil.Process()
        handles, taken = process.num_fds(), 0
        crashes = 0
        for number in range(KILLS):
            endings, _ = await asyncio.gather(
                asyncio.gather(*(answered(*one) for one in asked), return_exceptions=True), kill(chance)
            )
            crashes += sum(isinstance(ending, ModelCrashed) for ending in endings)
            for ending, text in zip(endings, expected, strict=True):
                assert isinstance(ending, ModelCrashed) or (isinstance(ending, Answer) and ending.text == text)
            taken = taken if number != KILLS // 5 else process.memory_info().rss
        assert crashes >= KILLS // 2, "most of them fell into an answer"
        assert [(await answered(*one)).text for one in asked] == expected
        assert [await first.engine.questions.get(question.id) is not None for _, question in asked] == [True] * 3
        assert len(process.children(recursive=True)) == 1
        assert process.num_fds() <= handles + 2
        assert process.memory_info().rss - taken < GROWTH_BYTES
    assert process.children(recursive=True) == []


async def another(conversation: Conversation, thread: int) -> Conversation:
    """One more dialog with the same model."""
    engine = conversation.engine
    dialog = await engine.dialogs.open(Place(ANNA, thread), ANNA)
    await engine.dialogs.choose_model(dialog.id, (await conversation.model()).id)
    return Conversation(engine, dialog.id, 100 * thread)


async def begun(conversation: Conversation) -> tuple[Conversation, Question]:
    await conversation.set(temperature=0.0, max_tokens=120)
    return conversation, await conversation.ask(f"раз {conversation.dialog_id} " * 20)


async def answered(conversation: Conversation, question: Question) -> Answer:
    (*_, last) = await conversation.answer(question)
    assert isinstance(last, Done)
    return last.answer


async def kill(chance: random.Random) -> None:
    """Kill the process that there is after a while."""
    await asyncio.sleep(chance.uniform(0, LATEST_S))
    for process in psutil.Process().children():
        process.send_signal(chance.choice(SIGNALS))
