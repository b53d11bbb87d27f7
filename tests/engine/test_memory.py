"""Free memory, and what it says of a model."""

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

import engine.memory
from engine.backends.base import ModelInfo
from engine.memory import Fit, free_ram_bytes, free_vram_bytes, how_fits

GIB = 1024**3


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
def test_a_model_is_held_against_the_memory_there_is(size: int | None, ram: int, vram: int, fit: Fit) -> None:
    assert how_fits(ModelInfo("m", size_bytes=size), ram, vram) == fit


def test_a_loaded_model_fits_whatever_is_free() -> None:
    assert how_fits(ModelInfo("m", size_bytes=9 * GIB, loaded=True), 0, 0) == "loaded"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with 8 GiB to spare; the folder of its cgroup."""
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=8 * GIB))
    monkeypatch.setattr(engine.memory, "CGROUP", tmp_path)
    return tmp_path


def limited(folder: Path, limit: object, used: int) -> None:
    (folder / "memory.max").write_text(f"{limit}\n")
    (folder / "memory.current").write_text(f"{used}\n")


def test_without_a_container_all_that_the_system_spares_is_free(machine: Path) -> None:
    assert free_ram_bytes() == 8 * GIB


def test_a_container_without_a_limit_limits_nothing(machine: Path) -> None:
    limited(machine, "max", 5 * GIB)
    assert free_ram_bytes() == 8 * GIB


def test_a_containers_limit_counts_without_what_is_used_of_it(machine: Path) -> None:
    limited(machine, 4 * GIB, 1 * GIB)
    assert free_ram_bytes() == 3 * GIB
    limited(machine, 4 * GIB, 5 * GIB)
    assert free_ram_bytes() == 0


def test_free_memory_of_gpus_is_a_number_also_where_there_is_none() -> None:
    assert free_vram_bytes() >= 0
