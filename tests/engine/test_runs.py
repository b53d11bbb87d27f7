"""The cancel scope of a run."""

import asyncio

import pytest

from engine.runs import Run, Runs


async def endless(runs: Runs, dialog_id: int, began: asyncio.Event) -> Run:
    async with runs.scope(dialog_id, question_id=1, author_id=1) as run:
        began.set()
        await asyncio.Event().wait()
    return run


async def test_a_stop_is_a_normal_end_that_tells_its_reason() -> None:
    runs, began = Runs(), asyncio.Event()
    task = asyncio.create_task(endless(runs, 7, began))
    await began.wait()
    assert runs.stop(7, "person")
    assert not runs.stop(7), "it is ending already"
    run = await task
    assert run.stopped == "person"
    assert runs.of(7) is None
    assert task.cancelling() == 0


async def test_a_cancellation_from_elsewhere_passes_through() -> None:
    runs, began = Runs(), asyncio.Event()
    task = asyncio.create_task(endless(runs, 7, began))
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert runs.of(7) is None


async def test_a_stop_and_a_cancellation_together_end_the_task() -> None:
    runs, began = Runs(), asyncio.Event()
    task = asyncio.create_task(endless(runs, 7, began))
    await began.wait()
    runs.stop(7)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_stop_that_comes_at_the_last_moment_hits_nothing_later() -> None:
    runs = Runs()
    async with runs.scope(7, 1, 1) as run:
        pass
    assert not run.stop("person")
    await asyncio.sleep(0)


async def test_a_stop_from_inside_that_meets_no_await_does_not_leak_out() -> None:
    """The cancellation was asked for, but the block ended before any await could raise it."""
    runs = Runs()

    async def work() -> str:
        async with runs.scope(7, 1, 1) as run:
            run.stop("person")
        await asyncio.sleep(0)
        return "went on"

    assert await asyncio.create_task(work()) == "went on"


async def test_when_the_program_ends_every_run_ends_and_none_begins() -> None:
    runs, began = Runs(), asyncio.Event()
    first = asyncio.create_task(endless(runs, 1, began))
    await began.wait()
    runs.stop_all()
    late = asyncio.create_task(endless(runs, 2, asyncio.Event()))
    assert (await first).stopped == "shutdown"
    assert (await late).stopped == "shutdown"
    assert await runs.settle(1.0)
