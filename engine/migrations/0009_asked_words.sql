-- What a person was asked to send as a message: a name, a prompt, a value for a pipeline. One at a time in a chat.

CREATE TABLE asked_words (
    chat_id     INTEGER NOT NULL,
    user_id     INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    message_id  INTEGER NOT NULL,
    screen_id   INTEGER,
    pipeline_id INTEGER NOT NULL REFERENCES pipelines ON DELETE CASCADE,
    target      TEXT NOT NULL,
    PRIMARY KEY (chat_id, user_id)
) WITHOUT ROWID;
CREATE INDEX asked_words_by_user ON asked_words (user_id);
CREATE INDEX asked_words_by_pipeline ON asked_words (pipeline_id);
