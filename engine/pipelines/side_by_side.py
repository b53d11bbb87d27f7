"""Several streams of events read as one, each as fast as it comes."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TypeVar

from engine.tasks import Tasks

T = TypeVar("T")


async def side_by_side(
    streams: Sequence[AsyncGenerator[T, None]], ended: asyncio.Event | None = None
) -> AsyncGenerator[T, None]:
    """Events of all streams; when `ended` is set, the streams are closed where they are, and this one ends.

    An error of a stream is raised here and closes the others. One stream that nobody may end costs no task.
    """
    if len(streams) == 1 and ended is None:
        async with aclosing(streams[0]) as stream:
            async for event in stream:
                yield event
        return
    queue: asyncio.Queue[T | asyncio.Task[None]] = asyncio.Queue()
    async with Tasks() as tasks:  # not a TaskGroup, which makes an error of a closed generator
        reading = {tasks.start(drained(stream, queue)) for stream in streams}
        watching = {tasks.start(waited(ended))} if ended is not None else set()
        for task in reading | watching:
            task.add_done_callback(queue.put_nowait)
        while reading:
            item = await queue.get()
            if not isinstance(item, asyncio.Task):
                yield item
                continue
            item.result()
            if item in watching:
                break
            reading.discard(item)


async def drained(stream: AsyncGenerator[T, None], queue: "asyncio.Queue[T | asyncio.Task[None]]") -> None:
    async with aclosing(stream) as events:
        async for event in events:
            queue.put_nowait(event)


async def waited(event: asyncio.Event) -> None:
    await event.wait()
