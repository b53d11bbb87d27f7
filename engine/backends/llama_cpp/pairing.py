"""Which eyes (mmproj files) belong to which model: by their width, their kind, their names and their folder."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.gguf import GgufHeader

MADE_FOR = {
    "gemma3": ("gemma3",),
    "gemma3nv": ("gemma3n",),
    "qwen2vl_merger": ("qwen2vl",),
    "qwen2.5vl_merger": ("qwen2vl",),
    "qwen3vl_merger": ("qwen3vl", "qwen3vlmoe"),
    "llama4": ("llama4",),
    "cogvlm": ("cogvlm",),
    "lfm2": ("lfm2",),
    "glm4v": ("glm4", "glm4moe"),
    "kimivl": ("deepseek2",),
}
"""Projectors that go with these architectures only; the others go with any."""
DEEP = ("qwen3vl_merger",)
"""These hand on more than the width of the model's tokens."""
WHOLE_PICTURES = ("gemma3", "gemma3nv", "gemma4v")
"""The model looks at all tokens of a picture at once, so these must fit into one batch."""
NOISE = re.compile(r"mmproj|model|gguf|ggml|vision|i?q\d\w*|[bf]?f?p?(16|32)|[kmslx0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class EyesFile:
    """The file beside a model by which it sees."""

    path: Path
    stamp: tuple[tuple[int, int], ...]
    header: GgufHeader

    @property
    def wants_whole_pictures(self) -> bool:
        return self.header.projector in WHOLE_PICTURES


def eyes_for(
    path: Path, header: GgufHeader, eyes: Iterable[EyesFile], models: Collection[tuple[Path, GgufHeader]]
) -> EyesFile | None:
    """The eyes of the model at `path` among all `models`, the smallest of those that suit it as well; None if none."""
    suiting = [
        (_likeness(path, header, one, models), -one.header.size_bytes, one) for one in eyes if could_be(header, one)
    ]
    best = max((item for item in suiting if item[0] > 0), key=lambda item: item[:2], default=None)
    return best[2] if best else None


def could_be(header: GgufHeader, eyes: EyesFile) -> bool:
    """Whether width and architecture allow it."""
    fits = eyes.header.projection in (0, header.shape.n_embd) or eyes.header.projector in DEEP
    return fits and header.architecture in MADE_FOR.get(eyes.header.projector, (header.architecture,))


def _likeness(path: Path, header: GgufHeader, eyes: EyesFile, models: Collection[tuple[Path, GgufHeader]]) -> int:
    """0: nothing speaks for it. Words of the eyes' name must all be in the model's; without any, the folder decides."""
    is_near = eyes.path.parent == path.parent
    if words := _words(eyes.path.stem) or _words(eyes.header.name):
        return (2 + is_near) * len(words) if words <= _words(path.stem) | _words(header.name) else 0
    return int(is_near and (eyes.header.projector in MADE_FOR or _is_alone(path, eyes, models)))


def _is_alone(path: Path, eyes: EyesFile, models: Collection[tuple[Path, GgufHeader]]) -> bool:
    """Whether no other model of the folder could have these eyes; another file of the same one does not count."""
    near = [other for other, header in models if other.parent == path.parent and could_be(header, eyes)]
    return all(_words(other.stem) == _words(path.stem) for other in near)


def _words(name: str) -> set[str]:
    """What tells models apart; a point parts words, but not numbers."""
    found = re.split(r"[^a-z0-9.]+|(?<!\d)\.|\.(?!\d)", name.lower())
    return {word for word in found if word and not NOISE.fullmatch(word)}
