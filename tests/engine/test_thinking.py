"""Thoughts told from answers, however a server cuts the text into pieces."""

from collections.abc import AsyncGenerator, Sequence

import pytest

from engine.events import Chunk, Delta, Finish, Thought, Waiting
from engine.messages import FinishReason, Usage
from engine.thinking import opens_in_prompt, split_thoughts
from tests.fakes.reading import chunks_of, text_of, thought_of


async def stream(pieces: Sequence[str | Chunk], reason: FinishReason = "stop") -> AsyncGenerator[Chunk, None]:
    for piece in pieces:
        yield Delta(piece) if isinstance(piece, str) else piece
    yield Finish(reason, Usage())


async def split(*pieces: str | Chunk, opened: bool = False, reason: FinishReason = "stop") -> tuple[str, str]:
    chunks = await chunks_of(split_thoughts(stream(pieces, reason), opened))
    assert chunks[-1] == Finish(reason, Usage())
    return thought_of(chunks), text_of(chunks)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
@pytest.mark.parametrize(
    ("text", "thought", "answer"),
    [
        ("<think>why\nnot</think>\n\nBecause.", "why\nnot", "Because."),
        ("\n <think>\nwhy\n</think>Because.", "why", "Because."),
        ("<think></think>Because.", "", "Because."),
        ("<think>\n\n</think>\n\nBecause.", "", "Because."),
        ("<think>a < b </b> </thin </think>x", "a < b </b> </thin", "x"),
        ("<think>one</think>two<think>three</think>", "one", "two<think>three</think>"),
        ("<thinker> is a word", "", "<thinker> is a word"),
        ("  plain", "", "  plain"),
        ("Use `<think>` here: </think>", "", "Use `<think>` here: </think>"),
        ("```\n<think>x</think>\n```", "", "```\n<think>x</think>\n```"),
        ("<thi", "", "<thi"),
        ("<think>never closed </th", "never closed </th", ""),
        ("", "", ""),
    ],
)
async def test_the_split_does_not_depend_on_the_pieces(size: int, text: str, thought: str, answer: str) -> None:
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    assert await split(*pieces) == (thought, answer)


async def test_an_ordinary_answer_streams_piece_by_piece() -> None:
    pieces = [Delta("Good"), Delta(" "), Delta(" morning")]
    assert (await chunks_of(split_thoughts(stream(pieces))))[:-1] == pieces


async def test_a_thought_streams_piece_by_piece() -> None:
    chunks = await chunks_of(split_thoughts(stream(["<think>", "\n", "one", " two", "</think>", "\n\n", "three"])))
    assert chunks[:-1] == [Thought("one"), Thought(" two"), Delta("three")]


async def test_only_a_closing_mark_where_the_template_has_opened() -> None:
    assert await split("why", " not\n", "</think>", "\n\nBecause.", opened=True) == ("why not", "Because.")


async def test_a_template_that_has_not_opened_after_all_loses_no_answer() -> None:
    assert await split(" Because", " so.", opened=True) == ("Because so.", " Because so.")


async def test_a_thought_cut_off_is_not_an_answer() -> None:
    assert await split("why", " not", opened=True, reason="length") == ("why not", "")


async def test_a_model_that_writes_the_opening_mark_itself_is_believed() -> None:
    assert await split("<think>why</think>Because.", opened=True) == ("why", "Because.")


async def test_thoughts_that_come_apart_leave_the_text_alone() -> None:
    pieces = (Thought("why"), "\n\n", "Because", " <think>")
    assert await split(*pieces, opened=True) == ("why", "Because <think>")


async def test_waiting_passes_through() -> None:
    chunks = await chunks_of(split_thoughts(stream([Waiting("load"), "<think>a</think>b"])))
    assert chunks[:-1] == [Waiting("load"), Thought("a"), Delta("b")]


async def test_closing_the_split_closes_the_stream() -> None:
    is_closed = False

    async def source() -> AsyncGenerator[Chunk, None]:
        nonlocal is_closed
        try:
            yield Delta("a")
            yield Delta("b")
        finally:
            is_closed = True

    chunks = split_thoughts(source())
    assert await anext(chunks) == Delta("a")
    await chunks.aclose()
    assert is_closed


@pytest.mark.parametrize(
    ("model", "opens"), [("deepseek-r1:8b", True), ("Qwen3-4B-Thinking-2507", True), ("llama3:8b", False)]
)
def test_families_known_to_open_in_the_prompt(model: str, opens: bool) -> None:
    assert opens_in_prompt(model) is opens
