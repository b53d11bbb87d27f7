"""Embedded llama.cpp: each loaded model lives in a child process of its own.

In the bot: parent (the backend), residents (who is loaded), child (one process), files, memory, frames
(requests and replies), refusals, crashes.
In the child: worker (pipes), inbox, work (what each frame wants), opening, words (vocabulary, alphabet,
chat_template), model (a file opened), embedding;
steps (the loop that computes for all at once), batch, answer, pieces, sampler, abort; slots (a dialog's place), cells,
kept, spoken.
Between them: wire.
Nothing is imported here, because the child imports this package too and must start fast.
"""
