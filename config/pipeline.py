"""Pipelines as values: stages in order, each with its models and what becomes of their answers. Knows no files and
no servers.
"""

from dataclasses import dataclass
from typing import Literal

Input = Literal["question", "previous", "both", "all"]
"""What a stage reads: the question, the text of the stage before, both, or the question and all texts so far. The
first stage reads the question in any case."""
Execution = Literal["auto", "parallel", "sequential"]
AggregationKind = Literal["concat", "majority_vote", "synthesis", "custom_template", "judge"]
TieRule = Literal["first", "longest", "judge"]
"""Which of equally many votes wins: the one given first, the longest answer, or whichever the judge prefers."""

Lack = Literal["stages", "models", "synthesis_model", "judge_model", "template"]

MAX_STAGES = 20
MAX_MODELS = 8
MAX_SAMPLES = 20
MAX_WEIGHT = 100.0
MAX_PROMPT = 20_000
MAX_NAME = 64
MAX_MODEL_NAME = 200
MAX_STOPS = 8
MAX_STOP = 100


@dataclass(frozen=True, slots=True)
class StageParams:
    """How a model is asked; None leaves a value to the dialog's settings, and those to the model's server."""

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    max_tokens: int | None = None
    n_ctx: int | None = None
    n_gpu_layers: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    thinking: bool | None = None


@dataclass(frozen=True, slots=True)
class StageModel:
    """A model in a stage: `model` is its name, or `server/name` where the server matters.

    `system_prompt` None takes the stage's. `samples` answers are asked of it; `weight` counts in a vote.
    """

    model: str
    system_prompt: str | None = None
    params: StageParams = StageParams()
    samples: int = 1
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Aggregation:
    """How several answers become one. `model` writes the synthesis or judges; `prompt` replaces the built-in one."""

    kind: AggregationKind = "concat"
    model: str | None = None
    prompt: str | None = None
    template: str | None = None
    tie: TieRule = "first"
    params: StageParams = StageParams()


@dataclass(frozen=True, slots=True)
class Stage:
    """One step. Without `aggregation` several answers stand one below the other; with `needs_all` a model that fails
    ends the run.
    """

    name: str
    models: tuple[StageModel, ...]
    system_prompt: str = ""
    input: Input = "both"
    params: StageParams = StageParams()
    execution: Execution = "auto"
    aggregation: Aggregation | None = None
    needs_all: bool = False

    @property
    def voices(self) -> int:
        """How many answers there are to be."""
        return sum(model.samples for model in self.models)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Stages one after another; `name` is for people, and may be empty."""

    name: str
    stages: tuple[Stage, ...]

    @property
    def models(self) -> tuple[str, ...]:
        """Every model it asks, each once, in the order of first need."""
        named = [name for stage in self.stages for name in stage_models(stage)]
        return tuple(dict.fromkeys(named))


def stage_models(stage: Stage) -> list[str]:
    """Every model a stage asks, the one that puts its answers together last."""
    names = [model.model for model in stage.models]
    if stage.aggregation is not None and stage.aggregation.model is not None:
        names.append(stage.aggregation.model)
    return names


def lacks(pipeline: Pipeline) -> list[tuple[int, Lack]]:
    """What must be added before it can run, by the number of the stage; 0 is the pipeline itself."""
    if not pipeline.stages:
        return [(0, "stages")]
    return [(number, lack) for number, stage in enumerate(pipeline.stages, start=1) for lack in _stage_lacks(stage)]


def _stage_lacks(stage: Stage) -> list[Lack]:
    found: list[Lack] = [] if stage.models else ["models"]
    match stage.aggregation:
        case Aggregation(kind="synthesis", model=None):
            found.append("synthesis_model")
        case Aggregation(kind="judge", model=None) | Aggregation(kind="majority_vote", tie="judge", model=None):
            found.append("judge_model")
        case Aggregation(kind="custom_template", template=None):
            found.append("template")
    return found
