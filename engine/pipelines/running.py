"""A pipeline on its way: its stages one after another, each reading what those before it came to.

Chat with one model is a pipeline of one stage. Before anything is asked, the memory of all that is to come is planned.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from config.pipeline import stage_models
from engine.events import Event, PipelineStarted
from engine.messages import Usage
from engine.pipelines.call import Calling
from engine.pipelines.context import Context
from engine.pipelines.loading import StepPlan, check_room, planned
from engine.pipelines.reading import Earlier
from engine.pipelines.stage_run import StageRun, stage_done
from engine.pipelines.steps import Outcome, Step

SUMMED = ("prompt_tokens", "reused_tokens", "answer_tokens", "load_s", "prompt_s", "answer_s", "queue_s")


@dataclass
class Running:
    """Read `events`; `outcomes` by stage and `callings` grow meanwhile."""

    context: Context
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    callings: list[Calling] = field(default_factory=list)
    _rooms: dict[int, StepPlan] = field(default_factory=dict)

    async def events(self) -> AsyncGenerator[Event, None]:
        """Events of all stages, a StageDone for each; finished ones are only told. Raises StageFailed."""
        pipeline, stages = self.context.pipeline, self.context.pipeline.stages
        earlier: list[Earlier] = []
        if not self.context.is_chat:
            yield PipelineStarted(pipeline.name, tuple((stage.name, tuple(stage_models(stage))) for stage in stages))
            await self._plan()
        for number, stage in enumerate(stages, start=1):
            if (outcome := self.context.finished.get(number)) is not None:
                yield stage_done(number, len(stages), stage.name, outcome)
            else:
                running = StageRun(self.context, number, stage, tuple(earlier), self._rooms.get(number))
                try:
                    async with aclosing(running.events()) as events:
                        async for event in events:
                            yield event
                finally:
                    self.callings += running.callings
                assert running.outcome is not None
                outcome = running.outcome
            self.outcomes[number] = outcome
            if number == self.context.until:
                return
            if outcome.state == "done":
                earlier.append(Earlier(stage.name, outcome.text))

    async def _plan(self) -> None:
        """Plan the stages to come, and write it down; raises StageFailed where one of them cannot fit."""
        context = self.context
        last = context.until or len(context.pipeline.stages)
        plans = await planned(context, [number for number in range(1, last + 1) if number not in context.finished])
        if context.recorder is not None:
            context.recorder.keep_plan([plan.content() for plan in plans])
        await check_room(context, plans)
        self._rooms = {plan.number: plan for plan in plans if plan.is_first}

    @property
    def is_complete(self) -> bool:
        """Every stage is over."""
        return len(self.outcomes) == len(self.context.pipeline.stages)

    @property
    def steps(self) -> list[Step]:
        return [calling.step for calling in self.callings if calling.step is not None]

    @property
    def left_out(self) -> int:
        """Turns of the dialog that the first stage did not see."""
        return max((step.left_out for step in self.steps), default=0)

    def usage(self) -> Usage:
        """What all models cost together; None where no server told."""
        all_usages = [step.usage for step in self.steps]
        told = {key: [value for usage in all_usages if (value := getattr(usage, key)) is not None] for key in SUMMED}
        return Usage(**{key: sum(values) for key, values in told.items() if values})


def last_text(outcomes: dict[int, Outcome]) -> str:
    """What the run has come to so far."""
    return next((outcome.text for _, outcome in sorted(outcomes.items(), reverse=True) if outcome.text.strip()), "")
