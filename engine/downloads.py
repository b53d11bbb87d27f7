"""Downloads: a model's file fetched from a hub, gone on with after a break, checked, then there like any other.

What was fetched lies beside its goal as `.NAME.CHECKSUM.part` until it is whole. Knows nothing of screens.
"""

import asyncio
import glob
import hashlib
import os
import re
import shutil
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import httpx

from config.downloads_file import Download
from engine.backends.llama_cpp.files import DEFAULT_N_CTX
from engine.backends.llama_cpp.resident import N_SLOTS
from engine.errors import DownloadBroken, HubAway, HubRefused, NoRoomOnDisk
from engine.fitting import Room
from engine.forecast import Setup
from engine.gguf_shape import Layer, ModelShape

CHUNK_BYTES = 1 << 20
"""Read at once from what is here already."""
CONNECT_TIMEOUT_S = 10.0
SILENCE_TIMEOUT_S = 60.0
TRIES_WITHOUT_NEWS = 5
PAUSE_S = 0.25
"""Before the line is tried again; doubled each time."""
SPARE_BYTES = 256 << 20
"""Left free on the disk, for everything else that is written there."""
CHECKSUM = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Progress:
    """Bytes of the file that are here, of all."""

    done_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class Goal:
    """What the hub says of a file. `checksum` is its SHA-256, "" where the hub does not tell."""

    url: str
    size_bytes: int
    checksum: str
    part: Path
    file: Path


@dataclass
class Downloads:
    """`endpoint` is the hub's address."""

    models_dir: Path
    endpoint: str
    offers: tuple[Download, ...]
    _running: dict[str, asyncio.Task[object]] = field(default_factory=dict)
    _stopped: set[str] = field(default_factory=set)

    def is_here(self, offer: Download) -> bool:
        return (self.models_dir / offer.file).exists()

    def is_running(self, offer: Download) -> bool:
        return offer.file in self._running

    def fetched_bytes(self, offer: Download) -> int:
        """What an earlier attempt has left behind."""
        return max((part.stat().st_size for part in self._parts(offer)), default=0)

    @contextmanager
    def scope(self, offer: Download) -> Iterator[None]:
        """The current task fetches `offer`: `stop` cancels it."""
        task = asyncio.current_task()
        assert task is not None
        self._running[offer.file] = task
        self._stopped.discard(offer.file)
        try:
            yield
        finally:
            del self._running[offer.file]

    def stop(self, offer: Download) -> bool:
        """End the fetching; what is here stays here. False if nobody fetches it."""
        task = self._running.get(offer.file)
        if task is None:
            return False
        self._stopped.add(offer.file)
        return task.cancel()

    def was_stopped(self, offer: Download) -> bool:
        """Whether the last fetching was ended by `stop`."""
        return offer.file in self._stopped

    async def fetch(self, offer: Download) -> AsyncGenerator[Progress, None]:
        """Bring the file, telling how far it is; when this ends the file is whole and in its place.

        Raises HubAway, HubRefused, NoRoomOnDisk or, if what came is not what was promised, DownloadBroken.
        """
        goal = await asyncio.to_thread(self._ask, offer)
        self._make_sure_of_room(goal)
        for old in self._parts(offer):
            if old != goal.part:
                old.unlink(missing_ok=True)
        with goal.part.open("ab") as file:
            part = await asyncio.to_thread(Part, file)
            async with aclosing(self._rest(goal, part)) as news:
                async for _ in news:
                    yield Progress(part.size_bytes, goal.size_bytes)
            os.fsync(file.fileno())
        if part.size_bytes != goal.size_bytes or goal.checksum not in ("", part.checksum()):
            goal.part.unlink()
            raise DownloadBroken(offer.file)
        goal.part.replace(goal.file)

    def _ask(self, offer: Download) -> Goal:
        """Size and checksum, from the hub. Blocks."""
        import httpx2  # what huggingface_hub speaks HTTP with
        from huggingface_hub import get_hf_file_metadata, hf_hub_url
        from huggingface_hub.errors import HfHubHTTPError

        url = hf_hub_url(offer.repository, offer.file, endpoint=self.endpoint)
        try:
            facts = get_hf_file_metadata(url, token=False, timeout=CONNECT_TIMEOUT_S, endpoint=self.endpoint)
        except HfHubHTTPError as error:
            raise HubRefused(offer.file, error.response.status_code) from error
        except (httpx2.HTTPError, OSError) as error:
            raise HubAway(offer.file, host_of(url)) from error
        if not facts.size:
            raise DownloadBroken(offer.file)
        checksum = facts.etag if facts.etag and CHECKSUM.fullmatch(facts.etag) else ""
        part = self.models_dir / f".{offer.file}.{checksum[:12] or facts.size}.part"
        return Goal(url, facts.size, checksum, part, self.models_dir / offer.file)

    def _make_sure_of_room(self, goal: Goal) -> None:
        self.models_dir.mkdir(parents=True, exist_ok=True)
        have = goal.part.stat().st_size if goal.part.exists() else 0
        need, free = goal.size_bytes - have, shutil.disk_usage(self.models_dir).free - SPARE_BYTES
        if need > free:
            raise NoRoomOnDisk(goal.file.name, need, max(0, free))

    async def _rest(self, goal: Goal, part: "Part") -> AsyncGenerator[None, None]:
        """Take what is still missing; a broken line is picked up where it broke."""
        timeout = httpx.Timeout(SILENCE_TIMEOUT_S, connect=CONNECT_TIMEOUT_S)
        tries = 0
        async with httpx.AsyncClient(timeout=timeout, follow_redirects=True) as client:
            while part.size_bytes < goal.size_bytes:
                try:
                    async with aclosing(pour(client, goal, part)) as news:
                        async for _ in news:
                            tries = 0
                            yield
                except httpx.TransportError as error:
                    tries += 1
                    if tries >= TRIES_WITHOUT_NEWS:
                        raise HubAway(goal.file.name, host_of(goal.url)) from error
                    await asyncio.sleep(PAUSE_S * 2**tries)

    def _parts(self, offer: Download) -> list[Path]:
        return list(self.models_dir.glob(f".{glob.escape(offer.file)}.*.part"))


