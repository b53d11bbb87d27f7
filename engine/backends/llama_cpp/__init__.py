"""Embedded llama.cpp: each loaded model lives in a child process of its own.

In the bot: parent (the backend), residents (who is loaded), child (one process), files, memory, refusals.
In the child: worker (pipes), jobs (the queue), work, model, answer, sequence, vocabulary, chat_template, pieces.
Between them: wire.
Nothing is imported here, because the child imports this package too and must start fast.
"""
