"""Embedded llama.cpp: each loaded model lives in a child process of its own.

In the bot: parent (the backend), residents (who is loaded), turns (who may load next), elbow_room and taking (what is
free beside them), plans and rehearsal (what a load will take), machine, child (one process), files, pairing (whose eyes
are whose), frames (requests and replies), keeping and identity (where states of dialogs lie), cores, refusals, crashes.
In the child: worker (pipes), inbox, work (what each frame wants), opening, vocabulary, alphabet, chat_template, model
(a file opened), buffers (what it took), embedding, eyes (pictures); steps (the loop that computes for all at once),
batch, answer, pieces, spoken, sampler, candidates, grammar, abort; slots (a dialog's place), cells, kept, past, attic.
Between them: wire, marks (how a picture stands in a prompt), state_files and state_format.
Nothing is imported here, because the child imports this package too and must start fast.
"""
