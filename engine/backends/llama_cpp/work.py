"""What the child does with each request: load, answer, embed, count. Imports llama.cpp; knows no pipes."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import assert_never

from engine.backends.llama_cpp.abort import AbortFlag
from engine.backends.llama_cpp.alphabet import CannotSpell
from engine.backends.llama_cpp.buffers import Buffers, own_bytes
from engine.backends.llama_cpp.inbox import Inbox, Job
from engine.backends.llama_cpp.kept import Shelf
from engine.backends.llama_cpp.model import CannotRun, LlamaLog, Model, Words, open_words
from engine.backends.llama_cpp.slots import Slots
from engine.backends.llama_cpp.steps import Steps
from engine.backends.llama_cpp.wire import (
    Count,
    Counted,
    Embed,
    Failed,
    Frame,
    Generate,
    Load,
    Loaded,
    Open,
    Opened,
    Reply,
    Stop,
    Vector,
)


class Work:
    """`send` may be called from both threads."""

    def __init__(self, send: Callable[[Reply], None]) -> None:
        self._send = send
        self._abort = AbortFlag()
        self._inbox = Inbox(self._abort)
        self._log = LlamaLog()
        self._words: Words | None = None
        self._words_lock = threading.Lock()
        self._model: Model | None = None
        self._steps: Steps | None = None

    def receive(self, frame: Frame) -> None:
        """In the reading thread: what cannot wait is done here, the rest is left for the next step."""
        match frame:
            case Count():
                self._send(_reply(frame.id, lambda: self._count(frame)))
            case Stop() | Open() | Load() | Generate() | Embed():
                self._inbox.put(frame)
            case _:
                raise ValueError(f"{type(frame).__name__} is not for a child")

    def forever(self) -> None:
        """In the computing thread: what came, then a step for all who are to be answered, and again."""
        while True:
            for frame in self._inbox.take(wait=self._steps is None or self._steps.is_idle):
                self._begin(frame)
            if self._steps is not None:
                self._steps.step()

    def _begin(self, frame: Job | Stop) -> None:
        match frame:
            case Stop():
                if self._steps is not None:
                    self._steps.stop(frame.id)
            case Generate():
                self._answer(frame)
            case Open() | Load() | Embed():
                self._send(_reply(frame.id, partial(self._do, frame)))
            case _:
                assert_never(frame)

    def _answer(self, job: Generate) -> None:
        try:
            if self._model is None or self._steps is None:
                raise CannotRun("refused", "no model that can chat is loaded")
            self._steps.add(self._model.answer(job))
        except (CannotRun, CannotSpell) as error:
            self._send(_failed(job.id, error))

    def _do(self, job: Open | Load | Embed) -> Reply:
        match job:
            case Open():
                self._use_words(open_words(job.path, self._log))
                return Opened(job.id)
            case Load():
                return self._load(job)
            case Embed():
                if self._model is None:
                    raise CannotRun("refused", "no model is loaded")
                return Vector(job.id, self._model.vector(job.text))
            case _:
                assert_never(job)

    def _load(self, job: Load) -> Loaded:
        started = time.perf_counter()
        buffers = self._log.buffers = Buffers(own_bytes())
        model = self._model = Model(job, self._abort, self._log)
        self._use_words(model.words)
        if not job.embeds:
            slots = Slots(model.cells, job.n_slots, Shelf(job.kept_bytes))
            self._steps = Steps(model.context, model.batch, slots, model.cells.total, model.chunk, self._send)
        return _loaded(job.id, time.perf_counter() - started, buffers)

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


def _reply(frame_id: int, action: Callable[[], Reply]) -> Reply:
    try:
        return action()
    except (CannotRun, CannotSpell) as error:
        return _failed(frame_id, error)


def _failed(frame_id: int, error: CannotRun | CannotSpell) -> Failed:
    if isinstance(error, CannotSpell):
        return Failed(frame_id, "cannot_spell", error.letter)
    return Failed(frame_id, error.problem, error.detail, error.prompt_tokens, error.n_ctx)


def _loaded(job_id: int, load_s: float, buffers: Buffers) -> Loaded:
    ram = buffers.ram()
    return Loaded(
        job_id,
        load_s,
        (ram.weights, ram.context, ram.work),
        tuple((need.weights, need.context, need.work) for need in buffers.gpus()),
    )
