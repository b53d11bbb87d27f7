"""What the bot's backend is measured against: llama_decode and a sampler chain in a loop, without text or pipes.

A process of its own, loaded once. Llama.generate of llama-cpp-python stands beside it.
"""

import json
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LOOP = """
import json, sys, time
import llama_cpp

path, n_ctx, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
llama = llama_cpp.Llama(path, n_ctx=n_ctx, n_batch=128, n_ubatch=128, n_threads=threads, n_threads_batch=threads,
                        verbose=False)
params = llama_cpp.llama_context_default_params()
params.n_ctx, params.n_batch, params.n_ubatch, params.n_outputs_max = n_ctx, 128, 128, 1
params.n_threads = params.n_threads_batch = threads
params.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
context = llama_cpp.llama_init_from_model(llama._model.model, params)


def low_level(ids):
    llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(context), True)
    chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
    for sampler in (llama_cpp.llama_sampler_init_top_k(40), llama_cpp.llama_sampler_init_top_p(0.95, 1),
                    llama_cpp.llama_sampler_init_min_p(0.05, 1), llama_cpp.llama_sampler_init_temp(0.8),
                    llama_cpp.llama_sampler_init_dist(1)):
        llama_cpp.llama_sampler_chain_add(chain, sampler)
    while True:
        array = (llama_cpp.llama_token * len(ids))(*ids)
        llama_cpp.llama_decode(context, llama_cpp.llama_batch_get_one(array, len(ids)))
        ids = [llama_cpp.llama_sampler_sample(chain, context, -1)]
        yield ids[0]


def generate(ids):
    llama.reset()
    return llama.generate(ids, top_k=40, top_p=0.95, min_p=0.05, temp=0.8)


for line in sys.stdin:
    kind, prompt, tokens = json.loads(line)
    stream = {"low_level": low_level, "generate": generate}[kind](llama.tokenize(prompt.encode(), special=True))
    next(stream)
    started, worked = time.perf_counter(), time.thread_time()
    for _ in range(tokens - 1):
        next(stream)
    seconds = time.perf_counter() - started, time.thread_time() - worked
    print(json.dumps([part / (tokens - 1) for part in seconds]), flush=True)
"""

Kind = Literal["low_level", "generate"]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds a token: by the clock, and of the processor in the computing thread."""

    clock_s: float
    cpu_s: float


class Bare:
    """The loop over one file."""

    def __init__(self, path: Path, n_ctx: int, threads: int) -> None:
        command = [sys.executable, "-c", textwrap.dedent(LOOP), str(path), str(n_ctx), str(threads)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def pace(self, prompt: str, tokens: int, kind: Kind = "low_level") -> Pace:
        """Of `tokens` tokens, the first left out."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([kind, prompt, tokens]) + "\n")
        self._process.stdin.flush()
        return Pace(*json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        self._process.communicate()
