"""A pipeline in words: its stages in a line or two each, their parameters and prompts in short."""

from collections.abc import Sequence
from dataclasses import fields

from bot.markdown import utf16_len
from bot.pipes.desk import Desk
from bot.shortening import shortened
from bot.texts import Texts
from config.pipeline import Aggregation, Pipeline, Stage, StageModel, StageParams

NAME_LENGTH = 28
SHOWN_MODELS = 4
STAGES_ROOM = 3000
"""UTF-16 units that the stages may take of a message; a forecast and a head want to stand there too."""


def stages_text(desk: Desk, pipeline: Pipeline, signs: Sequence[str] = ()) -> str:
    """Every stage with what is set in it; by one line each where that would be too long."""
    lines = [
        f"{signs[number]} {stage_line(desk, number, stage)}" if signs else stage_line(desk, number, stage)
        for number, stage in enumerate(pipeline.stages)
    ]
    notes = [stage_notes(desk.texts, number, stage) for number, stage in enumerate(pipeline.stages)]
    full = "\n".join(line if not note else f"{line}\n     {note}" for line, note in zip(lines, notes, strict=True))
    return full if utf16_len(full) <= STAGES_ROOM else beginning("\n".join(lines), STAGES_ROOM)


def stage_line(desk: Desk, index: int, stage: Stage) -> str:
    """`2. review · gemma3:4b ×3, phi4`"""
    return f"{index + 1}. {stage_name(desk.texts, index, stage)} · {models_line(desk, stage)}"


def stage_name(texts: Texts, index: int, stage: Stage) -> str:
    return short(stage.name) or texts("pipe-stage-unnamed", number=index + 1)


def models_line(desk: Desk, stage: Stage) -> str:
    """The first models of a stage; what is not there now is marked."""
    shown = [voice_name(desk, model) for model in stage.models[:SHOWN_MODELS]]
    more = len(stage.models) - SHOWN_MODELS
    return ", ".join([*shown, f"+{more}"] if more > 0 else shown)


def voice_name(desk: Desk, model: StageModel) -> str:
    """`gemma3:4b ×3`, with ⚠️ if it is missing."""
    times = f" ×{model.samples}" if model.samples > 1 else ""
    return model_label(desk, model.model) + times


def model_label(desk: Desk, reference: str) -> str:
    return ("" if desk.model(reference) else "⚠️ ") + short(reference)


def stage_notes(texts: Texts, index: int, stage: Stage) -> str:
    """What is set beyond the models: what it reads, how answers become one, parameters."""
    notes = [texts(f"pipe-input-{stage.input}-short")] if index else []
    if stage.voices > 1:
        notes.append(aggregation_line(texts, stage.aggregation))
    if params := params_line(texts, stage.params):
        notes.append(params)
    return " · ".join(notes)


def aggregation_line(texts: Texts, aggregation: Aggregation | None) -> str:
    """`synthesis by qwen3:8b`"""
    kind = aggregation.kind if aggregation else "concat"
    name = texts(f"pipe-kind-{kind.replace('_', '-')}")
    if aggregation is None or aggregation.model is None:
        return name
    return texts("pipe-kind-by", kind=name, model=short(aggregation.model))


def params_line(texts: Texts, params: StageParams) -> str:
    """`temperature 0.7, max_tokens 800`: only what is set."""
    given = {field.name: getattr(params, field.name) for field in fields(params)}
    return ", ".join(f"{key} {param_value(texts, value)}" for key, value in given.items() if value not in (None, ()))


def param_value(texts: Texts, value: object) -> str:
    match value:
        case None | ():
            return texts("value-default")
        case bool():
            return texts("value-on" if value else "value-off")
        case float():
            return f"{value:g}"
        case tuple():
            return ", ".join(repr(word) for word in value)
        case _:
            return str(value)


def beginning(text: str, most_units: int) -> str:
    """The text, or as much of it as fits, with an ellipsis."""
    if utf16_len(text) <= most_units:
        return text
    return text[: most_units // 2] + "…"


def short(name: str, length: int = NAME_LENGTH) -> str:
    return shortened(name, length)
