"""What a request asks of the choice of words reaches llama.cpp: samplers, bias, and answers that follow a schema."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.backends.base import ChatRequest
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.errors import RequestRefused
from engine.events import Delta, Finish
from engine.fitting import Free
from engine.messages import FinishReason, Message, Params
from tests.tiny_gguf import THINKING_TEMPLATE, make_gguf

WILD = Params(temperature=2, seed=3, max_tokens=40, top_k=0, top_p=1, min_p=0)
VERDICT: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "оценка": {"enum": [1, 2, 3]},
        "winner": {"enum": ["да\n", 'a"b\\', "😀", "Ω\u007f"]},
        "sure": {"type": "boolean"},
        "reasons": {"type": "array", "items": {"type": "string", "maxLength": 4}, "maxItems": 3},
    },
    "required": ["оценка", "winner", "sure", "reasons"],
    "additionalProperties": False,
}


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[LlamaCppBackend]:
    async with LlamaCppBackend(tmp_path, tmp_path / "models.yaml", free_memory=lambda: Free(1 << 34)) as backend:
        yield backend


async def answer(
    backend: LlamaCppBackend, params: Params, schema: Mapping[str, Any] | None = None, question: str = "?"
) -> tuple[str, FinishReason]:
    request = ChatRequest("m.gguf", (Message("user", question),), params, schema=schema)
    async with aclosing(backend.stream(request)) as stream:
        chunks = [chunk async for chunk in stream]
    assert isinstance(chunks[-1], Finish)
    return "".join(chunk.text for chunk in chunks if isinstance(chunk, Delta)), chunks[-1].reason


async def test_only_the_likeliest_words_are_chosen_from(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    surest, _ = await answer(backend, Params(temperature=0, max_tokens=40))
    assert (await answer(backend, replace(WILD, top_k=1)))[0] == surest
    assert (await answer(backend, replace(WILD, min_p=1)))[0] == surest
    assert (await answer(backend, WILD))[0] != surest


@pytest.mark.parametrize("params", [Params(temperature=0), Params(temperature=0.1, top_k=0, seed=1)])
async def test_a_model_that_goes_round_in_circles_is_held_back(
    backend: LlamaCppBackend, tmp_path: Path, params: Params
) -> None:
    make_gguf(tmp_path / "m.gguf", seed=2)
    circling, _ = await answer(backend, replace(params, max_tokens=40))
    varied, _ = await answer(backend, replace(params, max_tokens=40, repeat_penalty=2))
    assert len(set(circling.split())) < len(set(varied.split()))


async def test_a_bias_makes_a_word_sure_or_impossible(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    loud = await answer(backend, replace(WILD, logit_bias=((ord("A") + 9, 5000.0), (10**9, 1.0))))
    assert loud[0] == "A" * 40


@pytest.mark.parametrize("vocabulary", ["bytes", "bpe"])
async def test_an_answer_with_a_schema_follows_it(backend: LlamaCppBackend, tmp_path: Path, vocabulary: Any) -> None:
    make_gguf(tmp_path / "m.gguf", vocabulary=vocabulary)
    seen = []
    for seed in range(12):
        text, reason = await answer(backend, replace(WILD, seed=seed, max_tokens=300), VERDICT)
        assert reason == "stop"
        seen.append(json.loads(text))
    for verdict in seen:
        assert list(verdict) == VERDICT["required"]
        assert verdict["оценка"] in (1, 2, 3)
        assert verdict["winner"] in VERDICT["properties"]["winner"]["enum"]
        assert verdict["sure"] in (True, False)
        assert len(verdict["reasons"]) <= 3
    assert len({str(verdict) for verdict in seen}) > 6


async def test_an_answer_with_a_schema_that_is_cut_off_is_its_beginning(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    make_gguf(tmp_path / "m.gguf")
    text, reason = await answer(backend, replace(WILD, max_tokens=30), {"type": "array", "items": {"type": "string"}})
    assert (text[0], reason) == ("[", "length")


async def test_a_model_that_follows_the_schema_by_itself_says_what_it_wants(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    make_gguf(tmp_path / "m.gguf", says=['{"', "sure", '":', "true", "}"])
    schema = {"type": "object", "properties": {"sure": {"type": "boolean"}}, "required": ["sure"]}
    assert await answer(backend, Params(temperature=0), schema) == ('{"sure":true}', "stop")


async def test_a_thought_that_the_prompt_opened_may_be_thought_before_the_json(
    backend: LlamaCppBackend, tmp_path: Path
) -> None:
    template = THINKING_TEMPLATE.replace("<|assistant|>", "<|assistant|><think>")
    make_gguf(tmp_path / "m.gguf", chat_template=template, says=[" hm", "</think>", "no", "true"])
    text, reason = await answer(backend, Params(temperature=0), {"type": "boolean"})
    assert (text.startswith("<think> hm</think>"), json.loads(text.partition("</think>")[2]), reason) == (
        True,
        True,
        "stop",
    )


async def test_a_line_break_that_json_forbids_in_a_string_is_not_said(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf", says=['"', "<0x0A>", "a"], ends=False)
    text, _ = await answer(backend, Params(temperature=0), {"type": "string", "maxLength": 3})
    assert "\n" not in json.loads(text)


async def test_a_repeat_is_held_back_within_a_schema_too(backend: LlamaCppBackend, tmp_path: Path) -> None:
    make_gguf(tmp_path / "m.gguf")
    schema = {"type": "string", "minLength": 8, "maxLength": 12}
    text, _ = await answer(backend, replace(WILD, repeat_penalty=1.5, max_tokens=200), schema)
    assert 8 <= len(json.loads(text)) <= 12


@pytest.mark.parametrize(
    "schema", [{"type": "number or so"}, {"$ref": "#/nowhere"}, {"type": "string", "pattern": "("}]
)
async def test_a_schema_that_cannot_be_followed_is_refused_and_the_next_answer_comes(
    backend: LlamaCppBackend, tmp_path: Path, schema: Mapping[str, Any]
) -> None:
    make_gguf(tmp_path / "m.gguf", says=["Yes"])
    with pytest.raises(RequestRefused) as caught:
        await answer(backend, Params(temperature=0), schema)
    assert "schema" in caught.value.detail
    assert await answer(backend, Params(temperature=0)) == ("Yes", "stop")
