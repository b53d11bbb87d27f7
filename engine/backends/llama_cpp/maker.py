"""What besides the weights shapes what llama.cpp computes of a dialog: only the very same may go on from it.

Runs in the child.
"""

import ctypes
import hashlib
from pathlib import Path
from typing import Any

import llama_cpp

MAX_VALUE_BYTES = 64


def maker(model: Any, params: Any) -> str:
    """Build, types and layout of the cache, template; `params` are those of the context, `model` a llama_model."""
    library = Path(llama_cpp.__file__).parent / "lib"
    sizes = [path.stat().st_size for path in sorted(library.glob("*llama*"))]
    template = llama_cpp.llama_model_chat_template(model, None) or b""
    shape = (params.type_k, params.type_v, params.flash_attn_type, params.swa_full, _stretches(model, params.n_ctx))
    facts = (llama_cpp.__version__, *sizes, *shape, hashlib.blake2b(template, digest_size=8).hexdigest())
    return " ".join(str(fact) for fact in facts)


def _stretches(model: Any, n_ctx: int) -> bool:
    """Whether the window is longer than the one a model was made for: some then turn all positions otherwise."""
    architecture = _value(model, "general.architecture")
    original = _value(model, f"{architecture}.rope.scaling.original_context_length")
    return original.isdigit() and n_ctx > int(original)


def _value(model: Any, key: str) -> str:
    buffer = ctypes.create_string_buffer(MAX_VALUE_BYTES)
    size = llama_cpp.llama_model_meta_val_str(model, key.encode(), buffer, MAX_VALUE_BYTES)
    return buffer.value.decode("utf-8", "replace") if size >= 0 else ""
