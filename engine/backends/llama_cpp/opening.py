"""Models and contexts of llama.cpp, opened, and what it complains of when it cannot. Runs in the child."""

import ctypes
from typing import Any

import llama_cpp

from engine.backends.llama_cpp.buffers import Buffers
from engine.backends.llama_cpp.crashes import speaks_of_memory
from engine.backends.llama_cpp.wire import Problem


class CannotRun(Exception):
    """A request that cannot be done, by kind and detail."""

    def __init__(self, problem: Problem, detail: str, prompt_tokens: int | None = None, n_ctx: int | None = None):
        super().__init__(detail)
        self.problem, self.detail = problem, detail
        self.prompt_tokens, self.n_ctx = prompt_tokens, n_ctx


class LlamaLog:
    """What llama.cpp complains about, kept to explain a refusal (and written to stderr), and the sizes it tells."""

    INFO, WARNING, ERROR = 2, 3, 4

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.buffers = Buffers(process_bytes=0)
        self._callback = llama_cpp.llama_log_callback(self._line)
        llama_cpp.llama_log_set(self._callback, ctypes.c_void_p(0))

    def problem(self) -> CannotRun:
        """The latest complaints as one refusal."""
        detail = " ".join(self.errors[-3:]) or "llama.cpp could not load it"
        return CannotRun("no_memory" if speaks_of_memory(detail) else "bad_file", detail)

    def _line(self, level: int, text: bytes, _data: object) -> None:
        line = text.decode("utf-8", "replace").strip()
        if level == self.INFO:
            self.buffers.read(line)
        if level not in (self.WARNING, self.ERROR):
            return
        if level == self.ERROR and line:
            self.errors.append(line)
        print(line, flush=True)


def open_model(path: str, params: Any, log: LlamaLog) -> Any:
    """A llama_model pointer; raises CannotRun."""
    log.errors.clear()
    model = llama_cpp.llama_model_load_from_file(path.encode(), params)
    if not model:
        raise log.problem()
    return model


def open_context(model: Any, params: Any, log: LlamaLog) -> Any:
    """A llama_context pointer; raises CannotRun."""
    log.errors.clear()
    context = llama_cpp.llama_init_from_model(model, params)
    if not context:
        raise log.problem()
    return context
