"""What a child refused, as an error of the engine."""

from pathlib import PurePath
from typing import assert_never

from engine.backends.llama_cpp.files import ModelFile
from engine.backends.llama_cpp.wire import Failed, Reply
from engine.errors import (
    BackendError,
    BadModelFile,
    BadPicture,
    BrokenStream,
    ContextTooLong,
    NoMemory,
    NotInstalled,
    RequestRefused,
)
from engine.faults import FileFault

FAULTS: tuple[tuple[str, FileFault], ...] = (
    ("invalid magic", "not_gguf"),
    ("model architecture", "architecture"),
    ("vocabulary", "vocabulary"),
    ("within the file bounds", "cut_short"),
    ("check_tensor_dims", "weights"),
    ("wrong number of tensors", "weights"),
    ("read tensor", "tensors"),
    ("alignment", "tensors"),
    ("read header", "header"),
    ("read key-value pairs", "header"),
    ("failed to open", "unreadable"),
    ("no numbers", "weights"),
    ("chat template", "template"),
)
"""Words of llama.cpp and of ours, the first that is found counts."""


def refusal(failed: Failed, server: str, model: str, file: str) -> BackendError:
    """The typed error for one Failed frame; `file` is the name of the model's file."""
    match failed.problem:
        case "not_installed":
            return NotInstalled(server, model, detail=failed.detail)
        case "bad_file":
            return BadModelFile(server, model, file=file, detail=failed.detail, fault=fault_in(failed.detail))
        case "bad_eyes":
            eyes = PurePath(failed.detail).name
            return BadModelFile(server, model, file=file, detail="its eyes cannot be used", fault="eyes", what=eyes)
        case "bad_picture":
            return BadPicture(server, model, detail=failed.detail)
        case "cannot_spell":
            return BadModelFile(server, model, file=file, detail="no bytes", fault="spelling", what=failed.detail)
        case "no_memory":
            return NoMemory(server, model)
        case "too_long":
            return ContextTooLong(server, model, prompt_tokens=failed.prompt_tokens, n_ctx=failed.n_ctx)
        case "refused":
            return RequestRefused(server, model, detail=failed.detail)
        case _:
            assert_never(failed.problem)


def error_of(reply: Reply, server: str, file: ModelFile) -> BackendError:
    """The error for a reply that ends a request about `file` and is not the one hoped for."""
    if isinstance(reply, Failed):
        return refusal(reply, server, file.name, file.path.name)
    return BrokenStream(server, file.name, detail=f"unexpected {type(reply).__name__}")


def fault_in(detail: str) -> FileFault:
    """What is wrong with a file, by the words it was refused with."""
    return next((fault for words, fault in FAULTS if words in detail), "other")
