"""llama.cpp without pipes: logits computed through our slots, to be held against those computed afresh."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import llama_cpp
import numpy as np

from engine.backends.llama_cpp.abort import AbortFlag
from engine.backends.llama_cpp.batch import DONE
from engine.backends.llama_cpp.kept import Further, Shelf
from engine.backends.llama_cpp.model import LlamaLog, Model
from engine.backends.llama_cpp.slots import Slot, Slots
from engine.backends.llama_cpp.wire import Load
from tests.tiny_gguf import Arch, Shape, make_gguf

Kind = Literal["llama", "llama, small keys", "gemma3", "gemma3, short windows", "mamba", "jamba", "lfm2"]
KINDS: tuple[Kind, ...] = ("llama", "llama, small keys", "gemma3", "gemma3, short windows", "mamba", "jamba", "lfm2")
WINDOW = 32
SAME = 1e-4
"""Probabilities after the same tokens differ by a tenth of this; after one other token, by ten times this."""


def probabilities(logits: Any) -> Any:
    raised = np.exp(logits - logits.max())
    return raised / raised.sum()


def arch_of(kind: Kind) -> Arch:
    return kind.split(",")[0]  # type: ignore[return-value]


def make_model(folder: Path, kind: Kind) -> Path:
    shape = Shape(n_layer=6 if kind.startswith("gemma3") else 4)
    return make_gguf(folder / f"{arch_of(kind)}.gguf", arch=arch_of(kind), shape=shape, window=WINDOW)


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said to a prompt, the logits each token was picked by, and how many prompt tokens were not computed."""

    tokens: list[int]
    logits: list[Any]
    reused: int

    def equals(self, other: "Heard") -> bool:
        return self.tokens == other.tokens and self.distance(other) < SAME

    def distance(self, other: "Heard") -> float:
        """Of the probabilities, which leave out what a tiny file never says."""
        pairs = zip(self.logits, other.logits, strict=True)
        return max(float(np.abs(probabilities(one) - probabilities(two)).max()) for one, two in pairs)


@dataclass(eq=False)
class Computer:
    """One loaded model with its slots; the likeliest token is always taken."""

    path: Path
    kind: Kind
    n_slots: int = 3
    n_ctx: int = 1024
    kept_bytes: int = 1 << 30
    further: Further | None = None
    model: Model = field(init=False)
    slots: Slots = field(init=False)

    def __post_init__(self) -> None:
        load = Load(
            1,
            str(self.path),
            self.n_ctx,
            n_gpu_layers=0,
            n_threads=1,
            embeds=False,
            repack=True,
            n_slots=self.n_slots,
            full_swa="short windows" not in self.kind,
            cache_type="q8_0" if "small keys" in self.kind else "f16",
        )
        self.abort = AbortFlag()
        self.model = Model(load, self.abort, LlamaLog())
        self.slots = Slots(self.model.cells, self.n_slots, Shelf(self.kept_bytes, self.further))

    def ask(self, dialog: str | None, prompt: Sequence[int], n_tokens: int = 8) -> Heard:
        slot = self.slots.give(dialog, prompt)
        assert slot is not None
        reused = len(slot.log)
        tokens, logits = list(prompt), []
        while len(tokens) < len(prompt) + n_tokens:
            logits.append(self.compute(slot, tokens))
            tokens.append(int(logits[-1].argmax()))
        self.slots.rest(slot)
        return Heard(tokens[len(prompt) :], logits, reused)

    def compute(self, slot: Slot, tokens: Sequence[int]) -> Any:
        """The logits behind `tokens`, of which those in the slot's log are there."""
        while len(slot.log) < len(tokens):
            piece = tokens[len(slot.log) : len(slot.log) + self.model.chunk]
            self.model.batch.clear()
            for token in piece:
                position = len(slot.log)
                place = self.model.batch.add(token, position, slot.sequence, position == len(tokens) - 1)
                slot.log.append(token)
            assert self.model.batch.compute() == DONE
        pointer = llama_cpp.llama_get_logits_ith(self.model.context, place)
        return np.ctypeslib.as_array(pointer, (self.n_vocab,)).copy()

    @property
    def n_vocab(self) -> int:
        return int(llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(self.model.words.model)))

    def close(self) -> None:
        llama_cpp.llama_free(self.model.context)
        self.model.words.close()
