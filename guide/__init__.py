"""The recipe of models/guide.gguf: a very small model that knows only this bot. `make guide` follows it from the start.

Stands beside the bot and is never imported by it: running needs none of this.
"""
