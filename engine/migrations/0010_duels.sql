-- Talks of models with one another. A word of the person has no speaker; what is due was not yet shown to its end.

CREATE TABLE duels (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    dialog_id  INTEGER NOT NULL REFERENCES dialogs ON DELETE CASCADE,
    author_id  INTEGER NOT NULL,
    topic      TEXT NOT NULL,
    speakers   TEXT NOT NULL,
    first      INTEGER NOT NULL DEFAULT 0,
    turns      INTEGER NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('setup', 'running', 'paused', 'done')),
    reason     TEXT NOT NULL DEFAULT '',
    asks       TEXT NOT NULL DEFAULT '',
    due        INTEGER NOT NULL DEFAULT 0,
    created_at REAL NOT NULL
);
CREATE INDEX duels_by_dialog ON duels (dialog_id, state);

CREATE TABLE duel_speeches (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    duel_id     INTEGER NOT NULL REFERENCES duels ON DELETE CASCADE,
    speaker     INTEGER,
    name        TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('running', 'done', 'stopped', 'failed', 'interrupted')),
    text        TEXT NOT NULL DEFAULT '',
    message_ids TEXT NOT NULL DEFAULT '[]',
    due         INTEGER NOT NULL DEFAULT 0,
    chat_id     INTEGER,
    message_id  INTEGER,
    said_at     REAL NOT NULL
);
CREATE INDEX duel_speeches_by_duel ON duel_speeches (duel_id);
CREATE UNIQUE INDEX duel_words ON duel_speeches (chat_id, message_id) WHERE message_id IS NOT NULL;

CREATE TRIGGER duel_deleted AFTER DELETE ON duels BEGIN
    INSERT INTO forgotten (dialog_id, wholly) VALUES (OLD.dialog_id, 1);
END;
