"""Embedded llama.cpp: each loaded model lives in a child process of its own.

In the bot: parent (the backend), residents (who is loaded), child (one process), files, memory.
In the child: worker (jobs), chat_template, vocabulary, sequence, pieces. Between them: wire.
Nothing is imported here, because the child imports this package too and must start fast.
"""
