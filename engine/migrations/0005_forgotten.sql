-- Dialogs of which something was deleted (wholly) or changed, until nothing is kept of it outside the database either.

CREATE TABLE forgotten (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    dialog_id INTEGER NOT NULL,
    wholly    INTEGER NOT NULL
);

CREATE TRIGGER question_deleted AFTER DELETE ON questions BEGIN
    INSERT INTO forgotten (dialog_id, wholly) VALUES (OLD.dialog_id, 1);
END;

CREATE TRIGGER question_changed AFTER UPDATE OF text ON question_parts WHEN OLD.text != NEW.text BEGIN
    INSERT INTO forgotten (dialog_id, wholly) SELECT dialog_id, 0 FROM questions WHERE id = NEW.question_id;
END;
