"""Embedded llama.cpp: each loaded model lives in a child process of its own.

In the bot: parent (the backend), residents (who is loaded), child (one process), files, memory, frames
(requests and replies), pairing (whose eyes are whose), refusals, crashes.
In the child: worker (pipes), inbox, work (what each frame wants), opening, words (vocabulary, alphabet,
chat_template), model (a file opened), embedding,
eyes (pictures);
steps (the loop that computes for all at once), batch, answer, pieces, sampler, abort; slots (a dialog's place), cells,
kept, spoken.
Between them: wire, marks (how a picture stands in a prompt).
Nothing is imported here, because the child imports this package too and must start fast.
"""
