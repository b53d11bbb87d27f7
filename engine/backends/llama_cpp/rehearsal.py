"""A load without the memory: llama.cpp is asked what it would reserve, in a process of its own that ends at once.

Run as `python -m engine.backends.llama_cpp.rehearsal FILE SETUP`; prints the bytes of the context and of the work.
Whatever goes wrong there means only that nothing was learned. Processor only.
"""

import asyncio
import ctypes
import json
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.backends.llama_cpp.buffers import Buffers
from engine.forecast import Need, Setup

ROOT = Path(__file__).parents[3]
TIMEOUT_S = 20.0
LOAD_MODE_NONE = 0
NO_FLASH_ATTENTION = 0


async def rehearsed(path: str, setup: Setup) -> Need | None:
    """Context and work of the file at `path` as llama.cpp counts them, without weights and the process itself.

    None if it would not say. `path` is absolute.
    """
    arguments = [path, json.dumps(asdict(setup))]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "engine.backends.llama_cpp.rehearsal", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=ROOT,
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            said, _ = await process.communicate()
    except TimeoutError:
        return None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    numbers = said.split()
    return Need(0, int(numbers[0]), int(numbers[1])) if process.returncode == 0 and len(numbers) == 2 else None


def main(path: str, setup: Setup) -> None:
    import llama_cpp

    buffers = Buffers(process_bytes=0)
    callback = llama_cpp.llama_log_callback(lambda _level, text, _data: buffers.read(text.decode("utf-8", "replace")))
    llama_cpp.llama_log_set(callback, ctypes.c_void_p(0))
    how = llama_cpp.llama_model_default_params()
    how.no_alloc = True
    how.load_mode = LOAD_MODE_NONE
    how.n_gpu_layers = 0
    how.use_extra_bufts = False  # with them llama.cpp aborts here for some shapes, and weights are not asked for
    model = llama_cpp.llama_model_load_from_file(path.encode(), how)
    if not model or not llama_cpp.llama_init_from_model(model, _context_params(llama_cpp, setup)):
        sys.exit(1)
    print(buffers.cache_bytes, buffers.ram().work)


def _context_params(llama_cpp: Any, setup: Setup) -> Any:
    params = llama_cpp.llama_context_default_params()
    params.n_ctx = setup.n_ctx
    params.n_batch = params.n_ubatch = setup.batch
    params.n_seq_max = setup.slots
    params.n_outputs_max = 0 if setup.embeds else setup.slots
    params.kv_unified = not setup.embeds
    params.embeddings = setup.embeds
    params.swa_full = setup.full_swa
    params.flash_attn_type = NO_FLASH_ATTENTION
    params.type_k = getattr(llama_cpp, f"GGML_TYPE_{setup.cache_type.upper()}")
    return params


if __name__ == "__main__":
    main(sys.argv[1], Setup(**json.loads(sys.argv[2])))
