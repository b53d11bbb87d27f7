"""Embedded models answer: real files, real child processes."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest

from engine.backends.base import ChatRequest
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.errors import ContextTooLong, RequestRefused
from engine.events import Chunk, Delta, Finish, Waiting
from engine.fitting import Free
from engine.messages import Message, Params, Usage
from tests.bert_gguf import make_bert
from tests.tiny_gguf import TEMPLATE, THINKING_TEMPLATE, Shape, make_gguf

SLOW = Shape(n_embd=256, n_layer=8, n_ff=1024)
"""About a millisecond a token: an answer of thousands of tokens lasts long enough to be interrupted."""
LONG = Params(n_ctx=16384, temperature=0)
SURE = Params(temperature=0, max_tokens=24)


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[LlamaCppBackend]:
    async with LlamaCppBackend(tmp_path, tmp_path / "models.yaml", free_memory=lambda: Free(1 << 34)) as backend:
        yield backend


def ask(model: str, text: str, params: Params = SURE) -> ChatRequest:
    return ChatRequest(model, (Message("user", text),), params)


async def chunks_of(backend: LlamaCppBackend, request: ChatRequest) -> list[Chunk]:
    async with aclosing(backend.stream(request)) as stream:
        return [chunk async for chunk in stream]


async def answer(backend: LlamaCppBackend, request: ChatRequest) -> tuple[str, Finish]:
    chunks = await chunks_of(backend, request)
    assert isinstance(chunks[-1], Finish)
    return "".join(chunk.text for chunk in chunks if isinstance(chunk, Delta)), chunks[-1]


async def usage_of(backend: LlamaCppBackend, request: ChatRequest) -> Usage:
    return (await answer(backend, request))[1].usage


async def test_a_model_is_loaded_and_answers_with_its_own_words(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf", says=["Hello", " 😀", " мир", "!"])
    first = await chunks_of(backend, ask("m.gguf", "Привет"))
    assert first[0] == Waiting("load")
    text, finish = await answer(backend, ask("m.gguf", "Привет"))
    assert (text, finish.reason) == ("Hello 😀 мир!", "stop")
    assert finish.usage.answer_tokens == 4


async def test_an_answer_comes_in_pieces_and_ends_at_max_tokens(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf", shape=SLOW)
    chunks = await chunks_of(backend, ask("m.gguf", "hi", Params(max_tokens=100)))
    assert sum(isinstance(chunk, Delta) for chunk in chunks) > 1
    assert isinstance(chunks[-1], Finish)
    assert (chunks[-1].reason, chunks[-1].usage.answer_tokens) == ("length", 100)


@pytest.mark.parametrize("vocabulary", ["bytes", "bpe"])
async def test_letters_made_of_several_tokens_are_never_broken(
    backend: LlamaCppBackend, tmp_path: Path, vocabulary: str
) -> None:
    smile = ["<0xF0>", "<0x9F>", "<0x98>", "<0x80>"] if vocabulary == "bytes" else [" 😀"]
    make_gguf(tmp_path / "m.gguf", vocabulary=vocabulary, says=["да", *smile, "и"], ends=False)  # type: ignore[arg-type]
    text, _ = await answer(backend, ask("m.gguf", "?", Params(temperature=0, max_tokens=17)))
    assert "�" not in text
    assert text.startswith(f"да{'' if vocabulary == 'bytes' else ' '}😀и")


async def test_the_same_seed_gives_the_same_answer_and_another_seed_another(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    make_gguf(tmp_path / "m.gguf")
    answers = [(await answer(backend, ask("m.gguf", "a", Params(seed=s, max_tokens=30))))[0] for s in (5, 5, 6)]
    assert answers[0] == answers[1] != answers[2]


async def test_a_stop_string_ends_the_answer_before_it(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf", says=["one", " two", " three", " four"], ends=False)
    text, finish = await answer(backend, ask("m.gguf", "?", Params(temperature=0, stop=("o three",))))
    assert (text, finish.reason) == ("one tw", "stop")


@pytest.mark.parametrize(
    ("think", "said"), [(True, "<think> hm</think>Yes"), (None, "<think> hm</think>Yes"), (False, "Yes")]
)
async def test_thinking_can_be_switched_off_where_the_template_knows_how(
    backend: LlamaCppBackend, tmp_path: Path, think: bool | None, said: str
) -> None:
    make_gguf(tmp_path / "m.gguf", chat_template=THINKING_TEMPLATE, says=["<think>", " hm", "</think>", "Yes"])
    assert (await answer(backend, ask("m.gguf", "?", Params(temperature=0, think=think))))[0] == said


async def test_thoughts_that_the_prompt_opens_are_opened_in_the_answer(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    template = THINKING_TEMPLATE.replace("<|assistant|>", "<|assistant|><think>")
    make_gguf(tmp_path / "m.gguf", chat_template=template, says=["<think>", " hm", "</think>", "Yes"])
    assert (await answer(backend, ask("m.gguf", "?")))[0] == "<think> hm</think>Yes"


async def test_a_file_without_a_template_answers_too(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf", chat_template=None, says=["Well", "<|im_end|>"])
    assert (await answer(backend, ask("m.gguf", "?")))[0] == "Well"


async def test_what_is_computed_is_not_computed_again(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    first, finish = await answer(backend, ask("m.gguf", "один " * 50))
    messages = (Message("user", "один " * 50), Message("assistant", first), Message("user", "and?"))
    usage = await usage_of(backend, ChatRequest("m.gguf", messages, SURE))
    assert finish.usage.reused_tokens == 0
    assert (usage.reused_tokens or 0) >= (finish.usage.prompt_tokens or 0)


async def test_reused_tokens_do_not_change_the_answer(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    fresh, _ = await answer(backend, ask("m.gguf", "a b c"))
    await answer(backend, ask("m.gguf", "a b d e f g"))
    again, finish = await answer(backend, ask("m.gguf", "a b c"))
    assert again == fresh
    assert finish.usage.reused_tokens


async def test_the_count_is_what_the_prompt_then_costs(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    messages = (Message("system", "Будь краток"), Message("user", "Привет 🙂 <|user|>"))
    before = await backend.count_tokens("m.gguf", messages)
    assert (await backend.list())[0].loaded is False
    usage = await usage_of(backend, ChatRequest("m.gguf", messages, SURE))
    assert before == usage.prompt_tokens == await backend.count_tokens("m.gguf", messages)


async def test_the_begin_mark_is_there_once_whoever_writes_it(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "with.gguf")
    make_gguf(tmp_path / "without.gguf", chat_template=TEMPLATE.replace("{{ bos_token }}", ""))
    for name in ("with.gguf", "without.gguf"):
        assert await backend.count_tokens(name, [Message("user", "x")]) == 5  # begin, user, x, end, assistant


async def test_tokens_are_counted_while_an_answer_is_being_made(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf", shape=SLOW)
    async with aclosing(backend.stream(ask("m.gguf", "hi", LONG))) as stream:
        await first_delta(stream)
        assert await backend.count_tokens("m.gguf", [Message("user", "hi")])
        assert isinstance(await anext(stream), Delta)


async def first_delta(stream: AsyncIterator[Chunk]) -> None:
    async for chunk in stream:
        if isinstance(chunk, Delta):
            return
    raise AssertionError("no text came")


async def test_a_stopped_answer_leaves_the_next_one_right(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf", shape=SLOW)
    params = Params(n_ctx=LONG.n_ctx, temperature=0, max_tokens=24)
    expected, _ = await answer(backend, ask("m.gguf", "hello", params))
    for text in ("hello", "something else"):
        async with aclosing(backend.stream(ask("m.gguf", text, LONG))) as stream:
            await first_delta(stream)
        assert (await answer(backend, ask("m.gguf", "hello", params)))[0] == expected


async def test_two_models_answer_at_once(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "a.gguf", shape=SLOW, says=["a", "b"], ends=False)
    make_gguf(tmp_path / "z.gguf", shape=SLOW, says=["y", "z"], ends=False)
    a, z = (backend.stream(ask(name, "?", LONG)) for name in ("a.gguf", "z.gguf"))
    async with aclosing(a), aclosing(z):
        await first_delta(a)
        await first_delta(z)
        assert {type(await anext(a)), type(await anext(z))} == {Delta}
        assert len(psutil.Process().children()) == 2


async def test_a_prompt_longer_than_the_window_is_refused_with_both_numbers(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    make_gguf(tmp_path / "m.gguf")
    with pytest.raises(ContextTooLong) as caught:
        await answer(backend, ask("m.gguf", "х" * 600, Params(n_ctx=512)))
    assert caught.value.n_ctx == 512
    assert (caught.value.prompt_tokens or 0) > 600


async def test_an_answer_ends_where_the_window_ends(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    _, finish = await answer(backend, ask("m.gguf", "hi", Params(n_ctx=256)))
    assert finish.reason == "length"
    assert (finish.usage.prompt_tokens or 0) + (finish.usage.answer_tokens or 0) == 256


async def test_another_window_reloads_the_model_and_a_smaller_wish_does_not(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    make_gguf(tmp_path / "m.gguf")
    for params, loaded in ((Params(), 4096), (Params(n_ctx=5000), 5000), (Params(), 5000), (Params(n_ctx=512), 512)):
        await backend.load("m.gguf", params)
        assert (await backend.list())[0].loaded_tokens == loaded


async def test_an_unloaded_model_gives_its_process_back(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    await backend.load("m.gguf", Params())
    assert (await backend.list())[0].loaded
    await backend.unload("m.gguf")
    assert not (await backend.list())[0].loaded
    assert psutil.Process().children() == []


@pytest.mark.parametrize("pooling", [None, 1, 3])
async def test_texts_become_vectors_of_length_one(
    backend: LlamaCppBackend, tmp_path: Path, pooling: int | None
) -> None:
    make_gguf(tmp_path / "m.gguf", arch="qwen3", pooling=pooling)
    one, two, again = await backend.embed("m.gguf", ["река", "камень", "река"])
    assert one == again != two
    assert sum(value * value for value in one) == pytest.approx(1, abs=1e-5)


async def test_a_text_too_long_to_embed_is_refused_and_not_cut(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf", arch="qwen3", pooling=3, n_ctx_train=512)
    with pytest.raises(ContextTooLong) as caught:
        await backend.embed("m.gguf", ["х" * 600])
    assert caught.value.n_ctx == 512


@pytest.mark.parametrize("pooling", [0, 1, 2, 3])
async def test_an_encoder_makes_vectors_and_tells_how_long_a_text_may_be(
    backend: LlamaCppBackend, tmp_path: Path, pooling: int
) -> None:
    make_bert(tmp_path / "m.gguf", pooling=pooling, n_ctx_train=64)
    one, two, again = await backend.embed("m.gguf", ["река", "камень", "река"])
    assert one == again != two
    assert sum(value * value for value in one) == pytest.approx(1, abs=1e-5)
    with pytest.raises(ContextTooLong) as caught:
        await backend.embed("m.gguf", ["р" * 70])
    assert (caught.value.prompt_tokens, caught.value.n_ctx) == (72, 64)


async def test_a_model_that_compares_texts_makes_no_vectors(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_bert(tmp_path / "m.gguf", pooling=4)
    with pytest.raises(RequestRefused) as caught:
        await backend.embed("m.gguf", ["река"])
    assert "no vectors" in caught.value.detail
