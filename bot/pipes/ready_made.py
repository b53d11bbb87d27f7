"""The ready-made pipelines: who says what in which order; the models are put in from those at hand.

A recipe and a row of models give a pipeline; the row can be read back from the pipeline, so nothing else is kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.pipes.desk import Desk
from bot.texts import Texts
from config.pipeline import MAX_MODELS, Aggregation, Input, Pipeline, Stage, StageModel, StageParams
from engine.memory import Fit, how_fits

RecipeName = Literal["draft", "vote", "judge", "translate", "code"]
SAMPLES_OF_ONE = 3
"""A single model is asked so often where three opinions are wanted."""
PREFERRED: tuple[Fit, ...] = ("loaded", "fits", "slow", "too big")


@dataclass(frozen=True, slots=True)
class Recipe:
    """`wanted` models make it good, more than `most` it cannot use."""

    name: RecipeName
    wanted: int
    most: int
    stages: Callable[[Texts, Sequence[str]], tuple[Stage, ...]]


def recipes() -> tuple[Recipe, ...]:
    """In the order of the menu; buttons carry the place in it, so new ones go to the end."""
    return (
        Recipe("draft", 2, 3, draft),
        Recipe("vote", 3, MAX_MODELS, vote),
        Recipe("judge", 4, MAX_MODELS, judge),
        Recipe("translate", 2, 2, translate),
        Recipe("code", 2, 3, code),
    )


def filled(recipe: Recipe, texts: Texts, models: Sequence[str]) -> Pipeline:
    """The recipe with these models, in the order of their parts."""
    return Pipeline(texts(f"ready-{recipe.name}"), recipe.stages(texts, models))


def is_untouched(recipe: Recipe, texts: Texts, pipeline: Pipeline) -> bool:
    """Nothing but its models and its name was ever changed."""
    return replace(pipeline, name="") == replace(filled(recipe, texts, pipeline.models), name="")


def models_at_hand(desk: Desk, wanted: int) -> list[str]:
    """The first models to propose: loaded ones, then those that fit."""
    catalogue = desk.parts.engine.catalogue
    free = catalogue.free_for_load()
    best = sorted(catalogue.models(), key=lambda model: PREFERRED.index(how_fits(model.info, free)))
    return [desk.reference(model) for model in best[:wanted]]


def draft(texts: Texts, models: Sequence[str]) -> tuple[Stage, ...]:
    return (
        step(texts, "draft-draft", models, 0, "question", temperature=0.8),
        step(texts, "draft-critique", models, 1, "both", temperature=0.3),
        step(texts, "draft-final", models, 2, "all", temperature=0.5),
    )


def vote(texts: Texts, models: Sequence[str]) -> tuple[Stage, ...]:
    aggregation = Aggregation("majority_vote")
    return (council(texts, "vote-answers", models, aggregation),)


def judge(texts: Texts, models: Sequence[str]) -> tuple[Stage, ...]:
    """With four models or more the last one judges only; otherwise the first."""
    voices = models[:-1] if len(models) > SAMPLES_OF_ONE else models
    aggregation = Aggregation("judge", model=models[-1] if len(models) > SAMPLES_OF_ONE else models[0])
    return (council(texts, "judge-answers", voices, aggregation),)


def translate(texts: Texts, models: Sequence[str]) -> tuple[Stage, ...]:
    return (
        step(texts, "translate-there", models, 0, "question", temperature=0.2),
        step(texts, "translate-answer", models, 1, "previous"),
        step(texts, "translate-back", models, 0, "both", temperature=0.2),
    )


def code(texts: Texts, models: Sequence[str]) -> tuple[Stage, ...]:
    return (
        step(texts, "code-plan", models, 0, "question", temperature=0.4),
        step(texts, "code-write", models, 1, "both", temperature=0.2),
        step(texts, "code-review", models, 2, "all", temperature=0.2),
    )


def step(
    texts: Texts, name: str, models: Sequence[str], part: int, reads: Input, temperature: float | None = None
) -> Stage:
    """A stage of one model: the one of this part, or, with fewer models, the next in turn."""
    return Stage(
        name=texts(f"ready-{name}"),
        models=(StageModel(models[part % len(models)]),),
        system_prompt=texts(f"ready-{name}-prompt"),
        input=reads,
        params=StageParams(temperature=temperature),
    )


def council(texts: Texts, name: str, models: Sequence[str], aggregation: Aggregation) -> Stage:
    """A stage of several opinions; a single model gives several."""
    samples = SAMPLES_OF_ONE if len(models) == 1 else 1
    return Stage(
        name=texts(f"ready-{name}"),
        models=tuple(StageModel(model, samples=samples) for model in models),
        system_prompt=texts(f"ready-{name}-prompt"),
        input="question",
        params=StageParams(temperature=0.7),
        aggregation=aggregation,
    )
