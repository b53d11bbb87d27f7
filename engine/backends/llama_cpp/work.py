"""What the child does with each request: load, answer, embed, count. Imports llama.cpp; knows no pipes."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import assert_never

from engine.backends.llama_cpp.abort import AbortFlag
from engine.backends.llama_cpp.alphabet import CannotSpell
from engine.backends.llama_cpp.buffers import Buffers, resident_bytes
from engine.backends.llama_cpp.inbox import Fetched, Inbox, Job
from engine.backends.llama_cpp.model import Model
from engine.backends.llama_cpp.opening import CannotRun, LlamaLog
from engine.backends.llama_cpp.past import Past
from engine.backends.llama_cpp.steps import Steps
from engine.backends.llama_cpp.wire import (
    Count,
    Counted,
    Done,
    Embed,
    Failed,
    Finished,
    Forget,
    Frame,
    Generate,
    Load,
    Loaded,
    Open,
    Opened,
    Reply,
    Settle,
    Share,
    Stop,
    Vector,
)
from engine.backends.llama_cpp.words import Words, open_words


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
        self._past: Past | None = None
        self._fetching: dict[int, bool] = {}
        """Requests whose dialog is being read from a file, and whether that is still wanted."""

    def receive(self, frame: Frame) -> None:
        """In the reading thread: what cannot wait is done here, the rest is left for the next step."""
        match frame:
            case Count():
                self._send(_reply(frame.id, lambda: self._count(frame)))
            case Stop() | Open() | Load() | Generate() | Embed() | Forget() | Settle() | Share():
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
                self._stop(frame)
            case Generate():
                self._answer(frame)
            case Fetched():
                self._answer_fetched(frame)
            case Forget():
                self._forget(frame)
            case Settle():
                self._settle(frame)
            case Share():
                if self._steps is not None and self._model is not None:
                    self._model.batch.threads.allow(frame.n_threads)
            case Open() | Load() | Embed():
                self._send(_reply(frame.id, partial(self._do, frame)))
            case _:
                assert_never(frame)

    def _answer(self, job: Generate) -> None:
        """At once, or when the dialog's file is read; the others are computed meanwhile."""
        if self._past is None or job.dialog is None or not self._past.is_in_files(job.dialog):
            self._answer_now(job)
            return
        self._fetching[job.id] = True
        self._past.fetch(job.dialog, lambda kept: self._inbox.put(Fetched(job, kept)))

    def _answer_fetched(self, fetched: Fetched) -> None:
        is_wanted = self._fetching.pop(fetched.job.id, None)
        if is_wanted is None:  # it was stopped meanwhile
            return
        if is_wanted and fetched.kept and fetched.job.dialog is not None and self._past is not None:
            self._past.welcome(fetched.job.dialog, fetched.kept)
        self._answer_now(fetched.job)

    def _answer_now(self, job: Generate) -> None:
        try:
            if self._model is None or self._steps is None:
                raise CannotRun("refused", "no model that can chat is loaded")
            self._steps.add(self._model.answer(job))
        except (CannotRun, CannotSpell) as error:
            self._send(_failed(job.id, error))

    def _stop(self, frame: Stop) -> None:
        if self._fetching.pop(frame.id, None) is not None:
            self._send(Finished(frame.id, "stopped", 0, 0, 0, 0.0, 0.0, 0.0))
        elif self._steps is not None:
            self._steps.stop(frame.id)

    def _forget(self, frame: Forget) -> None:
        self._fetching = dict.fromkeys(self._fetching, False)
        if self._past is None:
            self._send(Done(frame.id))
        else:
            self._past.forget(frame.dialog, frame.wholly, lambda: self._send(Done(frame.id)))

    def _settle(self, frame: Settle) -> None:
        self._steps = None
        if self._past is not None:
            self._past.put_away(frame.within_s)
        self._send(Done(frame.id))

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
        buffers = self._log.buffers = Buffers(resident_bytes())
        model = self._model = Model(job, self._abort, self._log)
        self._use_words(model.words)
        if not job.embeds:
            past = self._past = Past(model, job)
            self._steps = Steps(
                model.context, model.batch, past.slots, model.cells.total, model.chunk, model.see, self._send
            )
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
