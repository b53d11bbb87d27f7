"""What happens while an answer is made, in the order a listener meets it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.errors import EngineError
from engine.messages import FinishReason, Usage

if TYPE_CHECKING:
    from engine.answers import Answer


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing to read yet, and why: the model is being loaded, or others are before us at `place` (1 is next)."""

    reason: Literal["load", "queue"]
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The prompt is on its way. `left_out` counts the oldest turns that did not fit into the window."""

    model: str
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Delta:
    """More of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Thought:
    """More of the model's reasoning: shown on request, never sent back."""

    text: str


@dataclass(frozen=True, slots=True)
class Finish:
    """A model came to its end."""

    reason: FinishReason
    usage: Usage


@dataclass(frozen=True, slots=True)
class PipelineStarted:
    """What is to come: the stages in their order, each with its name and its models."""

    name: str
    stages: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class StageStarted:
    """A stage of a pipeline begins: `number` of `total`; `voices` are the models it asks, each as often as asked.

    Where they have no room side by side and go one after another, `need_bytes` is what they would take together.
    """

    number: int
    total: int
    name: str
    voices: tuple[str, ...]
    need_bytes: int = 0
    free_bytes: int = 0


@dataclass(frozen=True, slots=True)
class ModelStarted:
    """A voice of a stage has its turn; voice 0 puts the answers of the others together."""

    stage: int
    voice: int
    model: str


@dataclass(frozen=True, slots=True)
class ModelHeard:
    """A voice that is not on the screen goes on: characters it has said and thought so far, or why it waits."""

    stage: int
    voice: int
    characters: int
    waiting: Waiting | None = None


@dataclass(frozen=True, slots=True)
class ModelDone:
    """A voice came to its end, or failed with `error`."""

    stage: int
    voice: int
    model: str
    seconds: float
    error: EngineError | None = None


@dataclass(frozen=True, slots=True)
class StageDone:
    """A stage of the pipeline is complete; `text` is what the next one sees.

    `heard` of the `asked` voices answered; `finish` is None where no model spoke the text itself.
    """

    stage: str
    text: str
    thought: str
    finish: Finish | None
    number: int = 1
    total: int = 1
    heard: int = 1
    asked: int = 1
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """The answer, as it stands in the database."""

    answer: "Answer"


Chunk = Waiting | Delta | Thought | Finish
"""What a backend yields: any number of the first three, then one Finish."""

CouncilEvent = PipelineStarted | StageStarted | ModelStarted | ModelHeard | ModelDone | StageDone
"""How a pipeline goes; chat with one model has no word of it but StageDone."""

Event = Waiting | Started | Delta | Thought | CouncilEvent | Done
"""What Answering.answer yields; Done is the last."""
