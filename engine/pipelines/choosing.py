"""Which pipeline answers in a dialog, and whether it can."""

from config.pipeline import Pipeline, Stage, StageModel, stage_models
from config.pipeline_file import read_pipeline
from config.pipeline_nodes import PipelineProblem
from engine.catalogue import Catalogue
from engine.dialogs import Dialog
from engine.errors import ModelsMissing, NoPipeline, PipelineBroken
from engine.pipelines.base import BasePipeline
from engine.pipelines.store import Pipelines


class Choosing:
    """The base pipeline, one made by hand, or chat: one stage with one model."""

    def __init__(self, base: BasePipeline, pipelines: Pipelines, catalogue: Catalogue) -> None:
        self._base = base
        self._pipelines = pipelines
        self._catalogue = catalogue

    def chat(self, model_id: int) -> Pipeline:
        server, name = self._catalogue.key_of(model_id)
        return Pipeline("", (Stage("answer", (StageModel(f"{server}/{name}"),)),))

    async def council(self, dialog: Dialog) -> Pipeline:
        """The pipeline of a dialog; raises NoPipeline, PipelineBroken or ModelsMissing, after a second look."""
        pipeline = self._of_base() if dialog.mode == "base" else await self._of_person(dialog)
        await self.check(pipeline, dialog.mode)
        return pipeline

    async def check(self, pipeline: Pipeline, mode: str) -> None:
        """Raises ModelsMissing, after a second look."""
        if self._missing(pipeline, mode):
            await self._catalogue.refresh()
        if missing := self._missing(pipeline, mode):
            raise ModelsMissing(missing)

    def _of_base(self) -> Pipeline:
        state = self._base.state()
        if state.problem is not None:
            raise PipelineBroken(state.problem)
        if state.pipeline is None:
            raise NoPipeline("base")
        return state.pipeline

    async def _of_person(self, dialog: Dialog) -> Pipeline:
        saved = await self._pipelines.get(dialog.pipeline_id) if dialog.pipeline_id is not None else None
        if saved is None:
            raise NoPipeline("manual")
        try:
            return read_pipeline(saved.body, saved.name)
        except PipelineProblem as problem:
            raise PipelineBroken(problem) from problem

    def _missing(self, pipeline: Pipeline, mode: str) -> tuple[str, ...]:
        """The base pipeline needs all its models; one made by hand goes on while every stage has somebody."""
        stages = pipeline.stages
        needed = [name for stage in stages for name in (stage_models(stage) if mode == "base" else needs(stage))]
        gone = {name for name in pipeline.models if self._catalogue.named(name) is None}
        lost = [stage for stage in stages if all(model.model in gone for model in stage.models)]
        needed += [model.model for stage in lost for model in stage.models]
        return tuple(name for name in dict.fromkeys(needed) if name in gone)


def needs(stage: Stage) -> list[str]:
    """The models without which a stage cannot come to anything."""
    if stage.needs_all:
        return stage_models(stage)
    rule = stage.aggregation
    return [rule.model] if rule is not None and rule.model is not None and rule.kind != "concat" else []
