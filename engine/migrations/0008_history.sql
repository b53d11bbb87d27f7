-- The words of questions (rowid 4 x id), answers (4 x id + 1) and steps (4 x id + 2), to be found again. An FTS5 table
-- keeps its own copy of a text, so that a row can be taken out of it without knowing what was in it.

CREATE VIRTUAL TABLE words USING fts5(text, tokenize = 'unicode61 remove_diacritics 2');

-- The steps of runs whose words can be found.
CREATE TABLE step_words (
    id          INTEGER PRIMARY KEY,
    session_id  INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
    question_id INTEGER NOT NULL REFERENCES questions ON DELETE CASCADE
);
CREATE INDEX step_words_by_session ON step_words (session_id);
CREATE INDEX step_words_by_question ON step_words (question_id);

CREATE TRIGGER part_said AFTER INSERT ON question_parts BEGIN
    DELETE FROM words WHERE rowid = 4 * NEW.question_id;
    INSERT INTO words (rowid, text) SELECT 4 * NEW.question_id, group_concat(text, char(10))
        FROM question_parts WHERE question_id = NEW.question_id;
END;
CREATE TRIGGER part_edited AFTER UPDATE OF text ON question_parts BEGIN
    DELETE FROM words WHERE rowid = 4 * NEW.question_id;
    INSERT INTO words (rowid, text) SELECT 4 * NEW.question_id, group_concat(text, char(10))
        FROM question_parts WHERE question_id = NEW.question_id;
END;
CREATE TRIGGER part_gone AFTER DELETE ON question_parts BEGIN
    DELETE FROM words WHERE rowid = 4 * OLD.question_id;
END;
CREATE TRIGGER answer_ended AFTER UPDATE OF state ON answers WHEN NEW.state != 'running' BEGIN
    DELETE FROM words WHERE rowid = 4 * NEW.id + 1;
    INSERT INTO words (rowid, text) SELECT 4 * NEW.id + 1, NEW.text WHERE NEW.text != '';
END;
CREATE TRIGGER answer_gone AFTER DELETE ON answers BEGIN
    DELETE FROM words WHERE rowid = 4 * OLD.id + 1;
END;
CREATE TRIGGER step_gone AFTER DELETE ON step_words BEGIN
    DELETE FROM words WHERE rowid = 4 * OLD.id + 2;
END;

INSERT INTO words (rowid, text)
    SELECT 4 * question_id, group_concat(text, char(10)) FROM question_parts GROUP BY question_id;
INSERT INTO words (rowid, text) SELECT 4 * id + 1, text FROM answers WHERE state != 'running' AND text != '';
