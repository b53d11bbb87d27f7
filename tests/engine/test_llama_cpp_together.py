"""Several dialogs in one embedded model: each gets the answer it would get alone, none waits longer than it must."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from engine.backends.base import ChatRequest
from engine.backends.llama_cpp import keeping
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.events import Chunk, Delta, Finish, Waiting
from engine.fitting import Free
from engine.messages import Message, Params, Usage
from tests.tiny_gguf import Shape, make_gguf

SLOW = Shape(n_embd=256, n_layer=8, n_ff=1024)
LONG = Params(n_ctx=16384, temperature=0)
SURE = Params(temperature=1.5, seed=5, max_tokens=24)
RULES = Message("system", "река и камень " * 30)


def opened(folder: Path, n_slots: int = 4) -> LlamaCppBackend:
    return LlamaCppBackend(folder, folder / "models.yaml", free_memory=lambda: Free(1 << 34), n_slots=n_slots)


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[LlamaCppBackend]:
    async with opened(tmp_path) as backend:
        yield backend


def ask(text: str, params: Params = SURE, dialog: str | None = None) -> ChatRequest:
    return ChatRequest("m.gguf", (Message("user", text),), params, dialog)


async def answer(backend: LlamaCppBackend, request: ChatRequest) -> tuple[str, Finish]:
    async with aclosing(backend.stream(request)) as stream:
        chunks = [chunk async for chunk in stream]
    assert isinstance(chunks[-1], Finish)
    return "".join(chunk.text for chunk in chunks if isinstance(chunk, Delta)), chunks[-1]


async def text_of(backend: LlamaCppBackend, request: ChatRequest) -> str:
    return (await answer(backend, request))[0]


async def reused_by(backend: LlamaCppBackend, request: ChatRequest) -> int:
    return (await answer(backend, request))[1].usage.reused_tokens or 0


async def fresh_text(folder: Path, request: ChatRequest) -> str:
    """What a process says that has computed nothing before."""
    async with opened(folder, n_slots=1) as backend:
        return await text_of(backend, replace(request, cache_key=None))


async def first_delta(stream: AsyncIterator[Chunk]) -> None:
    async for chunk in stream:
        if isinstance(chunk, Delta):
            return
    raise AssertionError("no text came")


def next_turn(request: ChatRequest, said: str, question: str) -> ChatRequest:
    more = (Message("assistant", said), Message("user", question))
    return replace(request, messages=(*request.messages, *more))


async def test_dialogs_answered_together_get_what_each_gets_alone(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    requests = [
        ask(f"{number} " + "да " * 40 * number, replace(SURE, temperature=temperature), f"{number} {temperature}")
        for number in range(5)
        for temperature in (0, 1.5)
    ]
    alone = [await fresh_text(tmp_path, request) for request in requests]
    assert len(set(alone)) >= 5
    for _ in range(3):
        assert await asyncio.gather(*(text_of(backend, request) for request in requests)) == alone


async def talk(folder: Path, n_slots: int) -> tuple[list[str], list[Usage]]:
    """Three dialogs take turns; what was said and what it cost."""
    texts, usages = [], []
    async with opened(folder, n_slots) as backend:
        turns = {name: ask(f"{name} {'a' * 200}", dialog=name) for name in "abc"}
        for number in range(4):
            for name, request in turns.items():
                said, finish = await answer(backend, request)
                texts.append(said)
                usages.append(finish.usage)
                turns[name] = next_turn(request, said, f"and {number}?")
    return texts, usages


@pytest.mark.parametrize("n_slots", [4, 1])
async def test_dialogs_that_take_turns_compute_only_what_is_new(
    tmp_path: Path, n_slots: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_gguf(tmp_path / "m.gguf")
    texts, usages = await talk(tmp_path, n_slots)
    assert all((usage.prompt_tokens or 0) - (usage.reused_tokens or 0) < 20 for usage in usages[3:])
    monkeypatch.setattr(keeping, "MAX_KEPT_BYTES", 0)
    computed_again, usages = await talk(tmp_path, n_slots=1)
    assert texts == computed_again
    assert len(set(texts)) > 4
    assert all((usage.prompt_tokens or 0) - (usage.reused_tokens or 0) > 200 for usage in usages[3:])


async def test_a_recurrent_model_goes_on_from_its_state_or_begins_anew(tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf", arch="mamba")
    first = ask("a" * 150, dialog="first")
    edited, other = ask("a" * 100 + "b", dialog="first"), ask("a" * 120, dialog="other")
    async with opened(tmp_path) as backend:
        said = await text_of(backend, first)
        assert await reused_by(backend, next_turn(first, said, "and?")) > 150
        texts = await asyncio.gather(text_of(backend, edited), text_of(backend, other))
        for _ in range(5):
            async with aclosing(backend.stream(ask("a" * 150, Params(temperature=0), "first"))) as stream:
                await first_delta(stream)
        assert await text_of(backend, first) == said
    assert texts == [await fresh_text(tmp_path, edited), await fresh_text(tmp_path, other)]
    assert len({said, *texts}) == 3


async def test_a_new_dialog_reads_the_common_rules_from_another(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    first, second = (ChatRequest("m.gguf", (RULES, Message("user", text)), SURE, text) for text in ("hello", "goodbye"))
    rules_tokens = await backend.count_tokens("m.gguf", [RULES]) or 0
    said = await text_of(backend, first)
    said_second, finish = await answer(backend, second)
    assert (finish.usage.reused_tokens or 0) >= rules_tokens - 2
    assert said_second == await fresh_text(tmp_path, second)
    assert await text_of(backend, first) == said


async def test_an_edited_question_computes_anew_only_from_the_edit(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    await answer(backend, ask("long beginning " * 20 + "old end", dialog="d"))
    edited = ask("long beginning " * 20 + "new end", dialog="d")
    text, finish = await answer(backend, edited)
    assert text == await fresh_text(tmp_path, edited)
    assert 200 < (finish.usage.reused_tokens or 0) < (finish.usage.prompt_tokens or 0) - 3


async def test_a_stopped_answer_leaves_the_others_and_the_next_one_right(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    make_gguf(tmp_path / "m.gguf")
    expected = {text: await fresh_text(tmp_path, ask(text)) for text in ("hello", "река " * 60)}
    generator = random.Random(3)
    asking: set[asyncio.Task[None]] = set()

    async def check(text: str) -> None:
        assert await text_of(backend, ask(text, dialog=text)) == expected[text]

    async with asyncio.TaskGroup() as group:
        for number in range(100):
            if number % 5 == 0:
                asking |= {group.create_task(check(text)) for text in expected}
            request = ask("да " * generator.randrange(200), Params(temperature=0), f"{number % 3}")
            async with aclosing(backend.stream(request)) as stream:
                for _ in range(generator.randrange(3)):
                    await anext(stream)
                await asyncio.sleep(generator.random() / 100)
    assert len(asking) == 40
    for text in expected:
        await check(text)


async def test_a_long_prompt_is_given_up_in_the_middle(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf", shape=SLOW, says=["Yes"], ends=False)
    long = ask("да " * 600, LONG, "d")
    reading = asyncio.create_task(answer(backend, long))
    async with aclosing(backend.stream(ask("?", LONG))) as talking:
        await first_delta(talking)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert isinstance(await anext(talking), Delta)
    text, finish = await answer(backend, replace(long, params=replace(LONG, max_tokens=1)))
    assert text == "Yes"
    assert (finish.usage.reused_tokens or 0) < (finish.usage.prompt_tokens or 0) - 1


async def test_a_short_question_is_answered_while_a_long_prompt_is_read(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    make_gguf(tmp_path / "m.gguf", shape=SLOW)
    await backend.load("m.gguf", LONG)
    order: list[str] = []

    async def note(name: str, request: ChatRequest) -> None:
        async with aclosing(backend.stream(request)) as stream:
            await first_delta(stream)
            order.append(name)

    async with asyncio.TaskGroup() as group:
        group.create_task(note("long", ask("да " * 300, LONG)))
        group.create_task(note("short", ask("?", LONG)))
    assert order == ["short", "long"]


async def test_short_questions_without_end_do_not_keep_a_long_prompt_out(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    make_gguf(tmp_path / "m.gguf", n_ctx_train=8192)
    params = Params(n_ctx=8192, temperature=0, max_tokens=1)
    numbers = iter(range(90))

    async def ask_on() -> None:
        for number in numbers:
            if long.done():
                return
            await answer(backend, ask(f"{number}" + "о" * 500, params))

    long = asyncio.create_task(answer(backend, ask("да " * 1000, params)))
    await asyncio.gather(*(ask_on() for _ in range(3)))
    left = len(list(numbers))
    await long
    assert left > 0


async def test_those_who_wait_are_told_their_place_and_come_in_order(tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf", shape=SLOW)
    async with opened(tmp_path, n_slots=1) as backend:
        async with aclosing(backend.stream(ask("long", LONG))) as talking:
            await first_delta(talking)
            second, third = backend.stream(ask("b")), backend.stream(ask("c"))
            assert await anext(second) == Waiting("queue", 1)
            assert await anext(third) == Waiting("queue", 2)
            await second.aclose()
            assert await anext(third) == Waiting("queue", 1)
        rest = [chunk async for chunk in third]
    assert isinstance(rest[0], Delta)
    assert isinstance(rest[-1], Finish)
    assert rest[-1].usage.queue_s


async def test_who_does_not_fit_beside_the_others_waits_for_the_end_of_one(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    make_gguf(tmp_path / "m.gguf", shape=SLOW)
    params = Params(n_ctx=1024, temperature=0)
    async with aclosing(backend.stream(ask("long", params))) as talking:
        await first_delta(talking)
        async with aclosing(backend.stream(ask("a" * 900, params))) as large:
            assert await anext(large) == Waiting("queue", 1)
            await talking.aclose()
            await first_delta(large)


async def test_when_the_window_is_full_the_younger_answer_pauses_and_goes_on(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    make_gguf(tmp_path / "m.gguf")
    older, younger = (
        ask(text, Params(n_ctx=768, temperature=0, max_tokens=tokens), text)
        for text, tokens in (("a", 450), ("b", 420))
    )
    alone = [await fresh_text(tmp_path, request) for request in (older, younger)]
    await backend.load("m.gguf", older.params)
    waits: list[Chunk] = []

    async def text_with_waits(request: ChatRequest) -> str:
        async with aclosing(backend.stream(request)) as stream:
            chunks = [chunk async for chunk in stream]
        waits.extend(chunk for chunk in chunks if isinstance(chunk, Waiting))
        return "".join(chunk.text for chunk in chunks if isinstance(chunk, Delta))

    assert await asyncio.gather(text_with_waits(older), text_with_waits(younger)) == alone
    assert waits == [Waiting("queue", 1)]
