-- People, dialogs, questions and answers.

CREATE TABLE users (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    role        TEXT NOT NULL CHECK (role IN ('owner', 'member', 'asking', 'refused')),
    language    TEXT CHECK (language IN ('ru', 'en')),
    client_language TEXT,
    preferences TEXT NOT NULL DEFAULT '{}',
    created_at  REAL NOT NULL
);

CREATE UNIQUE INDEX one_owner ON users (role) WHERE role = 'owner';

CREATE TABLE invites (
    code       TEXT PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('owner', 'member')),
    uses_left  INTEGER NOT NULL,
    expires_at REAL
);

CREATE TABLE groups (
    chat_id     INTEGER PRIMARY KEY,
    title       TEXT NOT NULL,
    added_by    INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    answers_all INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE models (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    server TEXT NOT NULL,
    name   TEXT NOT NULL,
    tokens_per_unit REAL,
    UNIQUE (server, name)
);

CREATE TABLE dialogs (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id    INTEGER NOT NULL,
    thread_id  INTEGER,
    owner_id   INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    title      TEXT NOT NULL DEFAULT '',
    title_by   TEXT NOT NULL DEFAULT 'nobody' CHECK (title_by IN ('nobody', 'question', 'person')),
    model_id   INTEGER REFERENCES models,
    settings   TEXT NOT NULL DEFAULT '{}',
    window_from INTEGER NOT NULL DEFAULT 0,
    created_at REAL NOT NULL,
    used_at    REAL NOT NULL
);

CREATE UNIQUE INDEX dialogs_by_thread ON dialogs (chat_id, thread_id) WHERE thread_id IS NOT NULL;
CREATE INDEX dialogs_by_chat ON dialogs (chat_id, used_at);
CREATE INDEX dialogs_by_owner ON dialogs (owner_id);

CREATE TABLE current_dialogs (
    chat_id   INTEGER PRIMARY KEY,
    dialog_id INTEGER NOT NULL REFERENCES dialogs ON DELETE CASCADE
);
CREATE INDEX current_dialogs_by_dialog ON current_dialogs (dialog_id);

CREATE TABLE questions (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    dialog_id  INTEGER NOT NULL REFERENCES dialogs ON DELETE CASCADE,
    author_id  INTEGER NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'answered', 'stopped', 'failed', 'interrupted')),
    answer_id  INTEGER,
    created_at REAL NOT NULL
);
CREATE INDEX questions_by_dialog ON questions (dialog_id, state);

-- A question is made of one or several messages of the chat; the key makes a message count once.
CREATE TABLE question_parts (
    chat_id     INTEGER NOT NULL,
    message_id  INTEGER NOT NULL,
    question_id INTEGER NOT NULL REFERENCES questions ON DELETE CASCADE,
    text        TEXT NOT NULL,
    PRIMARY KEY (chat_id, message_id)
) WITHOUT ROWID;
CREATE INDEX question_parts_by_question ON question_parts (question_id);

CREATE TABLE answers (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    question_id INTEGER NOT NULL REFERENCES questions ON DELETE CASCADE,
    variant     INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('running', 'done', 'stopped', 'failed', 'interrupted')),
    model       TEXT NOT NULL,
    server      TEXT NOT NULL,
    text        TEXT NOT NULL DEFAULT '',
    thought     TEXT NOT NULL DEFAULT '',
    finish      TEXT,
    left_out    INTEGER NOT NULL DEFAULT 0,
    usage       TEXT NOT NULL DEFAULT '{}',
    started_at  REAL NOT NULL,
    finished_at REAL,
    UNIQUE (question_id, variant)
);

-- Where an answer is shown, and whether its last state has arrived there.
CREATE TABLE deliveries (
    question_id INTEGER PRIMARY KEY REFERENCES questions ON DELETE CASCADE,
    chat_id     INTEGER NOT NULL,
    thread_id   INTEGER,
    message_ids TEXT NOT NULL DEFAULT '[]',
    file_id     INTEGER,
    file_of     INTEGER,
    due         INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX deliveries_due ON deliveries (due) WHERE due = 1;
CREATE INDEX deliveries_by_chat ON deliveries (chat_id);
