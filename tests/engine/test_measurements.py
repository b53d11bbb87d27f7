"""What a load really took is kept, and mends the next forecast."""

from dataclasses import replace
from pathlib import Path

from engine.database import open_database
from engine.measurements import LoadKey, Measurement, Measurements

KEY = LoadKey("/models/a.gguf", "((1, 2),)", "n_ctx=4096 slots=4", "0.3")
MORE = Measurement(1000, 2000, 1100, 1500)


async def test_a_measurement_outlives_a_restart(tmp_path: Path) -> None:
    async with open_database(tmp_path / "a.db") as database:
        measurements = Measurements(database)
        await measurements.open()
        assert measurements.last(KEY) is None
        await measurements.note(KEY, MORE)
        assert measurements.last(KEY) == MORE
    async with open_database(tmp_path / "a.db") as database:
        measurements = Measurements(database)
        await measurements.open()
        assert measurements.last(KEY) == MORE


async def test_another_setup_another_file_and_another_build_are_not_mended(tmp_path: Path) -> None:
    async with open_database(tmp_path / "a.db") as database:
        measurements = Measurements(database)
        await measurements.note(KEY, MORE)
        for other in (replace(KEY, setup="n_ctx=512"), replace(KEY, stamp="((2, 2),)"), replace(KEY, build="0.4")):
            assert measurements.last(other) is None


async def test_the_same_load_is_kept_once_by_its_last_measurement(tmp_path: Path) -> None:
    async with open_database(tmp_path / "a.db") as database:
        measurements = Measurements(database)
        await measurements.note(KEY, MORE)
        await measurements.note(replace(KEY, build="0.4"), replace(MORE, measured_ram=900))
        rows = await database.all("SELECT build, measured_ram FROM measurements")
        assert [tuple(row) for row in rows] == [("0.4", 900)]


def test_ram_and_gpu_are_mended_apart() -> None:
    assert (MORE.ram_ratio, MORE.vram_ratio) == (1.1, 0.75)
    assert Measurement(1000, 0, 1000, 0).vram_ratio == 1


def test_a_measurement_that_cannot_be_true_mends_little() -> None:
    assert Measurement(1000, 0, 10, 0).ram_ratio == 0.5
    assert Measurement(1, 0, 10_000, 0).ram_ratio == 2.0
