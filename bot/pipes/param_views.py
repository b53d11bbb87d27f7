"""The parameters of a stage, or of one of its models: all of them, and one with values to choose from."""

from collections.abc import Mapping
from dataclasses import replace

from bot.buttons import button, keyboard
from bot.menus import View, back
from bot.pipes.desk import Desk, Stored
from bot.pipes.stage_views import to
from bot.pipes.taps import NO_VOICE, Param
from bot.pipes.words import param_value, short, stage_name
from config.pipeline import MAX_SAMPLES, MAX_WEIGHT, Stage, StageModel, StageParams
from engine.dialog_settings import RESET_WORDS, Kind, kinds, number
from engine.errors import BadValue
from engine.pipelines.editing import mark_of, model_changed, with_param

RESET = "default"
OWN_VALUE = "?"
ROW_LENGTH = 3
OF_A_MODEL = ("samples", "weight")


def param_kinds(voice: int) -> Mapping[str, Kind]:
    """The parameters by key: those of a dialog that a stage has too, and for a model what only that has."""
    of_stage = {key: kind for key, kind in kinds().items() if key in StageParams.__dataclass_fields__}
    if voice == NO_VOICE:
        return of_stage
    samples = number(int, 1, MAX_SAMPLES, "5", ("1", "3", "5", "7", "9"))
    weight = number(float, 0, MAX_WEIGHT, "2", ("0.5", "1", "2", "3"))
    return {"samples": samples, "weight": weight, **of_stage}


def params_view(desk: Desk, stored: Stored, index: int, voice: int) -> View:
    """All parameters with their values."""
    texts, stage = desk.texts, stored.pipeline.stages[index]
    name = stage_name(texts, index, stage) if voice == NO_VOICE else short(stage.models[voice].model)
    buttons = [
        button(f"{key}: {param_value(texts, value_of(stage, voice, key))}", data(stored, index, voice, key))
        for key in param_kinds(voice)
    ]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    up = to(stored, index, "show") if voice == NO_VOICE else to(stored, index, "voice", voice)
    head = texts("params-head" if voice == NO_VOICE else "params-head-voice", name=name)
    return head, keyboard(*rows, back(texts, up))


def param_view(desk: Desk, stored: Stored, index: int, voice: int, key: str) -> View:
    """One parameter: what it does, its range, values to choose from, any other value by a message."""
    texts, stage = desk.texts, stored.pipeline.stages[index]
    kind, value = param_kinds(voice)[key], value_of(stage, voice, key)
    text = "\n\n".join(
        [
            texts("setting-value", key=key, value=param_value(texts, value)),
            texts(f"setting-{key.replace('_', '-')}"),
            texts("param-allowed", allowed=kind.allowed),
        ]
    )
    choices = [(word, kind.read(word)) for word in kind.presets]
    if key not in OF_A_MODEL:
        choices.append((RESET, None))
    buttons = [
        button(("✓ " if choice == value else "") + param_value(texts, choice), data(stored, index, voice, key, word))
        for word, choice in choices
    ]
    rows = [buttons[start : start + ROW_LENGTH] for start in range(0, len(buttons), ROW_LENGTH)]
    own = [button(texts("button-param-own"), data(stored, index, voice, key, OWN_VALUE))]
    return text, keyboard(*rows, own, back(texts, to(stored, index, "params", voice)))


def value_of(stage: Stage, voice: int, key: str) -> object:
    if voice == NO_VOICE:
        return getattr(stage.params, key)
    model = stage.models[voice]
    return getattr(model if key in OF_A_MODEL else model.params, key)


def with_value(stage: Stage, voice: int, key: str, text: str) -> Stage:
    """The stage with the parameter set to what `text` says; raises BadValue."""
    value = read_value(voice, key, text)
    if voice == NO_VOICE:
        return replace(stage, params=with_param(stage.params, key, value))

    def change(model: StageModel) -> StageModel:
        if key in OF_A_MODEL:
            return replace(model, **{key: value})  # type: ignore[arg-type]  # read by the kind of this key
        return replace(model, params=with_param(model.params, key, value))

    return model_changed(stage, voice, change)


def read_value(voice: int, key: str, text: str) -> object:
    kind = param_kinds(voice).get(key)
    if kind is None:
        raise BadValue("key", key[:40], ", ".join(param_kinds(voice)), "temperature 0.7")
    word = text.strip().lower()
    if word in RESET_WORDS and key not in OF_A_MODEL:
        return None
    try:
        return kind.read(word)
    except (ValueError, OverflowError) as error:
        raise BadValue(key, text[:40], kind.allowed, f"{key} {kind.example}") from error


def data(stored: Stored, index: int, voice: int, key: str, value: str = "") -> Param:
    mark = mark_of(stored.pipeline, None if voice == NO_VOICE else index)
    return Param(pipe=stored.id, stage=index, voice=voice, mark=mark, key=key, value=value)
