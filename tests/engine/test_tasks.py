"""The scope for work that goes on beside its starter."""

import asyncio
import logging

import pytest

from engine.tasks import Tasks


async def never(ended: list[str], name: str) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        ended.append(name)


async def fail() -> None:
    raise ValueError("broken on purpose")


async def test_leaving_ends_what_runs_and_waits_for_it() -> None:
    ended: list[str] = []
    async with Tasks() as tasks:
        tasks.start(never(ended, "one"))
        tasks.start(never(ended, "two"))
        await asyncio.sleep(0)
    assert sorted(ended) == ["one", "two"]


async def test_work_that_fails_ends_nothing_else_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    ended: list[str] = []
    async with Tasks() as tasks:
        other = tasks.start(never(ended, "other"))
        failed = tasks.start(fail())
        with pytest.raises(ValueError, match="on purpose"):
            await failed
        await asyncio.sleep(0)
        assert not other.done()
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.exc_info is not None


async def test_work_goes_on_when_its_starter_is_cancelled() -> None:
    done = asyncio.Event()
    go = asyncio.Event()

    async def work() -> None:
        await go.wait()
        done.set()

    async with Tasks() as tasks:

        async def starter() -> None:
            tasks.start(work())
            await asyncio.Event().wait()

        starting = asyncio.create_task(starter())
        await asyncio.sleep(0)
        starting.cancel()
        await asyncio.wait([starting])
        go.set()
        await asyncio.wait_for(done.wait(), 5)


async def test_what_the_ending_work_starts_is_ended_too() -> None:
    ended: list[str] = []

    async with Tasks() as tasks:

        async def last_act() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                tasks.start(never(ended, "late"))
                await asyncio.sleep(0)

        tasks.start(last_act())
        await asyncio.sleep(0)
    assert ended == ["late"]


async def test_a_cancelled_piece_of_work_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    async with Tasks() as tasks:
        task = tasks.start(never([], "one"))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    assert caplog.records == []
