"""The size of the guide's network, and the numbers that its computation and its file share. Needs nothing."""

from dataclasses import dataclass

EPSILON = 1e-5
ROPE_BASE = 10000.0


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of a network; the vocabulary's matrix is its output too."""

    n_vocab: int
    n_embd: int = 128
    n_layer: int = 2
    n_head: int = 4
    n_ff: int = 256

    @property
    def head(self) -> int:
        return self.n_embd // self.n_head
