-- How an answer of a pipeline came about: its name, who was heard, the votes.

ALTER TABLE answers ADD COLUMN council TEXT NOT NULL DEFAULT '';

-- What a model file hashes to, as long as it has this size and time of change.
CREATE TABLE file_hashes (
    path       TEXT PRIMARY KEY,
    size_bytes INTEGER NOT NULL,
    changed_ns INTEGER NOT NULL,
    sha256     TEXT NOT NULL
) WITHOUT ROWID;
