"""What the child does with each request: load, answer, embed, count. Imports llama.cpp; knows no pipes."""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import assert_never

from engine.backends.llama_cpp.answer import End, Read, Said
from engine.backends.llama_cpp.buffers import Buffers, own_bytes
from engine.backends.llama_cpp.jobs import Job, Jobs
from engine.backends.llama_cpp.model import CannotRun, LlamaLog, Model, Words, open_words
from engine.backends.llama_cpp.sequence import AbortFlag
from engine.backends.llama_cpp.wire import (
    Count,
    Counted,
    Embed,
    Failed,
    Finished,
    Frame,
    Generate,
    Load,
    Loaded,
    Open,
    Opened,
    Reading,
    Reply,
    Stop,
    Text,
    Vector,
)

TOGETHER_S = 0.015
"""Text that comes within this time travels in one frame, when tokens are that fast."""


class Work:
    """`send` may be called from both threads."""

    def __init__(self, send: Callable[[Reply], None]) -> None:
        self._send = send
        self._abort = AbortFlag()
        self._jobs = Jobs(send, self._abort)
        self._log = LlamaLog()
        self._words: Words | None = None
        self._words_lock = threading.Lock()
        self._model: Model | None = None

    def receive(self, frame: Frame) -> None:
        """In the reading thread: what cannot wait is done here, the rest is put into the queue."""
        match frame:
            case Count():
                self._send(_reply(frame.id, lambda: self._count(frame)))
            case Stop():
                self._jobs.stop(frame.id)
            case Open() | Load() | Generate() | Embed():
                self._jobs.put(frame)
            case _:
                raise ValueError(f"{type(frame).__name__} is not for a child")

    def forever(self) -> None:
        """In the computing thread: one job after another."""
        while True:
            job = self._jobs.take()
            self._jobs.finish(_reply(job.id, partial(self._do, job)))

    def _do(self, job: Job) -> Reply:
        match job:
            case Open():
                self._use_words(open_words(job.path, self._log))
                return Opened(job.id)
            case Load():
                started = time.perf_counter()
                self._log.buffers = Buffers(own_bytes())
                self._model = Model(job, self._abort, self._log)
                self._use_words(self._model.words)
                return _loaded(job.id, time.perf_counter() - started, self._log.buffers)
            case Generate():
                return self._generate(job)
            case Embed():
                return Vector(job.id, self._loaded().vector(job.text))
            case _:
                assert_never(job)

    def _generate(self, job: Generate) -> Finished:
        text = _Together(job.id, self._send)
        end: End | None = None
        with closing(self._loaded().answer(job)) as events:
            for event in events:
                match event:
                    case Read():
                        self._send(Reading(job.id, event.tokens, event.total))
                    case Said():
                        text.add(event.text)
                    case End():
                        end = event
        text.flush()
        assert end is not None
        return _finished(job.id, end)

    def _count(self, frame: Count) -> Counted:
        with self._words_lock:
            if self._words is None:
                raise CannotRun("refused", "no vocabulary is open")
            return Counted(frame.id, self._words.count(frame.lines))

    def _use_words(self, words: Words) -> None:
        """From now on count by these; those of a file opened for counting only are given back."""
        with self._words_lock:
            before, self._words = self._words, words
            if before is not None:
                before.close()

    def _loaded(self) -> Model:
        if self._model is None:
            raise CannotRun("refused", "no model is loaded")
        return self._model


def _reply(frame_id: int, action: Callable[[], Reply]) -> Reply:
    try:
        return action()
    except CannotRun as error:
        return Failed(frame_id, error.problem, error.detail, error.prompt_tokens, error.n_ctx)


class _Together:
    """Puts text of fast tokens into one frame; a slow token's text goes at once."""

    def __init__(self, job_id: int, send: Callable[[Reply], None]) -> None:
        self._job_id = job_id
        self._send = send
        self._text: list[str] = []
        self._sent_at = self._added_at = 0.0

    def add(self, text: str) -> None:
        now = time.monotonic()
        is_fast = now - self._added_at < TOGETHER_S
        self._added_at = now
        if text:
            self._text.append(text)
        if not is_fast or now - self._sent_at >= TOGETHER_S:
            self.flush()

    def flush(self) -> None:
        if not self._text:
            return
        self._send(Text(self._job_id, "".join(self._text)))
        self._text.clear()
        self._sent_at = time.monotonic()


def _loaded(job_id: int, load_s: float, buffers: Buffers) -> Loaded:
    ram, vram = buffers.ram(), buffers.vram()
    return Loaded(
        job_id,
        load_s,
        (ram.weights, ram.context, ram.work),
        (vram.weights, vram.context, vram.work),
        buffers.mapped_bytes,
    )


def _finished(job_id: int, end: End) -> Finished:
    return Finished(
        job_id, end.reason, end.prompt_tokens, end.reused_tokens, end.answer_tokens, end.prompt_s, end.answer_s
    )
