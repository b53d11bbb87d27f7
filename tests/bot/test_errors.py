"""Every error has its sentence; what nobody foresaw has a code that leads to the log."""

import logging
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from aiogram.exceptions import TelegramForbiddenError, TelegramNetworkError
from aiogram.methods import GetMe

from bot.errors import reported, sentence
from bot.texts import LANGUAGES, texts
from config.pipeline_nodes import PipelineProblem
from config.settings import Language
from engine.errors import (
    BackendError,
    BadModelFile,
    BadValue,
    ContextTooLong,
    DownloadError,
    EngineError,
    ModelCrashed,
    NoMemory,
    PipelineError,
    ServerDown,
    StageFailed,
)
from engine.faults import CrashCause, FileFault

ROOTS = (EngineError, BackendError, DownloadError, PipelineError)
"""Raised only through their children."""
SAMPLES: dict[type, object] = {
    **{bool: True, str: "zanzibar", int: 700, float: 120.0},
    PipelineProblem: PipelineProblem(7, "not_one_of", "input", "yesterday", "question, previous"),
    EngineError: ServerDown("zanzibar"),
}


def below(kind: type[EngineError]) -> Iterator[type[EngineError]]:
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def sample(kind: type[EngineError]) -> EngineError:
    """An error with something in every field."""
    hints = get_type_hints(kind) if is_dataclass(kind) else {}
    return kind(**{name: value_for(hint) for name, hint in hints.items()})


def bare(kind: type[EngineError]) -> EngineError:
    """An error of which only the least is known."""
    hints = get_type_hints(kind) if is_dataclass(kind) else {}
    needed = [field.name for field in fields(kind) if field.default is MISSING] if is_dataclass(kind) else []
    return kind(**{name: value_for(hints[name]) for name in needed})


def value_for(hint: Any) -> Any:
    kinds: tuple[Any, ...] = get_args(hint) or (hint,)
    if get_origin(kinds[0]) is tuple:
        return tuple(SAMPLES[kind] for kind in get_args(kinds[0]))
    return kinds[0] if get_origin(hint) is Literal else SAMPLES[kinds[0]]


KINDS = [kind for kind in below(EngineError) if kind not in ROOTS and kind.__module__ == "engine.errors"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_of_the_engine_has_its_own_sentence(kind: type[EngineError], language: Language) -> None:
    unexpected = texts(language)("error-unexpected", code="").partition(".")[0]
    for error in (sample(kind), bare(kind)):
        said = sentence(error, texts(language))
        assert said
        assert unexpected not in said
        assert "None" not in said
        assert "{" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_fault_of_a_file_and_each_death_has_a_sentence_of_its_own(language: Language) -> None:
    say = texts(language)
    faults = {sentence(BadModelFile("s", "m", "a.gguf", fault=fault), say) for fault in get_args(FileFault)}
    deaths = {sentence(ModelCrashed("s", "small", cause=cause), say) for cause in get_args(CrashCause)}
    assert (len(faults), len(deaths)) == (len(get_args(FileFault)), len(get_args(CrashCause)))
    assert all("a.gguf" in said for said in faults)
    assert all("small" in said for said in deaths)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_names_a_number_that_nobody_told(language: Language) -> None:
    say = texts(language)
    assert " 0 " not in sentence(ContextTooLong("ollama", "small", n_ctx=2048), say)
    assert "700" in sentence(ContextTooLong("ollama", "small", prompt_tokens=800, n_ctx=700), say)
    assert "0.0" not in sentence(NoMemory("ollama", "small"), say)
    assert "5.5" in sentence(NoMemory("ollama", "small", need_bytes=int(5.5 * 2**30), free_bytes=2**30), say).replace(
        ",", "."
    )


def test_a_stage_that_cannot_begin_is_told_with_its_sum() -> None:
    error = NoMemory(
        "llama_cpp", "small", need_bytes=6 << 30, free_bytes=2 << 30, need_parts=(4 << 30, 1 << 30, 1 << 30)
    )
    said = sentence(StageFailed(2, 3, "end", 0, 0, error), texts("en"))
    assert said.startswith("Stage 2 of 3 (end) cannot begin, so nothing new was asked. small")
    assert "6" in said and "2" in said


def test_a_wrong_key_and_a_wrong_value_are_told_apart() -> None:
    say = texts("en")
    assert "no setting" in sentence(BadValue("key", "temprature", "temperature, top_p", "temperature 0.7"), say)
    assert "cannot be" in sentence(BadValue("temperature", "9", "0-2", "temperature 0.7"), say)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_unexpected_gets_a_code_that_is_in_the_log_and_no_details(
    language: Language, caplog: pytest.LogCaptureFixture
) -> None:
    said = sentence(ZeroDivisionError("zanzibar"), texts(language))
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    code = record.getMessage().rpartition(" ")[2]
    assert code in said
    assert "zanzibar" not in said
    assert record.exc_info is not None


async def test_an_error_nobody_waits_for_is_told_once() -> None:
    told: list[BaseException] = []

    async def tell(error: BaseException) -> None:
        told.append(error)

    async with reported(tell):
        raise ValueError("zanzibar")
    assert [str(error) for error in told] == ["zanzibar"]


@pytest.mark.parametrize("kind", [TelegramForbiddenError, TelegramNetworkError])
async def test_where_nothing_can_be_told_nothing_is_tried(
    kind: type[TelegramForbiddenError], caplog: pytest.LogCaptureFixture
) -> None:
    async def tell(error: BaseException) -> None:
        raise AssertionError("nobody is there")

    async with reported(tell):
        raise kind(method=GetMe(), message="bot was blocked")
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


async def test_an_error_that_cannot_be_told_either_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def tell(error: BaseException) -> None:
        raise KeyError("a text")

    async with reported(tell):
        raise ValueError("zanzibar")
    assert "could not be told" in caplog.text