class Part:
    """The file so far, open at its end, and its checksum so far."""

    def __init__(self, file: BinaryIO) -> None:
        """Reads what is there already. Blocks."""
        self._file = file
        self._digest = hashlib.sha256()
        with Path(file.name).open("rb") as before:
            while chunk := before.read(CHUNK_BYTES):
                self._digest.update(chunk)
        self.size_bytes = file.tell()

    def take(self, chunk: bytes) -> None:
        self._file.write(chunk)
        self._digest.update(chunk)
        self.size_bytes += len(chunk)

    def start_over(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    def checksum(self) -> str:
        return self._digest.hexdigest()


async def pour(client: httpx.AsyncClient, goal: Goal, part: Part) -> AsyncGenerator[None, None]:
    """One connection: from where the part ends, as far as it goes. A hub that knows no ranges begins anew."""
    headers = {"Range": f"bytes={part.size_bytes}-", "Accept-Encoding": "identity"}
    async with client.stream("GET", goal.url, headers=headers) as response:
        if response.status_code not in (200, 206):
            raise HubRefused(goal.file.name, response.status_code)
        if response.status_code == 200:
            part.start_over()
        async for chunk in response.aiter_raw():
            await asyncio.to_thread(part.take, chunk)
            yield
            if part.size_bytes > goal.size_bytes:
                return


def host_of(url: str) -> str:
    return urlsplit(url).netloc


def room_of(offer: Download) -> Room:
    """What the model will ask of the memory when it is loaded as usual, by its shape alone."""
    shape = offer.shape
    attention = 2 * shape.embedding * shape.head_length * (shape.heads + shape.kv_heads)
    layer = attention + 3 * shape.embedding * shape.feed_forward
    words = shape.vocabulary * shape.embedding
    per_number = offer.size_bytes / (words + shape.layers * layer)
    row = shape.kv_heads * shape.head_length
    model = ModelShape(
        layers=(Layer(int(layer * per_number), row, row),) * shape.layers,
        input_bytes=int(words * per_number),
        output_bytes=0,
        largest_bytes=int(words * per_number),
        n_embd=shape.embedding,
        n_query=shape.heads * shape.head_length,
        n_feed=shape.feed_forward,
        n_head=shape.heads,
        n_vocab=shape.vocabulary,
        window_tokens=0,
    )
    return Room(model, Setup(DEFAULT_N_CTX, slots=N_SLOTS), None, lambda found: found)
