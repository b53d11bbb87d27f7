"""Memory forecast from a header alone, held against what llama.cpp itself would reserve."""

from pathlib import Path

import pytest

from engine.backends.llama_cpp.buffers import Buffers
from engine.backends.llama_cpp.parent import is_installed
from engine.backends.llama_cpp.rehearsal import rehearsed
from engine.forecast import MIB, PROCESS_BYTES, WORD_BYTES, Need, Setup, forecast
from engine.gguf import read_header
from tests.hollow_gguf import Hollow, make_hollow

SHAPES = {
    "dense": Hollow(),
    "gqa": Hollow(n_embd=1024, n_head=16, n_head_kv=4, n_ff=4096),
    "long heads": Hollow("qwen3", n_head_kv=2, head=128),
    "experts": Hollow("qwen3moe", head=64, experts=8, n_ff=2048),
    "sliding": Hollow("gemma3", n_layer=6, head=64, window=512, tied=True),
    "latent": Hollow("deepseek2", n_embd=1024, n_head=16),
    "recurrent": Hollow("mamba", n_embd=2048),
    "hybrid": Hollow("lfm2", n_layer=4),
    "hybrid with Mamba": Hollow("jamba", n_layer=4),
    "delta net": Hollow("qwen35", n_embd=1024, n_head=8, n_head_kv=2, head=128, n_layer=4),
}
SETUPS = [
    Setup(512),
    Setup(8192),
    Setup(8192, slots=4),
    Setup(4096, full_swa=False, slots=4),
    Setup(4096, cache_type="q8_0"),
]


@pytest.mark.skipif(not is_installed(), reason="without llama-cpp-python")
@pytest.mark.parametrize("name", SHAPES)
async def test_the_forecast_agrees_with_what_llama_cpp_would_reserve(tmp_path: Path, name: str) -> None:
    path = make_hollow(tmp_path / "m.gguf", SHAPES[name])
    shape = read_header(path).shape
    for setup in SETUPS:
        if name == "latent" and setup.cache_type != "f16":
            continue  # llama.cpp refuses to quantise a latent row
        told = await rehearsed(str(path), setup)
        assert told is not None
        ram = forecast(shape, setup).ram
        assert ram.context == pytest.approx(told.context, rel=0.01, abs=0.02 * MIB)
        work = ram.work - PROCESS_BYTES - WORD_BYTES * shape.n_vocab
        assert work == pytest.approx(told.work, rel=0.05, abs=5 * MIB)


def test_weights_are_the_tensors_wherever_they_are(tmp_path: Path) -> None:
    path = make_hollow(tmp_path / "m.gguf", Hollow())
    shape = read_header(path).shape
    for layers in (0, 1, 3, 5, 99):
        found = forecast(shape, Setup(512, layers))
        assert found.all.weights == shape.weights_bytes
        assert found.all.context == forecast(shape, Setup(512)).all.context
    assert forecast(shape, Setup(512, 99)).ram.weights == shape.input_bytes
    assert forecast(shape, Setup(512, 1)).vram.weights == shape.output_bytes


def test_a_tied_output_is_copied_to_the_gpu(tmp_path: Path) -> None:
    shape = read_header(make_hollow(tmp_path / "m.gguf", Hollow(tied=True))).shape
    assert shape.tied
    assert forecast(shape, Setup(512, 99)).all.weights == shape.weights_bytes + shape.input_bytes


def test_a_quantised_cache_is_smaller(tmp_path: Path) -> None:
    shape = read_header(make_hollow(tmp_path / "m.gguf", Hollow())).shape
    sizes = [forecast(shape, Setup(8192, 99, cache_type=kind)).all.context for kind in ("f16", "q8_0", "q4_0")]
    assert [size / sizes[0] for size in sizes] == [1, 1.0625 / 2, 0.5625 / 2]
    on_processor = forecast(shape, Setup(8192, cache_type="q8_0")).all.context
    assert on_processor / sizes[0] == pytest.approx(0.765625), "only the keys: quantised values want flash attention"


async def test_a_file_that_cannot_be_rehearsed_teaches_nothing(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    assert await rehearsed(str(tmp_path / "m.gguf"), Setup(512)) is None


def test_sizes_are_read_from_llama_cpps_log() -> None:
    buffers = Buffers(process_bytes=7 * MIB)
    for line in (
        "load_tensors:          AMX model buffer size =   40.00 MiB",
        "load_tensors:   CPU_Mapped model buffer size =   50.00 MiB",
        "load_tensors:        CUDA0 model buffer size =  300.00 MiB",
        "load_tensors:        CUDA1 model buffer size =    5.00 MiB",
        "llama_kv_cache:        CPU KV buffer size =    10.00 MiB",
        "llama_kv_cache:      CUDA0 KV buffer size =    60.00 MiB",
        "llama_kv_cache: size =   70.00 MiB (  8192 cells,  14 layers,  1/1 seqs), K (f16): 35 MiB, V (f16): 35 MiB",
        "llama_context:  CUDA_Host  output buffer size =     1.00 MiB",
        "sched_reserve:      CUDA0 compute buffer size =    30.00 MiB",
        "sched_reserve:        CPU compute buffer size =     9.00 MiB",
        "sched_reserve:        CPU compute buffer size =     1.50 MiB",
        "sched_reserve:  CUDA_Host compute buffer size =     0.50 MiB",
        "llama_kv_cache: nothing about sizes",
    ):
        buffers.read(line)
    ram, (first, second) = buffers.ram(), buffers.gpus()
    assert [part / MIB for part in (ram.weights, ram.context, ram.work)] == [50, 10, 10]
    assert [part / MIB for part in (first.weights, first.context, first.work)] == [300, 60, 30]
    assert second == Need(weights=5 * MIB)
    assert buffers.cache_bytes == 70 * MIB
