-- For how much room turns have left the window: with more of it they come back.

ALTER TABLE dialogs ADD COLUMN window_room INTEGER NOT NULL DEFAULT 0;
