"""Free memory as it is read: containers' limits, GPUs, and drivers that fail."""

from pathlib import Path
from types import SimpleNamespace

import pynvml
import pytest

from engine import memory
from engine.backends.base import ModelInfo
from engine.forecast import Forecast, Need, Setup

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


def test_no_limit_means_what_the_system_has(groups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(groups / "groups", memory__max="max\n", memory__current="1\n")
    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: SimpleNamespace(available=5))
    assert memory.free_ram_bytes() == 5


def drive(monkeypatch: pytest.MonkeyPatch, *, fails: str = "") -> None:
    """Two GPUs, and a driver in which one call fails."""

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
    assert memory.free_per_gpu() == (3 * GIB, 3 * GIB)
    assert memory.free_vram_bytes() == 6 * GIB


@pytest.mark.parametrize("call", ["nvmlInit", "nvmlDeviceGetCount", "nvmlDeviceGetMemoryInfo", "nvmlDeviceGetName"])
def test_a_driver_that_is_absent_or_fails_means_no_gpu(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    drive(monkeypatch, fails=call)
    assert memory.gpus() == ()
    assert memory.free_vram_bytes() == 0


def test_a_forecast_decides_where_there_is_one_and_the_size_where_there_is_none() -> None:
    ours = ModelInfo("a", size_bytes=1 * GIB, forecast=Forecast(Setup(512), Need(GIB, 2 * GIB, 0), Need()))
    servers = ModelInfo("b", size_bytes=1 * GIB)
    assert [memory.how_fits(info, 2 * GIB, 0) for info in (ours, servers)] == ["too big", "fits"]
    assert memory.how_fits(ours, 2 * GIB, 2 * GIB) == "slow"
    assert memory.how_fits(ours, 0, 4 * GIB) == "fits"
    assert memory.how_fits(ModelInfo("c"), 0, 0) == "fits"
    assert memory.how_fits(ModelInfo("d", size_bytes=GIB, loaded=True), 0, 0) == "loaded"
