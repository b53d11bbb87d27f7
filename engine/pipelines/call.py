"""One model asked once within a stage: what it is sent, what comes of it, the step it leaves."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

from engine.backends.base import ChatRequest
from engine.backends.refusals import lacks_memory
from engine.catalogue import Model
from engine.errors import BackendError, EngineError, NoSuchModel, NothingSaid
from engine.events import Delta, Event, Finish, ModelDone, ModelHeard, ModelStarted, Started, Thought, Waiting
from engine.messages import Params
from engine.pipelines.asking import ask
from engine.pipelines.context import Context
from engine.pipelines.steps import Role, Step, StepState, hash_of, problem_of
from engine.prompting import Prompt


@dataclass(frozen=True, slots=True)
class Call:
    """`model` as the pipeline names it; `speaks`: its words go to the screen."""

    stage: int
    name: str
    role: Role
    voice: int
    sample: int
    model: str
    system: str
    params: Params
    prompt: Callable[[Model, Params], Awaitable[Prompt]]
    speaks: bool = False
    schema: Mapping[str, Any] | None = None


@dataclass
class Calling:
    """A call as it goes: read `events`, then take `step`. `known` is the step of a run that was interrupted."""

    context: Context
    call: Call
    known: Step | None = None
    step: Step | None = None
    error: EngineError | None = None
    model: Model | None = None
    finish: Finish | None = None
    is_needed: bool = True
    may_try_again: bool = True
    """A lack of memory is not its last word yet."""
    _text: list[str] = field(default_factory=list)
    _thought: list[str] = field(default_factory=list)
    _began_at: float = 0.0

    @property
    def is_over(self) -> bool:
        """It has answered, or failed."""
        return self.step is not None and self.step.state in ("done", "failed") and not self.awaits_room

    @property
    def awaits_room(self) -> bool:
        """Memory ran out, and it is to be asked once more."""
        is_council = not self.context.is_chat
        return is_council and self.may_try_again and self.error is not None and lacks_memory(self.error)

    async def events(self) -> AsyncGenerator[Event, None]:
        """Chat raises what its model runs into; in a pipeline that is `error`, and the stage goes on.

        May be read once more while it `awaits_room`.
        """
        call = self.call
        if not self.context.is_chat:
            yield ModelStarted(call.stage, call.voice, call.model)
        if self.known is not None:
            self._take_over(self.known)
            yield ModelDone(call.stage, call.voice, call.model, self.known.seconds)
            return
        self._forget()
        self.step = self._begun()
        try:
            async with aclosing(self._asked()) as events:
                async for event in events:
                    yield event
        except BackendError as error:
            self._end("failed", error)
            if self.context.is_chat:
                raise
        except BaseException:
            self._end(self._cut())
            raise
        else:
            is_empty = not "".join(self._text).strip() and not self.context.is_chat
            self._end("failed", self._nothing_said()) if is_empty else self._end("done")
        if self.awaits_room:
            yield ModelHeard(call.stage, call.voice, 0, Waiting("load"))
        elif not self.context.is_chat:
            yield ModelDone(call.stage, call.voice, call.model, self.step.seconds, self.error)

    async def _asked(self) -> AsyncGenerator[Event, None]:
        call, catalogue = self.call, self.context.catalogue
        self.model = model = await catalogue.meant(call.model)
        if model.info.is_guide and not self.context.is_chat:
            raise NoSuchModel(model.server, model.name)
        params = self.context.seeded(call.params, call.stage, call.voice, call.sample)
        self.step = replace(self._begun(), model=model.name, server=model.server, params=params)
        prompt = await call.prompt(model, params)
        self.step = replace(
            self.step,
            messages=prompt.messages,
            left_out=prompt.left_out,
            input_hash="" if self.context.is_chat else hash_of(model.name, model.server, params, prompt.messages),
        )
        if (before := self.context.taken_over.get(self.step.input_hash)) is not None:
            self._repeat(before)
            return
        if call.speaks:
            yield Started(model.name, prompt.left_out)
        cache_key = str(self.context.dialog.id) if self.context.is_chat else f"{self.context.dialog.id}/{call.stage}"
        request = ChatRequest(model.name, prompt.messages, params, cache_key, call.schema)
        async with aclosing(ask(catalogue.backend(model), request)) as chunks:
            async for chunk in chunks:
                match chunk:
                    case Delta(text):
                        self._text.append(text)
                    case Thought(text):
                        self._thought.append(text)
                    case Finish():
                        self.finish = chunk
                        continue
                yield chunk if call.speaks else self._heard(chunk)

    def _repeat(self, before: Step) -> None:
        """An earlier run asked the same, so this is what comes of it."""
        self._text, self._thought = [before.text], [before.thought]
        self.finish = Finish(before.finish, before.usage) if before.finish else None

    def _take_over(self, step: Step) -> None:
        self.step = step
        self.finish = Finish(step.finish, step.usage) if step.finish else None

    def _cut(self) -> StepState:
        """Why the reading was ended from outside."""
        if not self.is_needed:
            return "not_needed"
        return "skipped" if self.context.run.is_skipping else "stopped"

    def _heard(self, chunk: Waiting | Delta | Thought) -> ModelHeard:
        characters = sum(map(len, self._text)) + sum(map(len, self._thought))
        return ModelHeard(self.call.stage, self.call.voice, characters, chunk if isinstance(chunk, Waiting) else None)

    def _forget(self) -> None:
        """What was said before, when it is asked anew."""
        self._began_at = time.monotonic()
        self._text, self._thought, self.finish, self.error = [], [], None, None

    def _begun(self) -> Step:
        call = self.call
        return Step(
            stage=call.stage,
            name=call.name,
            role=call.role,
            voice=call.voice,
            sample=call.sample,
            model=call.model,
            server="",
            system_prompt=call.system,
            params=call.params,
            messages=(),
            state="stopped",
            started_at=time.time(),
        )

    def _end(self, state: StepState, error: EngineError | None = None) -> None:
        assert self.step is not None
        self.error = error
        self.step = replace(
            self.step,
            state=state,
            text="".join(self._text),
            thought="".join(self._thought),
            finish=self.finish.reason if self.finish else None,
            usage=self.finish.usage if self.finish else self.step.usage,
            seconds=time.monotonic() - self._began_at,
            problem=problem_of(error) if error else None,
        )
        if self.context.recorder is not None:
            self.context.recorder.keep_step(self.step)

    def _nothing_said(self) -> NothingSaid:
        model = self.model
        return NothingSaid(model.server if model else "", model.name if model else self.call.model)
