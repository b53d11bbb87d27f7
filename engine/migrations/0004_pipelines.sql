-- Pipelines made by hand, which of them a dialog uses, and the runs that left a folder.

CREATE TABLE pipelines (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    owner_id   INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    name       TEXT NOT NULL,
    body       TEXT NOT NULL,
    share_code TEXT UNIQUE,
    created_at REAL NOT NULL,
    changed_at REAL NOT NULL
);
CREATE INDEX pipelines_by_owner ON pipelines (owner_id, changed_at);

ALTER TABLE dialogs ADD COLUMN mode TEXT NOT NULL DEFAULT 'chat' CHECK (mode IN ('chat', 'base', 'manual'));
ALTER TABLE dialogs ADD COLUMN pipeline_id INTEGER REFERENCES pipelines ON DELETE SET NULL;
CREATE INDEX dialogs_by_pipeline ON dialogs (pipeline_id) WHERE pipeline_id IS NOT NULL;

-- A row whose dialog or question is gone tells that its folder must go too.
CREATE TABLE sessions (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    number      INTEGER NOT NULL UNIQUE,
    dialog_id   INTEGER REFERENCES dialogs ON DELETE SET NULL,
    question_id INTEGER REFERENCES questions ON DELETE SET NULL,
    answer_id   INTEGER REFERENCES answers ON DELETE SET NULL,
    mode        TEXT NOT NULL,
    pipeline    TEXT NOT NULL DEFAULT '',
    state       TEXT NOT NULL CHECK (state IN ('running', 'done', 'stopped', 'failed', 'interrupted')),
    started_at  REAL NOT NULL,
    finished_at REAL
);
CREATE INDEX sessions_by_question ON sessions (question_id);
CREATE INDEX sessions_by_dialog ON sessions (dialog_id);
CREATE INDEX sessions_by_answer ON sessions (answer_id);
