"""Models that see: real files with their eyes beside them, pictures in the prompt, and what is computed of them."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest

from engine.backends.base import ChatRequest
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.errors import BadModelFile, BadPicture, CannotSee, ContextTooLong, ModelCrashed
from engine.events import Delta, Finish
from engine.fitting import Free
from engine.messages import Message, Params
from tests.eyes_gguf import N_PATCHES, PATCH, make_eyes, picture
from tests.tiny_gguf import make_gguf

SURE = Params(temperature=0, max_tokens=24)
RED, BLUE = picture(255, 0, 0), picture(0, 0, 255)


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[LlamaCppBackend]:
    make_gguf(tmp_path / "tiny.gguf")
    make_eyes(tmp_path / "mmproj-tiny.gguf")
    async with LlamaCppBackend(tmp_path, tmp_path / "models.yaml", free_memory=lambda: Free(1 << 34)) as backend:
        yield backend


def ask(*messages: Message, dialog: str | None = None, params: Params = SURE) -> ChatRequest:
    return ChatRequest("tiny.gguf", messages, params, cache_key=dialog)


def shown(*pictures: bytes, text: str = "what is it?") -> Message:
    return Message("user", text, images=pictures)


async def answer(backend: LlamaCppBackend, request: ChatRequest) -> tuple[str, Finish]:
    async with aclosing(backend.stream(request)) as stream:
        chunks = [chunk async for chunk in stream]
    assert isinstance(chunks[-1], Finish)
    return "".join(chunk.text for chunk in chunks if isinstance(chunk, Delta)), chunks[-1]


async def said(backend: LlamaCppBackend, request: ChatRequest) -> str:
    return (await answer(backend, request))[0]


async def test_a_model_with_eyes_beside_it_is_said_to_see(backend: LlamaCppBackend) -> None:
    (info,) = await backend.list()
    assert info.capabilities.sees
    assert (await backend.capabilities("tiny.gguf")).sees


async def test_other_pictures_give_other_answers_and_the_same_ones_the_same(backend: LlamaCppBackend) -> None:
    red, blue = await said(backend, ask(shown(RED))), await said(backend, ask(shown(BLUE)))
    assert red != blue
    assert await said(backend, ask(shown(RED))) == red
    assert await said(backend, ask(Message("user", "what is it?"))) not in (red, blue)


async def test_the_order_of_pictures_counts(backend: LlamaCppBackend) -> None:
    assert await said(backend, ask(shown(RED, BLUE))) != await said(backend, ask(shown(BLUE, RED)))


async def test_a_picture_takes_its_tokens_and_is_computed_once_in_a_dialog(backend: LlamaCppBackend) -> None:
    _, without = await answer(backend, ask(Message("user", "what is it?")))
    first, seen = await answer(backend, ask(shown(RED), dialog="7"))
    assert (seen.usage.prompt_tokens or 0) >= (without.usage.prompt_tokens or 0) + N_PATCHES
    again = ask(shown(RED), Message("assistant", first), Message("user", "and why?"), dialog="7")
    _, more = await answer(backend, again)
    assert (more.usage.reused_tokens or 0) >= (seen.usage.prompt_tokens or 0) - 1


async def test_what_is_used_again_changes_no_answer_and_another_picture_is_not_taken_for_it(
    backend: LlamaCppBackend,
) -> None:
    fresh = {colour: await said(backend, ask(shown(colour, text="and now?"))) for colour in (RED, BLUE)}
    for colour in (RED, BLUE, RED):
        assert await said(backend, ask(shown(colour, text="and now?"), dialog="7")) == fresh[colour]


async def test_a_picture_of_another_dialog_is_shared_without_being_computed_again(backend: LlamaCppBackend) -> None:
    alone, _ = await answer(backend, ask(shown(RED), dialog="1"))
    shared, finish = await answer(backend, ask(shown(RED), dialog="2"))
    assert shared == alone
    assert (finish.usage.reused_tokens or 0) >= N_PATCHES


async def test_those_who_look_and_those_who_read_are_answered_together(backend: LlamaCppBackend) -> None:
    requests = [ask(shown(RED), dialog="1"), ask(Message("user", "hi"), dialog="2"), ask(shown(BLUE), dialog="3")]
    alone = [await said(backend, request) for request in requests]
    await backend.unload("tiny.gguf")
    together = await asyncio.gather(*(said(backend, request) for request in requests))
    assert together == alone


@pytest.mark.parametrize("data", [b"", b"not a picture", RED[:60], b"\x89PNG\r\n\x1a\n" + bytes(50)])
async def test_what_is_no_picture_costs_one_error(backend: LlamaCppBackend, data: bytes) -> None:
    with pytest.raises(BadPicture):
        await said(backend, ask(shown(data)))
    assert await said(backend, ask(shown(RED)))


async def test_a_model_that_looks_at_a_whole_picture_at_once_gets_it_in_one_piece(
    backend: LlamaCppBackend, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    make_eyes(tmp_path / "whole.gguf", projector="gemma3", side=40 * PATCH)
    (tmp_path / "models.yaml").write_text("models:\n  tiny.gguf: {file: tiny.gguf, mmproj: whole.gguf}\n")
    red, finish = await answer(backend, ask(shown(RED)))
    assert (finish.usage.prompt_tokens or 0) > 100, "more than a step of words has"
    assert await said(backend, ask(shown(BLUE))) != red
    assert "decoding image batch 1/1, n_tokens_batch = 100" in caplog.text


async def test_pictures_fill_the_window_like_words(backend: LlamaCppBackend) -> None:
    many = tuple(picture(red, 0, 0) for red in range(100))
    with pytest.raises(ContextTooLong) as caught:
        await said(backend, ask(shown(*many), params=Params(n_ctx=256)))
    assert (caught.value.prompt_tokens or 0) > 100 * N_PATCHES


async def test_a_model_without_eyes_says_so(tmp_path: Path) -> None:
    make_gguf(tmp_path / "tiny.gguf")
    async with LlamaCppBackend(tmp_path, tmp_path / "models.yaml", free_memory=lambda: Free(1 << 34)) as backend:
        with pytest.raises(CannotSee):
            await said(backend, ask(shown(RED)))


async def test_eyes_that_cannot_be_used_are_named_and_words_still_work(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    make_eyes(tmp_path / "mmproj-tiny.gguf", projector="unheard_of")
    with pytest.raises(BadModelFile) as caught:
        await said(backend, ask(shown(RED)))
    assert (caught.value.fault, caught.value.what) == ("eyes", "mmproj-tiny.gguf")
    assert await said(backend, ask(Message("user", "hi")))
    assert len(psutil.Process().children()) == 1


async def test_eyes_with_a_part_missing_cost_one_process_and_no_other_answer(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    data = (tmp_path / "mmproj-tiny.gguf").read_bytes()
    (tmp_path / "mmproj-tiny.gguf").write_bytes(data.replace(b"mm.0.weight", b"mm.9.weight"))
    with pytest.raises(ModelCrashed):
        await said(backend, ask(shown(RED)))
    assert await said(backend, ask(Message("user", "hi")))


async def test_the_eyes_count_in_the_forecast(backend: LlamaCppBackend, tmp_path: Path) -> None:
    (seeing,) = await backend.list()
    (tmp_path / "mmproj-tiny.gguf").unlink()
    (blind,) = await backend.list()
    assert seeing.forecast is not None
    assert blind.forecast is not None
    assert seeing.forecast.ram.total > blind.forecast.ram.total
