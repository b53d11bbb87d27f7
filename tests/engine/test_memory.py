"""Free memory as it is read: containers' limits, GPUs, and drivers that fail."""

from pathlib import Path
from types import SimpleNamespace

import pynvml
import pytest

from engine import memory
from engine.backends.base import ModelInfo
from engine.fitting import Free
from engine.forecast import Forecast, Need, Setup, Taken

GIB = 1 << 30


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(memory, "CGROUPS", tmp_path / "groups")
    monkeypatch.setattr(memory, "OWN_CGROUP", tmp_path / "own")
    monkeypatch.setattr(memory.sys, "platform", "linux")
    return tmp_path


def write(group: Path, **files: str) -> None:
    group.mkdir(parents=True)
    for name, text in files.items():
        (group / name.replace("__", ".")).write_text(text)


def test_a_containers_limit_counts_and_file_cache_in_it_does_not(groups: Path) -> None:
    (groups / "own").write_text("0::/bot\n")
    stat = "anon 1\ninactive_file 300000\nactive_file 1000\n"
    write(groups / "groups/bot", memory__max="1000000\n", memory__current="900000\n", memory__stat=stat)
    assert memory.free_ram_bytes() == 401_000


def test_a_limit_of_old_control_groups_counts(groups: Path) -> None:
    (groups / "own").write_text("5:cpu:/elsewhere\n4:memory:/docker/abc\n0::/\n")
    limit = {"memory__limit_in_bytes": "700000\n", "memory__usage_in_bytes": "500000\n"}
    write(groups / "groups/memory/docker/abc", **limit)
    assert memory.free_ram_bytes() == 200_000


def test_without_a_limit_all_that_the_system_spares_is_free(groups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: SimpleNamespace(available=8 * GIB))
    assert memory.free_ram_bytes() == 8 * GIB
    write(groups / "groups", memory__max="max\n", memory__current="1\n")
    assert memory.free_ram_bytes() == 8 * GIB


def test_a_container_over_its_limit_has_nothing_left(groups: Path) -> None:
    write(groups / "groups", memory__max="1000\n", memory__current="5000\n")
    assert memory.free_ram_bytes() == 0


def drive(monkeypatch: pytest.MonkeyPatch, *, fails: str = "") -> None:
    """Two GPUs, and a driver in which one call fails."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)

    def call(name: str, answer: object) -> None:
        def say(*_: object) -> object:
            if name == fails:
                raise pynvml.NVMLError(pynvml.NVML_ERROR_UNKNOWN)
            return answer

        monkeypatch.setattr(pynvml, name, say)

    call("nvmlInit", None)
    call("nvmlShutdown", None)
    call("nvmlDeviceGetCount", 2)
    call("nvmlDeviceGetHandleByIndex", object())
    call("nvmlDeviceGetName", "RTX 3060")
    call("nvmlDeviceGetMemoryInfo", SimpleNamespace(free=3 * GIB, total=12 * GIB))


def test_each_gpu_tells_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    drive(monkeypatch)
    assert memory.gpus() == (memory.Gpu("RTX 3060", 3 * GIB, 12 * GIB),) * 2
    assert memory.free_memory().vram == (int(3 * GIB * memory.VRAM_SHARE),) * 2


@pytest.mark.parametrize(
    ("visible", "names"),
    [
        ("1,0", ["b", "a"]),
        ("1", ["b"]),
        ("GPU-aa", ["a"]),
        ("", []),
        ("-1", []),
        ("0,7,1", ["a"]),
    ],
)
def test_gpus_hidden_from_cuda_are_not_counted(monkeypatch: pytest.MonkeyPatch, visible: str, names: list[str]) -> None:
    drive(monkeypatch)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    monkeypatch.setattr(pynvml, "nvmlDeviceGetHandleByIndex", lambda index: "ab"[index])
    monkeypatch.setattr(pynvml, "nvmlDeviceGetUUID", lambda device: f"GPU-{device * 4}")
    monkeypatch.setattr(pynvml, "nvmlDeviceGetName", lambda device: device.encode())
    assert [gpu.name for gpu in memory.gpus()] == names


@pytest.mark.parametrize("call", ["nvmlInit", "nvmlDeviceGetCount", "nvmlDeviceGetMemoryInfo", "nvmlDeviceGetName"])
def test_a_driver_that_is_absent_or_fails_means_no_gpu(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    drive(monkeypatch, fails=call)
    assert memory.gpus() == ()
    assert memory.free_memory().vram == ()


@pytest.mark.parametrize(
    ("size", "ram", "vram", "fit"),
    [
        (4 * GIB, 8 * GIB, 0, "fits"),
        (4 * GIB, 2 * GIB, 8 * GIB, "fits"),
        (4 * GIB, 8 * GIB, 2 * GIB, "slow"),
        (4 * GIB, 3 * GIB, 1 * GIB, "too big"),
        (4 * GIB, int(4.5 * GIB), 0, "too big"),
        (None, 0, 0, "fits"),
    ],
    ids=["in RAM", "on the GPU", "on both", "nowhere", "no headroom", "size unknown"],
)
def test_a_servers_model_is_judged_by_its_size(size: int | None, ram: int, vram: int, fit: memory.Fit) -> None:
    assert memory.how_fits(ModelInfo("m", size_bytes=size), Free(ram, (vram,))) == fit


def test_a_loaded_model_fits_whatever_is_free() -> None:
    assert memory.how_fits(ModelInfo("m", size_bytes=9 * GIB, loaded=True), Free(0)) == "loaded"


@pytest.mark.parametrize(
    ("ram", "vram", "fit"), [(3, 0, "fits"), (2, 0, "too big"), (2, 2, "slow"), (0, 4, "fits"), (1, 1, "too big")]
)
def test_a_model_with_a_forecast_is_judged_by_it(ram: int, vram: int, fit: memory.Fit) -> None:
    found = Forecast(Setup(512), Need(GIB, 2 * GIB, 0))
    assert memory.how_fits(ModelInfo("m", size_bytes=GIB, forecast=found), Free(ram * GIB, (vram * GIB,))) == fit


def test_a_model_that_fits_with_a_sacrifice_is_slow_and_not_too_big() -> None:
    found = Forecast(Setup(512), Need(4 * GIB))
    assert memory.how_fits(ModelInfo("m", forecast=found, least_bytes=3 * GIB), Free(3 * GIB)) == "slow"
    assert memory.how_fits(ModelInfo("m", forecast=found, least_bytes=3 * GIB), Free(2 * GIB)) == "too big"


def test_a_gpu_that_the_build_cannot_use_does_not_count() -> None:
    info = ModelInfo("m", forecast=Forecast(Setup(512), Need(4 * GIB)), uses_gpu=False)
    assert memory.how_fits(info, Free(2 * GIB, (8 * GIB,))) == "too big"
    assert memory.how_fits(info, Free(5 * GIB, (8 * GIB,))) == "fits"


def test_what_loaded_models_would_give_back_is_free_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda: Free(GIB, (2 * GIB,)))
    mine = ModelInfo("mine", loaded=True, gives_back=Taken(Need(GIB), (Need(3 * GIB),)))
    assert memory.free_for([mine, ModelInfo("theirs", loaded=True)]) == Free(2 * GIB, (5 * GIB,))
