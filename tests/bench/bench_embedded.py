"""How much of llama.cpp's own speed reaches the bot: decode through the backend against the bare loop.

Run by hand: `python tests/bench/bench_embedded.py`. All use one file of 0.15B random weights, the same threads,
window and sampler; rounds alternate, and the medians are compared. The bare loop is llama_decode and a sampler
chain in a process of its own, without text; Llama.generate of llama-cpp-python stands beside it.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import textwrap
from contextlib import aclosing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from engine.backends.base import ChatRequest
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.backends.llama_cpp.resident import allowed_threads
from engine.events import Delta, Finish
from engine.messages import Message, Params
from tests.tiny_gguf import REALISTIC, make_gguf

ROUNDS = 5
N_CTX = 2048
GOAL = 0.9
MODEL = "bench.gguf"

BARE = """
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
    started = time.perf_counter()
    for _ in range(tokens - 1):
        next(stream)
    print((tokens - 1) / (time.perf_counter() - started), flush=True)
"""


class Bare:
    """The loop to compare with, loaded once."""

    def __init__(self, path: Path) -> None:
        command = [sys.executable, "-c", textwrap.dedent(BARE), str(path), str(N_CTX), str(allowed_threads())]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tokens_per_s(self, kind: str, prompt: str, tokens: int) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([kind, prompt, tokens]) + "\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()


async def backend_tokens_per_s(backend: LlamaCppBackend, question: str, tokens: int) -> float:
    """From the first text seen here to the end, as a person's screen would see it."""
    clock = asyncio.get_running_loop().time
    started, usage_tokens = 0.0, 0
    request = ChatRequest(MODEL, (Message("user", question),), Params(n_ctx=N_CTX, max_tokens=tokens))
    async with aclosing(backend.stream(request)) as stream:
        async for chunk in stream:
            match chunk:
                case Delta() if not started:
                    started = clock()
                case Finish():
                    usage_tokens = chunk.usage.answer_tokens or 0
    return (usage_tokens - 1) / (clock() - started)


async def measure(folder: Path, lengths: list[int]) -> list[tuple[int, float, float, float]]:
    """Rows of (tokens, bare loop, Llama.generate, ours), tokens per second."""
    path = make_gguf(folder / MODEL, shape=REALISTIC, weight_type="f16")
    bare = Bare(path)
    rows = []
    async with LlamaCppBackend(folder, folder / "models.yaml") as backend:
        for tokens in lengths:
            rounds = [await measure_once(bare, backend, f"{n} " + "one two river " * 4, tokens) for n in range(ROUNDS)]
            loop, generate, ours = (statistics.median(column) for column in zip(*rounds, strict=True))
            rows.append((tokens, loop, generate, ours))
    bare.close()
    return rows


async def measure_once(bare: Bare, backend: LlamaCppBackend, question: str, tokens: int) -> tuple[float, float, float]:
    prompt = f"<|user|>{question}<|end|><|assistant|>"
    loop = await asyncio.to_thread(bare.tokens_per_s, "low_level", prompt, tokens)
    ours = await backend_tokens_per_s(backend, question, tokens)
    generate = await asyncio.to_thread(bare.tokens_per_s, "generate", prompt, tokens)
    return loop, generate, ours


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--tokens", type=int, nargs="+", default=[64, 256])
    lengths: list[int] = arguments.parse_args().tokens
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(measure(Path(folder), lengths))
    print(f"0.15B f16, {allowed_threads()} thread(s), median of {ROUNDS}, tokens per second")
    print("tokens  bare loop  Llama.generate  backend  backend/bare")
    for tokens, loop, generate, ours in rows:
        print(f"{tokens:6} {loop:10.1f} {generate:15.1f} {ours:8.1f} {ours / loop:13.3f}")
    worst = min(ours / loop for _, loop, _, ours in rows)
    print(f"goal {GOAL}: {'reached' if worst >= GOAL else 'MISSED'} ({worst:.3f})")


if __name__ == "__main__":
    main()
