"""The status of a pipeline on its way: its stages, who is asked, how far they are and how long it takes."""

import time
from dataclasses import dataclass, field
from typing import Literal, assert_never

from bot.shortening import shortened
from bot.sizes import gib
from bot.texts import Texts
from engine.events import CouncilEvent, ModelDone, ModelHeard, ModelStarted, PipelineStarted, StageDone, StageStarted

LONGEST_NAME = 40
MOST_VOICES = 12
"""Lines for the askings of one stage; more are only counted."""
VoiceState = Literal["waiting", "running", "done", "failed"]
SIGNS: dict[VoiceState, str] = {"waiting": "·", "running": "✍️", "done": "✓", "failed": "✗"}


@dataclass
class VoiceLine:
    """One asking of a model; `notes` say what it waits for, or how much it has said."""

    model: str
    state: VoiceState = "waiting"
    began_at: float = 0.0
    seconds: float = 0.0
    characters: int = 0
    loading: bool = False
    place: int | None = None


@dataclass
class StageLine:
    name: str
    models: tuple[str, ...]
    state: Literal["waiting", "running", "done", "skipped"] = "waiting"
    began_at: float = 0.0
    seconds: float | None = None
    voices: dict[int, VoiceLine] = field(default_factory=dict)
    need_bytes: int = 0
    free_bytes: int = 0


class CouncilView:
    """Takes events in; `version` grows with all that is worth telling soon."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._name = ""
        self._stages: dict[int, StageLine] = {}
        self._began_at = time.monotonic()
        self.running = 0
        self.version = 0

    def take(self, event: CouncilEvent) -> None:
        match event:
            case PipelineStarted():
                self._name = event.name
                lines = (StageLine(name, models) for name, models in event.stages)
                self._stages = dict(enumerate(lines, start=1))
            case StageStarted():
                stage = self._stages[event.number]
                stage.state, stage.began_at, self.running = "running", time.monotonic(), event.number
                stage.voices = {place: VoiceLine(model) for place, model in enumerate(event.voices, start=1)}
                stage.need_bytes, stage.free_bytes = event.need_bytes, event.free_bytes
            case ModelStarted():
                line = VoiceLine(event.model, "running", time.monotonic())
                self._stages[event.stage].voices[event.voice] = line
            case ModelHeard():
                self._hear(self._stages[event.stage].voices[event.voice], event)
                return
            case ModelDone():
                line = self._stages[event.stage].voices[event.voice]
                line.state, line.seconds = "failed" if event.error else "done", event.seconds
            case StageDone():
                self._end(event)
            case _:
                assert_never(event)
        self.version += 1

    def text(self) -> str:
        """Head and a line for each stage; the one that runs has a line for each model it asks."""
        head = self._texts("council-head", name=self._name[:LONGEST_NAME] or self._texts("council-unnamed"))
        lines = [f"{head} · {self._seconds(time.monotonic() - self._began_at)}"]
        for number, stage in self._stages.items():
            lines += self._stage(number, stage)
        return "\n".join(lines)

    def _hear(self, line: VoiceLine, event: ModelHeard) -> None:
        loading = event.waiting is not None and event.waiting.reason == "load"
        place = (event.waiting.place or 1) if event.waiting is not None and not loading else None
        self.version += (loading, place) != (line.loading, line.place) or (line.characters == 0) != (
            event.characters == 0
        )
        line.characters, line.loading, line.place = event.characters, loading, place

    def _end(self, event: StageDone) -> None:
        stage = self._stages.get(event.number)
        if stage is None:
            return
        stage.state = "skipped" if event.skipped else "done"
        stage.seconds = time.monotonic() - stage.began_at if stage.began_at else None

    def _stage(self, number: int, stage: StageLine) -> list[str]:
        sign = {"waiting": "○", "running": "▶", "done": "✓", "skipped": "⏭"}[stage.state]
        title = f"{number}. {stage.name[:LONGEST_NAME]}".rstrip(". ") if stage.name else f"{number}."
        who = self._who(stage)
        if stage.state == "running":
            voices = sorted(stage.voices.items(), key=lambda pair: (pair[0] < 1, pair[0]))[:MOST_VOICES]
            seconds = self._seconds(time.monotonic() - stage.began_at)
            lines = [*self._in_turn(stage), *(self._voice(line) for _, line in voices)]
            return [f"{sign} {title} · {seconds}", *(f"    {line}" for line in lines)]
        parts = [f"{sign} {title}", who, "" if stage.seconds is None else self._seconds(stage.seconds)]
        return [" · ".join(part for part in parts if part)]

    def _in_turn(self, stage: StageLine) -> list[str]:
        """Why its models do not go side by side."""
        if not stage.need_bytes:
            return []
        return [self._texts("council-in-turn", need=gib(stage.need_bytes), free=gib(stage.free_bytes))]

    def _who(self, stage: StageLine) -> str:
        """The models; where some failed, how many of them answered."""
        if any(line.state == "failed" for line in stage.voices.values()):
            heard = sum(line.state == "done" for line in stage.voices.values())
            return self._texts("footer-heard", heard=heard, asked=len(stage.voices))
        return ", ".join(shortened(model, LONGEST_NAME) for model in stage.models)

    def _voice(self, line: VoiceLine) -> str:
        parts = [f"{SIGNS[line.state]} {shortened(line.model, LONGEST_NAME)}"]
        if line.state == "running":
            parts.append(self._doing(line))
            parts.append(self._seconds(time.monotonic() - line.began_at))
        elif line.state == "done":
            parts.append(self._seconds(line.seconds))
        elif line.state == "failed":
            parts.append(self._texts("council-no-answer"))
        return " · ".join(part for part in parts if part)

    def _doing(self, line: VoiceLine) -> str:
        if line.characters:
            return self._texts("council-characters", characters=line.characters)
        if line.loading:
            return self._texts("council-loading")
        return self._texts("council-queue", place=line.place) if line.place is not None else ""

    def _seconds(self, seconds: float) -> str:
        return self._texts("council-seconds", seconds=round(seconds))
