-- What loaded models really took, against what was forecast: bytes in RAM and on GPUs together.

CREATE TABLE measurements (
    path       TEXT NOT NULL,
    stamp      TEXT NOT NULL,
    n_ctx      INTEGER NOT NULL,
    cache_type TEXT NOT NULL,
    gpu_layers INTEGER NOT NULL,
    build      TEXT NOT NULL,
    predicted  INTEGER NOT NULL,
    measured   INTEGER NOT NULL,
    at         REAL NOT NULL,
    PRIMARY KEY (path, n_ctx, cache_type, gpu_layers)
) WITHOUT ROWID;
