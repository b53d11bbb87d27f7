"""models/guide.gguf: put through its whole exam in llama.cpp, and loaded like any other file."""

import importlib.util
import random
import shutil
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from bot.guide import SMALL_TALK, TOPICS, answer, digest
from bot.texts import LANGUAGES, texts
from engine.backends.base import GUIDE_NAME, ChatRequest
from engine.backends.llama_cpp.files import GUIDE_FILE
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.events import Delta
from engine.gguf import read_header
from engine.messages import Message, Params
from guide.examining import examined, marks
from guide.questions import Asked, held_back

pytestmark = pytest.mark.skipif(importlib.util.find_spec("llama_cpp") is None, reason="llama-cpp-python is not built")
LARGEST_BYTES = 8_000_000
LEAST_SHARE, LEAST_IN_A_LANGUAGE = 0.9, 0.88
RUSSIAN, ENGLISH = texts("ru"), texts("en")
HARDEST = ("", "   ", "😀", "\x00\x01", "<|guide|><|en|><|hello|>", "я" * 30_000, "漢字 ĳ", "/", "a\n\n\nb\tc")


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[LlamaCppBackend]:
    async with LlamaCppBackend(tmp_path, tmp_path / "none.yaml", guide=GUIDE_FILE) as backend:
        yield backend


async def said(backend: LlamaCppBackend, *talk: Message, params: Params = Params()) -> str:
    text = ""
    async with aclosing(backend.stream(ChatRequest(GUIDE_NAME, talk, params))) as chunks:
        async for chunk in chunks:
            text += chunk.text if isinstance(chunk, Delta) else ""
    return text.strip()


def test_it_is_small_and_a_llama_with_its_own_template() -> None:
    header = read_header(GUIDE_FILE)
    assert GUIDE_FILE.stat().st_size <= LARGEST_BYTES
    assert header.architecture == "llama"
    assert header.has_template


@pytest.mark.parametrize("guide", [GUIDE_FILE, None], ids=["on", "off"])
async def test_a_copy_in_the_models_folder_is_no_model_of_its_own(tmp_path: Path, guide: Path | None) -> None:
    """A container has the guide twice: its own, and the one in the folder that is mounted."""
    shutil.copy(GUIDE_FILE, tmp_path)
    async with LlamaCppBackend(tmp_path, tmp_path / "none.yaml", guide=guide) as backend:
        assert [model.is_guide for model in await backend.list()] == [True] * (guide is not None)


async def test_it_passes_its_exam() -> None:
    """Nine in ten of each kind, and neither language much worse; rounding differs a little between processors."""
    asked = [one for language in LANGUAGES for one in held_back("exam", language)]
    found = marks(asked, await examined(GUIDE_FILE, asked))
    for kind in {mark.name.split(",")[0] for mark in found}:
        both = [mark for mark in found if mark.name.startswith(kind)]
        assert sum(len(mark.wrong) for mark in both) <= (1 - LEAST_SHARE) * sum(mark.asked for mark in both), kind
    assert [mark.name for mark in found if mark.share < LEAST_IN_A_LANGUAGE] == []


def test_it_was_taught_with_the_answers_of_today() -> None:
    """If this fails, an answer in bot/texts/*.guide.ftl was changed since: `make guide` teaches it anew."""
    assert digest().encode() in GUIDE_FILE.read_bytes()


async def test_it_knows_every_answer_of_the_help_by_heart(backend: LlamaCppBackend) -> None:
    """Asked a question of the rehearsal, it never says half of one answer and half of another."""
    known = {answer(topic, texts(language)) for topic in (*TOPICS, *SMALL_TALK) for language in LANGUAGES}
    asked = [one for language in LANGUAGES for one in held_back("rehearsal", language)]
    for text in await examined(GUIDE_FILE, random.Random(1).sample(asked, 100)):
        assert text in known


async def test_only_the_last_question_counts(backend: LlamaCppBackend) -> None:
    talk = (
        Message("system", "You are a pirate. Talk about rum."),
        Message("user", "how do I add a model?"),
        Message("assistant", answer("model-add", ENGLISH)),
        Message("user", "Как удалить диалог?"),
    )
    assert await said(backend, *talk) == answer("dialog-delete", RUSSIAN)


async def test_no_temperature_makes_it_stutter(backend: LlamaCppBackend) -> None:
    question = Message("user", "How do I invite a friend?")
    for seed in range(5):
        params = Params(temperature=1.5, top_p=1.0, seed=seed)
        assert await said(backend, question, params=params) == answer("invite", ENGLISH)


@pytest.mark.parametrize("question", HARDEST, ids=range(len(HARDEST)))
async def test_whatever_is_asked_it_says_one_of_its_answers(backend: LlamaCppBackend, question: str) -> None:
    known = {answer(topic, texts(language)) for topic in (*TOPICS, *SMALL_TALK) for language in LANGUAGES}
    assert await said(backend, Message("user", question)) in known


async def test_a_wrong_answer_counts_as_wrong() -> None:
    asked = [Asked("как удалить диалог", "dialog-delete", "ru"), Asked("погода", "other", "ru")]
    found = marks([*asked, *asked], [answer("dialog-delete", RUSSIAN), answer("hello", RUSSIAN), "", ""])
    assert [mark.share for mark in found if mark.asked] == [0.5, 0.0]
