-- What loaded models really took, against what was forecast: bytes in RAM and on all GPUs together.

CREATE TABLE measurements (
    path           TEXT NOT NULL,
    stamp          TEXT NOT NULL,
    setup          TEXT NOT NULL,
    build          TEXT NOT NULL,
    predicted_ram  INTEGER NOT NULL,
    predicted_vram INTEGER NOT NULL,
    measured_ram   INTEGER NOT NULL,
    measured_vram  INTEGER NOT NULL,
    at             REAL NOT NULL,
    PRIMARY KEY (path, setup)
) WITHOUT ROWID;
