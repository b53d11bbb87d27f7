"""What models took in memory when they were loaded, so that the next forecast is nearer. Owns the table.

Knows no formulas: bytes that were predicted, bytes that were measured.
"""

import time
from dataclasses import dataclass

from engine.database import Database

LOWEST_RATIO, HIGHEST_RATIO = 0.5, 2.0
"""A ratio beyond these says more of a mistake in measuring than of the model."""


@dataclass(frozen=True, slots=True)
class LoadKey:
    """One way to load one file. `stamp` changes with the file, `build` with what loads it."""

    path: str
    stamp: str
    setup: str
    build: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """Bytes; `predicted` are the uncorrected forecasts."""

    predicted_ram: int
    predicted_vram: int
    measured_ram: int
    measured_vram: int

    @property
    def ram_ratio(self) -> float:
        return _ratio(self.measured_ram, self.predicted_ram)

    @property
    def vram_ratio(self) -> float:
        return _ratio(self.measured_vram, self.predicted_vram)


class Measurements:
    """Kept in memory too, because a forecast is made whenever models are listed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[LoadKey, Measurement] = {}

    async def open(self) -> None:
        for row in await self._database.all("SELECT * FROM measurements"):
            key = LoadKey(*(row[name] for name in LoadKey.__slots__))
            self._known[key] = Measurement(*(row[name] for name in Measurement.__slots__))

    def last(self, key: LoadKey) -> Measurement | None:
        """Of the last load like this; None if there was none."""
        return self._known.get(key)

    async def note(self, key: LoadKey, measurement: Measurement) -> None:
        """Remember a load; one of the same file as it was before is forgotten."""
        if self._known.get(key) == measurement:
            return
        self._known[key] = measurement
        await self._database.write(
            "INSERT OR REPLACE INTO measurements"
            " (path, stamp, setup, build, predicted_ram, predicted_vram, measured_ram, measured_vram, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(key.path, key.stamp, key.setup, key.build),
            *(getattr(measurement, name) for name in Measurement.__slots__),
            time.time(),
        )


def _ratio(measured: int, predicted: int) -> float:
    """1 where nothing was forecast."""
    return min(HIGHEST_RATIO, max(LOWEST_RATIO, measured / predicted)) if predicted else 1.0
