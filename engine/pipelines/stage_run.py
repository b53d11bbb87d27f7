"""A stage as it goes: its models asked in their lanes, their answers put together, one text at the end."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from config.pipeline import Stage, StageModel
from engine.catalogue import Model
from engine.errors import StageFailed
from engine.events import Event, Finish, ModelDone, StageDone, StageStarted
from engine.messages import Params
from engine.pipelines.call import Call, Calling
from engine.pipelines.combining import Combining
from engine.pipelines.context import Context
from engine.pipelines.lanes import Lane, lanes_of, one_after_another
from engine.pipelines.loading import StepPlan
from engine.pipelines.reading import Earlier, asked_of, params_of, reads_history, system_of
from engine.pipelines.second_try import second_tries
from engine.pipelines.side_by_side import side_by_side
from engine.pipelines.steps import Outcome
from engine.pipelines.tallies import is_decided
from engine.prompting import Prompt, Wording


@dataclass
class StageRun:
    """Read `events`, then take `outcome`; `callings` are all the models that were asked, those for putting the
    answers together last. `room` is what the plan says of those that answer.
    """

    context: Context
    number: int
    stage: Stage
    earlier: Sequence[Earlier] = ()
    room: StepPlan | None = None
    outcome: Outcome | None = None
    callings: list[Calling] = field(default_factory=list)

    async def events(self) -> AsyncGenerator[Event, None]:
        """StageDone last. Raises StageFailed if nobody answered, or too few did; in chat what the model met with."""
        context, stage = self.context, self.stage
        voices = self.callings = [self._calling(*voice) for voice in enumerate(voices_of(stage), start=1)]
        ended = None if context.is_chat else context.run.begin_stage(self.number)
        if ended is not None:
            names = tuple(voice.call.model for voice in voices)
            lack = (self.room.need_bytes, self.room.free_bytes) if self.room else ()
            yield StageStarted(self.number, len(context.pipeline.stages), stage.name, names, *lack)
        for streams in ([in_turn(lane) for lane in self._lanes(voices)], [second_tries(context, voices)]):
            async with aclosing(self._voiced(voices, side_by_side(streams, ended))) as events:
                async for event in events:
                    yield event
        answered = [voice for voice in voices if voice.step and voice.step.state == "done"]
        if context.is_chat or (context.run.is_skipping and not answered):
            self.outcome, finish = self._of_one(voices[0], is_skipped=not answered), voices[0].finish
        else:
            self._check_answers(answered, voices)
            asked = sum(voice.is_over for voice in voices)
            combining = Combining(context, self.number, stage, answered, asked, self.earlier, speaks=self._is_last)
            async with aclosing(combining.events()) as events:
                async for event in events:
                    yield event
            self.callings = [*voices, *combining.callings]
            self.outcome, finish = combining.outcome(), combining.finish
        if context.recorder is not None:
            context.recorder.keep_outcome(self.number, stage.name, self.outcome)
        yield stage_done(self.number, len(context.pipeline.stages), stage.name, self.outcome, finish)

    async def _voiced(self, voices: list[Calling], asked: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
        """What is heard of the voices, until a vote is decided."""
        async with aclosing(asked) as events:
            async for event in events:
                yield event
                if isinstance(event, ModelDone) and self._is_decided(voices):
                    for voice in voices:
                        voice.is_needed = False
                    return

    @property
    def _is_last(self) -> bool:
        return self.number == len(self.context.pipeline.stages)

    def _is_decided(self, voices: Sequence[Calling]) -> bool:
        by_meaning = bool(self.context.catalogue.embedders())
        return is_decided(self.stage, voices, self.context.question.text, by_meaning=by_meaning)

    def _lanes(self, voices: list[Calling]) -> list[Lane]:
        catalogue, room = self.context.catalogue, self.room
        lanes = lanes_of(voices, self.stage.execution, catalogue)
        if room is None or not room.need_bytes:
            return lanes
        return one_after_another(lanes, lambda voice: room.takes_turns(catalogue.named(voice.call.model)))

    def _calling(self, voice: int, asked: tuple[StageModel, int]) -> Calling:
        stage, (model, sample) = self.stage, asked
        settings = self.context.dialog.settings
        has_template = stage.aggregation is not None and stage.aggregation.kind == "custom_template"
        call = Call(
            stage=self.number,
            name=stage.name,
            role="answer",
            voice=voice,
            sample=sample,
            model=model.model,
            system=system_of(stage, model, settings.system),
            params=params_of(settings.params(), stage.params, model.params),
            prompt=lambda present, params: self._prompt(model, present, params),
            speaks=self._is_last and stage.voices == 1 and not has_template,
        )
        return Calling(self.context, call, self.context.known.get((self.number, voice)))

    async def _prompt(self, entry: StageModel, model: Model, params: Params) -> Prompt:
        context, stage = self.context, self.stage
        if context.is_chat:
            return await context.prompting.fit(context.dialog, context.question, model)
        wording = Wording(
            system_of(stage, entry, context.dialog.settings.system),
            asked_of(stage, context.question.text, self.earlier),
        )
        history = reads_history(stage, self.number)
        return await context.prompting.fit_stage(context.question, model, params, wording, history=history)

    def _check_answers(self, answered: list[Calling], voices: list[Calling]) -> None:
        failed = [voice for voice in voices if voice.error is not None]
        if failed and (not answered or (self.stage.needs_all and not self.context.run.is_skipping)):
            total, asked = len(self.context.pipeline.stages), sum(voice.is_over for voice in voices)
            first, heard, name = failed[0], len(answered), self.stage.name
            assert first.error is not None
            sets_load = self.context.sets_load(first.call.params)
            raise StageFailed(self.number, total, name, heard, asked, first.error, sets_load)

    def _of_one(self, voice: Calling, *, is_skipped: bool) -> Outcome:
        """Chat; or a stage skipped before anybody had answered: what was before it stands, else what was said."""
        assert voice.step is not None
        if not is_skipped:
            return Outcome(voice.step.text, voice.step.thought, voice.step.finish)
        text = self.earlier[-1].text if self.earlier else voice.step.text
        return Outcome(text, heard=0, asked=0, state="skipped")


def voices_of(stage: Stage) -> list[tuple[StageModel, int]]:
    """Every asking of a stage: a model and the number of its sample."""
    return [(model, sample) for model in stage.models for sample in range(1, model.samples + 1)]


async def in_turn(lane: Lane) -> AsyncGenerator[Event, None]:
    for calling in lane:
        async with aclosing(calling.events()) as events:
            async for event in events:
                yield event


def stage_done(number: int, total: int, name: str, outcome: Outcome, finish: Finish | None = None) -> StageDone:
    is_skipped = outcome.state == "skipped"
    return StageDone(
        *(name, outcome.text, outcome.thought, finish, number, total, outcome.heard, outcome.asked, is_skipped)
    )
