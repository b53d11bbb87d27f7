"""What a person changes in a pipeline, a change a function: it takes the pipeline and gives a new one.

A change that cannot be (the 21st stage, the last model) gives the pipeline back as it was. Knows no storage and no
screens.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from zlib import crc32

from config.pipeline import (
    MAX_MODELS,
    MAX_NAME,
    MAX_SAMPLES,
    MAX_STAGES,
    Aggregation,
    Pipeline,
    Stage,
    StageModel,
    StageParams,
)

Edit = Callable[[Pipeline], Pipeline]
MARKS = 1 << 16


def stage_added(pipeline: Pipeline, stage: Stage) -> Pipeline:
    """With `stage` as the last one, under a name that no other has."""
    if len(pipeline.stages) >= MAX_STAGES:
        return pipeline
    fresh = replace(stage, name=free_name(stage.name, [known.name for known in pipeline.stages]))
    return replace(pipeline, stages=(*pipeline.stages, fresh))


def stage_copied(pipeline: Pipeline, index: int) -> Pipeline:
    """With a copy right after the stage."""
    if len(pipeline.stages) >= MAX_STAGES:
        return pipeline
    stage = pipeline.stages[index]
    fresh = replace(stage, name=free_name(stage.name, [known.name for known in pipeline.stages]))
    return replace(pipeline, stages=(*pipeline.stages[: index + 1], fresh, *pipeline.stages[index + 1 :]))


def stage_moved(pipeline: Pipeline, index: int, step: int) -> Pipeline:
    """With the stage one place up (-1) or down (1)."""
    if not 0 <= index + step < len(pipeline.stages):
        return pipeline
    stages = list(pipeline.stages)
    stages.insert(index + step, stages.pop(index))
    return replace(pipeline, stages=tuple(stages))


def stage_removed(pipeline: Pipeline, index: int) -> Pipeline:
    if len(pipeline.stages) == 1:
        return pipeline
    return replace(pipeline, stages=pipeline.stages[:index] + pipeline.stages[index + 1 :])


def stage_changed(pipeline: Pipeline, index: int, change: Callable[[Stage], Stage]) -> Pipeline:
    stages = pipeline.stages
    return replace(pipeline, stages=(*stages[:index], change(stages[index]), *stages[index + 1 :]))


def stage_renamed(pipeline: Pipeline, index: int, name: str) -> Pipeline:
    others = [stage.name for number, stage in enumerate(pipeline.stages) if number != index]
    return stage_changed(pipeline, index, lambda stage: replace(stage, name=free_name(name, others)))


def model_ticked(stage: Stage, model: str) -> Stage:
    """With the model, or without it if it was there; the last one stays, and one too many does not come in."""
    rest = tuple(known for known in stage.models if known.model != model)
    if len(rest) < len(stage.models):
        return replace(stage, models=rest) if rest else stage
    return replace(stage, models=(*rest, StageModel(model))) if len(rest) < MAX_MODELS else stage


def model_changed(stage: Stage, index: int, change: Callable[[StageModel], StageModel]) -> Stage:
    models = stage.models
    return replace(stage, models=(*models[:index], change(models[index]), *models[index + 1 :]))


def model_copied(stage: Stage, index: int) -> Stage:
    """With the model once more: the same one may speak in several parts."""
    models = stage.models
    if len(models) >= MAX_MODELS:
        return stage
    return replace(stage, models=(*models[: index + 1], models[index], *models[index + 1 :]))


def model_removed(stage: Stage, index: int) -> Stage:
    if len(stage.models) == 1:
        return stage
    return replace(stage, models=stage.models[:index] + stage.models[index + 1 :])


def sampled(model: StageModel, step: int) -> StageModel:
    """With one answer more or less of it."""
    return replace(model, samples=max(1, min(MAX_SAMPLES, model.samples + step)))


def aggregated(stage: Stage, change: Callable[[Aggregation], Aggregation]) -> Stage:
    """With a change in how its answers become one."""
    return replace(stage, aggregation=change(stage.aggregation or Aggregation()))


def with_param(params: StageParams, key: str, value: object) -> StageParams:
    """`value` None leaves it to the dialog's settings."""
    changes: dict[str, object] = {key: value}
    return replace(params, **changes)  # type: ignore[arg-type]  # the key was checked where it came in


def free_name(name: str, taken: list[str]) -> str:
    """The name, with a number after it if another has it already."""
    wanted = " ".join(name.split())[:MAX_NAME]
    if wanted not in taken:
        return wanted
    base = re.sub(r" \d+$", "", wanted)
    numbered = (f"{base[: MAX_NAME - 4]} {number}" for number in range(2, len(taken) + 3))
    return next(fresh for fresh in numbered if fresh not in taken)


def mark_of(pipeline: Pipeline, stage: int | None = None) -> int:
    """A number that changes when stages, or the models of one stage, come, go or change places.

    A button carries it, so that one under an old message never acts on another stage than the one it shows.
    """
    names = [known.name for known in pipeline.stages]
    models = [model.model for model in pipeline.stages[stage].models] if stage is not None else []
    return crc32("\n".join([*names, "", *models]).encode("utf-8", "replace")) % MARKS
