"""The answers of a stage put together: the rules of engine.aggregation, and the models they need asked."""

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import Any, assert_never

from config.pipeline import Aggregation, Stage, StageParams
from engine.aggregation import voting
from engine.aggregation.judging import Scores, judge_prompts, judge_schema, read_scores, verdict
from engine.aggregation.opinions import Opinion, concat, names_of
from engine.aggregation.synthesis import synthesis_messages
from engine.aggregation.templates import BadTemplate, TemplateFacts, TemplateStep, answers_of, render_template
from engine.catalogue import Model
from engine.errors import EngineError, StageFailed
from engine.events import Event, Finish
from engine.messages import Message, Params
from engine.pipelines.call import Call, Calling
from engine.pipelines.context import Context
from engine.pipelines.meanings import Meanings, meanings
from engine.pipelines.reading import Earlier, params_of
from engine.pipelines.second_try import asked_twice
from engine.pipelines.side_by_side import side_by_side
from engine.pipelines.steps import Combination, Outcome, Role
from engine.pipelines.tallies import opinion_of, tally_details, verdict_details
from engine.prompting import Prompt

Order = tuple[int, ...]


@dataclass
class Combining:
    """Read `events`, then take the rest. `answered` are the voices that were heard, `asked` all that were."""

    context: Context
    number: int
    stage: Stage
    answered: Sequence[Calling]
    asked: int
    earlier: Sequence[Earlier]
    speaks: bool
    text: str = ""
    thought: str = ""
    finish: Finish | None = None
    details: dict[str, Any] = field(default_factory=dict)
    callings: list[Calling] = field(default_factory=list)

    async def events(self) -> AsyncGenerator[Event, None]:
        """What the models say that are asked for it; raises StageFailed."""
        began_at, started_at = time.monotonic(), time.time()
        rule = self.stage.aggregation or Aggregation()
        opinions = [opinion_of(self.stage, voice) for voice in self.answered]
        async with aclosing(self._combined(rule, opinions)) as events:
            async for event in events:
                yield event
        recorder = self.context.recorder
        if recorder is not None and is_combined(self.stage):
            recorder.keep_combination(self._record(rule, started_at, time.monotonic() - began_at))

    def outcome(self) -> Outcome:
        reason = self.finish.reason if self.finish else None
        return Outcome(self.text, self.thought, reason, len(self.answered), self.asked, "done", self.details)

    async def _combined(self, rule: Aggregation, opinions: list[Opinion]) -> AsyncGenerator[Event, None]:
        if len(opinions) == 1 and rule.kind != "custom_template":
            self._take(self.answered[0])
            return
        match rule.kind:
            case "concat":
                self.text = concat(opinions)
                return
            case "custom_template":
                self.text = self._rendered(rule, opinions)
                return
            case "synthesis":
                asking = self._synthesis(rule, opinions)
            case "judge":
                asking = self._judge(rule, opinions)
            case "majority_vote":
                asking = self._vote(rule, opinions)
            case _:
                assert_never(rule.kind)
        async with aclosing(asking) as events:
            async for event in events:
                yield event
        if self.context.run.is_skipping:
            self.text, self.details = concat(opinions), {"skipped": True}

    def _rendered(self, rule: Aggregation, opinions: list[Opinion]) -> str:
        facts = TemplateFacts(
            question=self.context.question.text,
            previous=self.earlier[-1].text if self.earlier else "",
            answers=answers_of(opinions),
            steps=tuple(TemplateStep(each.name, each.text) for each in self.earlier),
            stage=self.stage.name,
            date=time.strftime("%Y-%m-%d"),
        )
        try:
            return render_template(rule.template or "", facts)
        except BadTemplate as error:
            raise self._failure(error) from error

    async def _synthesis(self, rule: Aggregation, opinions: list[Opinion]) -> AsyncGenerator[Event, None]:
        seed, question = self.context.seed or 0, self.context.question.text
        made = synthesis_messages(question, opinions, seed, prompt=rule.prompt)
        calling = self._calling(
            *(rule, "synthesis", 0, opinions),
            lambda limit: synthesis_messages(question, opinions, seed, prompt=rule.prompt, limit=limit).messages,
        )
        async with aclosing(self._asked(calling)) as events:
            async for event in events:
                yield event
        self._take(calling)
        self.details = {"order": [names_of(opinions)[place] for place in made.order]}

    async def _judge(self, rule: Aggregation, opinions: list[Opinion]) -> AsyncGenerator[Event, None]:
        """Two rounds, the second in the opposite order; where a judge cannot be understood, the first answer stands."""
        seed, question = self.context.seed or 0, self.context.question.text
        rounds: list[tuple[Order, Scores | None]] = []

        def build(place: int, limit: int | None) -> tuple[Message, ...]:
            return judge_prompts(question, opinions, seed, prompt=rule.prompt, limit=limit)[place].messages

        for place, made in enumerate(judge_prompts(question, opinions, seed, prompt=rule.prompt)):
            calling = self._calling(rule, "judge", -place, opinions, partial(build, place))
            async with aclosing(self._asked(calling)) as events:
                async for event in events:
                    yield event
            if self.context.run.is_skipping:
                return
            assert calling.step is not None
            rounds.append((made.order, read_scores(calling.step.text, len(made.order))))
        found = verdict(len(opinions), rounds)
        self.details = verdict_details(found, opinions)
        self.text = opinions[found.winner or 0].text

    async def _vote(self, rule: Aggregation, opinions: list[Opinion]) -> AsyncGenerator[Event, None]:
        """The tally; a tie that the judge is to break; where nobody can be compared, all answers as they are."""
        meant = await self._meanings(opinions)
        if self.context.run.is_skipping:
            return
        vectors = meant.vectors if meant else None
        tally = voting.vote(opinions, rule.tie, question=self.context.question.text, vectors=vectors)
        winner = tally.winner
        if winner is None and tally.tied:
            spokesmen = [voting.spokesman(group, opinions) for group in tally.tied]
            async with aclosing(self._judge(rule, spokesmen)) as events:
                async for event in events:
                    yield event
            winner = tally.tied[self.details.get("winner") or 0]
            tally = voting.settled(tally, winner)
        self.details |= tally_details(tally) | ({"embedder": meant.embedder} if meant else {})
        self.text = voting.spokesman(winner, opinions).text if winner else concat(opinions)

    async def _meanings(self, opinions: Sequence[Opinion]) -> Meanings | None:
        """Until the person would rather skip the stage."""
        asking = meanings(self.context.catalogue, opinions, self.context.question.text)
        async with aclosing(side_by_side([asking], self.context.run.stage_ended)) as found:
            async for each in found:
                return each
        return None

    def _calling(
        self,
        rule: Aggregation,
        role: Role,
        voice: int,
        opinions: Sequence[Opinion],
        build: Callable[[int | None], tuple[Message, ...]],
    ) -> Calling:
        async def prompt(model: Model, params: Params) -> Prompt:
            length = sum(len(opinion.text) for opinion in opinions)
            return await self.context.prompting.fit_parts(model, params, build, length)

        steady = StageParams(temperature=0.0) if role == "judge" else StageParams()
        call = Call(
            stage=self.number,
            name=self.stage.name,
            role=role,
            voice=voice,
            sample=1,
            model=rule.model or "",
            system=rule.prompt or "",
            params=params_of(self.context.dialog.settings.params(), steady, rule.params),
            prompt=prompt,
            speaks=self.speaks and role == "synthesis",
            schema=judge_schema(len(opinions)) if role == "judge" else None,
        )
        self.callings.append(Calling(self.context, call, self.context.known.get((self.number, voice))))
        return self.callings[-1]

    async def _asked(self, calling: Calling) -> AsyncGenerator[Event, None]:
        """Its events, until the person would rather skip the stage; without it there is no text."""
        ended = self.context.run.stage_ended
        async with aclosing(side_by_side([asked_twice(self.context, calling)], ended)) as events:
            async for event in events:
                yield event
        if calling.error is not None and not self.context.run.is_skipping:
            raise self._failure(calling.error, calling.call.params)

    def _take(self, calling: Calling) -> None:
        """The words of one model are the text of the stage."""
        if calling.step is not None:
            self.text, self.thought, self.finish = calling.step.text, calling.step.thought, calling.finish

    def _failure(self, error: EngineError, params: Params | None = None) -> StageFailed:
        total, sets_load = len(self.context.pipeline.stages), params is not None and self.context.sets_load(params)
        return StageFailed(self.number, total, self.stage.name, len(self.answered), self.asked, error, sets_load)

    def _record(self, rule: Aggregation, started_at: float, seconds: float) -> Combination:
        return Combination(
            stage=self.number,
            name=self.stage.name,
            kind=rule.kind,
            inputs=tuple(voice.call.voice for voice in self.answered),
            text=self.text,
            prompt=rule.prompt,
            template=rule.template,
            model=rule.model,
            details=self.details,
            steps=tuple(calling.step for calling in self.callings if calling.step is not None),
            started_at=started_at,
            seconds=seconds,
        )


def is_combined(stage: Stage) -> bool:
    """Several answers become one, or one is put into a template."""
    return stage.voices > 1 or (stage.aggregation is not None and stage.aggregation.kind == "custom_template")
