"""What can be wrong with a model file, and why the process of a model dies: closed lists of causes."""

from typing import Literal

FileFault = Literal[
    "empty",
    "no_file",  # but a folder, or something stranger
    "not_gguf",
    "unreadable",  # the system does not let us read it
    "version",  # or the order of bytes
    "cut_short",
    "part_missing",
    "header",  # counts, texts and types that cannot be
    "tensors",  # types, shapes and places that cannot be
    "architecture",  # none, or one that llama.cpp does not know
    "vocabulary",  # none, or one that llama.cpp does not know
    "weights",  # matrices that are missing or do not go together
    "numbers",  # layers, heads and the like that cannot be
    "template",
    "eyes",  # the mmproj file beside it does not go with it
    "spelling",  # a vocabulary without bytes, and a letter that it has no token for
    "changed",  # while it was read
    "other",
]
CrashCause = Literal[
    "unknown",
    "loading",  # llama.cpp fell over the file before it answered anything
    "killed",  # by the system, as it does when memory ran out
    "file",  # what was mapped is not there any more: the file was cut, or its disk went away
]
