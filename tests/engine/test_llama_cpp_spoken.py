"""What a dialog said is read again token by token, however its answer ended: counted by what need not be computed."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.backends.base import ChatRequest
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.events import Delta, Finish
from engine.fitting import Free
from engine.messages import Message, Params, Usage
from tests.tiny_gguf import THINKING_TEMPLATE, Shape, make_gguf

BABBLE = Params(temperature=1.5, seed=5, max_tokens=60)
FRAME_TOKENS = 12
"""Marks, a short question, and the last token of the prompt, which is always computed."""


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[LlamaCppBackend]:
    async with LlamaCppBackend(
        tmp_path, tmp_path / "models.yaml", free_memory=lambda: Free(1 << 34), n_slots=4
    ) as backend:
        yield backend


def ask(*texts: str, params: Params = BABBLE) -> ChatRequest:
    """A dialog in which the person and the model take turns."""
    roles = ("user", "assistant")
    messages = tuple(Message(roles[place % 2], text) for place, text in enumerate(texts))  # type: ignore[arg-type]
    return ChatRequest("m.gguf", messages, params, "dialog/answer")


async def answer(backend: LlamaCppBackend, request: ChatRequest) -> tuple[str, Usage]:
    async with aclosing(backend.stream(request)) as stream:
        chunks = [chunk async for chunk in stream]
    assert isinstance(chunks[-1], Finish)
    return "".join(chunk.text for chunk in chunks if isinstance(chunk, Delta)), chunks[-1].usage


async def computed(backend: LlamaCppBackend, request: ChatRequest) -> int:
    """Tokens of the prompt that had to be computed."""
    usage = (await answer(backend, request))[1]
    return (usage.prompt_tokens or 0) - (usage.reused_tokens or 0)


async def test_a_whole_answer_is_not_read_again(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    said, usage = await answer(backend, ask("one"))
    assert usage.answer_tokens == 60
    assert await computed(backend, ask("one", said, "two")) <= FRAME_TOKENS


async def test_an_answer_that_a_stop_string_cut_is_not_read_again(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    whole, _ = await answer(backend, ask("one"))
    middle = len(whole) // 2
    stopping = replace(BABBLE, stop=(whole[middle : middle + 7],))
    said, usage = await answer(backend, ask("one", params=stopping))
    assert said == whole[: whole.index(stopping.stop[0])]
    assert (usage.answer_tokens or 0) > 20
    assert await computed(backend, ask("one", said, "two")) <= FRAME_TOKENS + 7


async def test_an_answer_that_the_person_stopped_is_not_read_again(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf", shape=Shape(n_embd=256, n_layer=8, n_ff=1024))
    said = ""
    long = replace(BABBLE, max_tokens=3000)
    async with aclosing(backend.stream(ask("one", params=long))) as stream:
        async for chunk in stream:
            said += chunk.text if isinstance(chunk, Delta) else ""
            if len(said.split()) > 40:
                break
    assert await computed(backend, ask("one", said, "two", params=replace(long, max_tokens=1))) <= FRAME_TOKENS


async def test_what_was_not_heard_of_a_stopped_answer_does_not_swallow_the_mark_behind_it(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    make_gguf(tmp_path / "m.gguf", says=["Y", "<", "|", "n"])
    await answer(backend, ask("?", params=Params(temperature=0)))
    heard = ask("?", "Y", "and?", params=Params(temperature=0))
    _, usage = await answer(backend, heard)
    assert usage.prompt_tokens == await backend.count_tokens("m.gguf", heard.messages)


async def test_an_answer_to_an_edited_question_reads_only_from_the_edit_on(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    make_gguf(tmp_path / "m.gguf", vocabulary="bpe")
    said, _ = await answer(backend, ask("one"))
    _, before = await answer(backend, ask("one", said, "two"))
    _, edited = await answer(backend, ask("one", said, "far"))
    assert len("far") < (edited.prompt_tokens or 0) - (edited.reused_tokens or 0) <= FRAME_TOKENS
    _, longer = await answer(backend, ask("one", said, "far away"))
    assert (longer.prompt_tokens or 0) - (before.prompt_tokens or 0) == len(" away")


async def test_without_its_thoughts_an_answer_is_read_again_and_nothing_before_it(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    make_gguf(tmp_path / "m.gguf", chat_template=THINKING_TEMPLATE, says=["<think>", " hm", "</think>", "Yes"])
    sure = Params(temperature=0)
    first = "\u2192" * 100
    assert (await answer(backend, ask(first, params=sure)))[0] == "<think> hm</think>Yes"
    assert await computed(backend, ask(first, "Yes", "and?", params=sure)) <= FRAME_TOKENS


@pytest.mark.parametrize("vocabulary", ["bytes", "bpe"])
async def test_what_is_read_from_tokens_is_answered_as_what_is_read_from_text(
    backend: LlamaCppBackend, tmp_path: Path, vocabulary: Any
) -> None:
    """Stopped in the middle of a word, the rest of which is spelled anew."""
    make_gguf(tmp_path / "m.gguf", vocabulary=vocabulary, says=["Hello", ", dear", " мир", "!"])
    sure = Params(temperature=0, stop=("ир",))
    said, _ = await answer(backend, ask("?", params=sure))
    again = ask("?", said, "more", params=sure)
    assert said == "Hello, dear м"
    text, usage = await answer(backend, again)
    assert text == (await answer(backend, replace(again, cache_key="other/answer")))[0]
    assert (usage.prompt_tokens or 0) - (usage.reused_tokens or 0) <= FRAME_TOKENS + 5


async def test_no_blank_slips_in_where_a_stopped_answer_is_spelled_anew(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    tokens = []
    for space_prefix in (False, True):
        make_gguf(tmp_path / "m.gguf", says=["Hello", ", dear", " мир", "!"], space_prefix=space_prefix)
        sure = Params(temperature=0, stop=("ир",))
        said, _ = await answer(backend, ask("?", params=sure))
        tokens.append((await answer(backend, ask("?", said, "more", params=sure)))[1].prompt_tokens or 0)
        await backend.unload("m.gguf")
    assert tokens[1] - tokens[0] == 2 * len("\u2581".encode())


async def test_another_answer_that_parts_within_a_letter_is_read_as_it_is(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    make_gguf(tmp_path / "m.gguf", says=["<0xD0>", "<0xB9>"])
    sure = Params(temperature=0)
    assert (await answer(backend, ask("?", params=sure)))[0] == "й"
    other = ask("?", "к", "and?", params=sure)
    assert (await answer(backend, other))[1].prompt_tokens == await backend.count_tokens("m.gguf", other.messages)


async def test_two_stages_of_a_dialog_keep_what_each_has_computed(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    short = replace(BABBLE, max_tokens=2)
    stages = [replace(ask(name + "a" * 300, params=short), cache_key=f"7/{name}") for name in ("draft", "review")]
    assert min([await computed(backend, stage) for stage in stages]) > 300
    assert max([await computed(backend, stage) for stage in stages]) == 1
