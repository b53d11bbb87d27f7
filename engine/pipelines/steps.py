"""What a run leaves of each model it asked, and of each time several answers were put together: whole enough to do
it again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from config.pipeline import AggregationKind
from engine.errors import EngineError
from engine.messages import FinishReason, Message, Params, Usage

Role = Literal["answer", "synthesis", "judge"]
StepState = Literal["done", "failed", "stopped", "skipped", "not_needed"]
"""`stopped` by the person or the end of the program, `skipped` with its stage, `not_needed` once a vote was decided."""
StageState = Literal["done", "skipped"]


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as it is kept: the name of its class and its facts."""

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One model asked once. `voice` counts the askings of a stage from 1; a synthesis has 0, a judge 0 and -1.

    `params` are those it was really asked with, the seed included; `input_hash` tells whether two steps were asked
    the same. Times are Unix seconds.
    """

    stage: int
    name: str
    role: Role
    voice: int
    sample: int
    model: str
    server: str
    system_prompt: str
    params: Params
    messages: tuple[Message, ...]
    state: StepState
    text: str = ""
    thought: str = ""
    finish: FinishReason | None = None
    usage: Usage = field(default_factory=Usage)
    started_at: float = 0.0
    seconds: float = 0.0
    left_out: int = 0
    problem: Problem | None = None
    input_hash: str = ""


@dataclass(frozen=True, slots=True)
class Combination:
    """Several answers put together. `inputs` are the voices that were heard; `steps` the models asked for it.

    `details` tell how it came about: the tally of a vote, the scores of a judge, the order of a synthesis.
    """

    stage: int
    name: str
    kind: AggregationKind
    inputs: tuple[int, ...]
    text: str
    prompt: str | None = None
    template: str | None = None
    model: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    started_at: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a stage came to, for the stages after it and for continuing a run."""

    text: str
    thought: str = ""
    finish: FinishReason | None = None
    heard: int = 1
    asked: int = 1
    state: StageState = "done"
    details: Mapping[str, Any] = field(default_factory=dict)


def problem_of(error: EngineError) -> Problem:
    facts = {key: value for key, value in vars(error).items() if isinstance(value, str | int | float | None)}
    return Problem(type(error).__name__, facts)


def hash_of(model: str, server: str, params: Params, messages: Sequence[Message]) -> str:
    """The same for the same model asked the same with the same parameters, on any machine."""
    asked = [
        (message.role, message.text, [hashlib.sha256(image).hexdigest() for image in message.images])
        for message in messages
    ]
    whole = json.dumps([model, server, asdict(params), asked], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
