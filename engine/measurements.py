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
    n_ctx: int
    cache_type: str
    gpu_layers: int
    build: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """Bytes; `predicted` is the uncorrected forecast."""

    predicted: int
    measured: int

    @property
    def ratio(self) -> float:
        return min(HIGHEST_RATIO, max(LOWEST_RATIO, self.measured / max(1, self.predicted)))


class Measurements:
    """Kept in memory too, because a forecast is made whenever models are listed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[LoadKey, Measurement] = {}

    async def open(self) -> None:
        for row in await self._database.all("SELECT * FROM measurements"):
            key = LoadKey(*(row[name] for name in LoadKey.__slots__))
            self._known[key] = Measurement(row["predicted"], row["measured"])

    def ratio(self, key: LoadKey) -> float | None:
        """Fact / forecast of the last load like this; None if there was none."""
        measurement = self._known.get(key)
        return measurement.ratio if measurement else None

    async def note(self, key: LoadKey, measurement: Measurement) -> None:
        """Remember a load; one of the same file as it was before is forgotten."""
        if self._known.get(key) == measurement:
            return
        self._known[key] = measurement
        await self._database.write(
            "INSERT OR REPLACE INTO measurements"
            " (path, stamp, n_ctx, cache_type, gpu_layers, build, predicted, measured, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(key.path, key.stamp, key.n_ctx, key.cache_type, key.gpu_layers, key.build),
            *(measurement.predicted, measurement.measured, time.time()),
        )
