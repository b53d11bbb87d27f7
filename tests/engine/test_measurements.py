"""What a load really took is kept, and mends the next forecast."""

from dataclasses import replace
from pathlib import Path

from engine.database import open_database
from engine.measurements import LoadKey, Measurement, Measurements

KEY = LoadKey("/models/a.gguf", "((1, 2),)", 4096, "f16", 0, "0.3")


async def test_a_measurement_outlives_a_restart(tmp_path: Path) -> None:
    async with open_database(tmp_path / "a.db") as database:
        measurements = Measurements(database)
        await measurements.open()
        assert measurements.ratio(KEY) is None
        await measurements.note(KEY, Measurement(1000, 1100))
        assert measurements.ratio(KEY) == 1.1
    async with open_database(tmp_path / "a.db") as database:
        measurements = Measurements(database)
        await measurements.open()
        assert measurements.ratio(KEY) == 1.1


async def test_another_window_another_file_and_another_build_are_not_mended(tmp_path: Path) -> None:
    async with open_database(tmp_path / "a.db") as database:
        measurements = Measurements(database)
        await measurements.note(KEY, Measurement(1000, 1100))
        for other in (replace(KEY, n_ctx=512), replace(KEY, stamp="((2, 2),)"), replace(KEY, build="0.4")):
            assert measurements.ratio(other) is None


async def test_the_same_load_is_kept_once_by_its_last_measurement(tmp_path: Path) -> None:
    async with open_database(tmp_path / "a.db") as database:
        measurements = Measurements(database)
        await measurements.note(KEY, Measurement(1000, 1100))
        await measurements.note(replace(KEY, build="0.4"), Measurement(1000, 900))
        rows = await database.all("SELECT build, measured FROM measurements")
        assert [tuple(row) for row in rows] == [("0.4", 900)]


def test_a_measurement_that_cannot_be_true_mends_little() -> None:
    assert Measurement(1000, 10).ratio == 0.5
    assert Measurement(1, 10_000).ratio == 2.0
