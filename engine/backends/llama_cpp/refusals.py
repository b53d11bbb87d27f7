"""What a child refused, as an error of the engine."""

from typing import assert_never

from engine.backends.llama_cpp.wire import Failed
from engine.errors import BackendError, BadModelFile, ContextTooLong, NoMemory, NotInstalled, RequestRefused


def refusal(failed: Failed, server: str, model: str, file: str) -> BackendError:
    """The typed error for one Failed frame; `file` is the name of the model's file."""
    match failed.problem:
        case "not_installed":
            return NotInstalled(server, model, detail=failed.detail)
        case "bad_file":
            return BadModelFile(server, model, file=file, detail=failed.detail)
        case "no_memory":
            return NoMemory(server, model)
        case "too_long":
            return ContextTooLong(server, model, prompt_tokens=failed.prompt_tokens, n_ctx=failed.n_ctx)
        case "refused":
            return RequestRefused(server, model, detail=failed.detail)
        case _:
            assert_never(failed.problem)
