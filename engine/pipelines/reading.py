"""What a stage reads: the question, the texts of the stages before, and how a model is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, assert_never

from config.pipeline import Stage, StageModel, StageParams
from config.pipeline_file import PARAM_KEYS
from engine.messages import Params


@dataclass(frozen=True, slots=True)
class Earlier:
    """A stage that is done: its name and its text."""

    name: str
    text: str


def reads_history(stage: Stage, number: int) -> bool:
    """The dialog's history goes to the first stage, and to those that read all."""
    return number == 1 or stage.input == "all"


def asked_of(stage: Stage, question: str, earlier: Sequence[Earlier]) -> str:
    """What stands in the user's place of a stage's prompt; without an earlier stage that is the question."""
    if not earlier:
        return question
    last = earlier[-1]
    match stage.input:
        case "question":
            return question
        case "previous":
            return last.text
        case "both":
            return "\n\n".join([tagged("question", question), tagged("previous_answer", last.text)])
        case "all":
            steps = [tagged(f"step_{number}", each.text, each.name) for number, each in enumerate(earlier, start=1)]
            return "\n\n".join([tagged("question", question), *steps])
        case _:
            assert_never(stage.input)


def tagged(tag: str, text: str, name: str = "") -> str:
    """Marks that models of any language know from the documents they learned from."""
    named = ' name="' + name.replace('"', "'") + '"' if name else ""
    return f"<{tag}{named}>\n{text}\n</{tag}>"


def system_of(stage: Stage, model: StageModel, otherwise: str) -> str:
    """The system prompt: the model's own, else the stage's, else the dialog's."""
    return model.system_prompt or stage.system_prompt or otherwise


def params_of(dialog: Params, *said: StageParams) -> Params:
    """The dialog's parameters with what `said` sets, the later over the earlier."""
    values: dict[str, Any] = {}
    for params in said:
        given = {key: getattr(params, key) for key in PARAM_KEYS}
        values |= {key: value for key, value in given.items() if value not in (None, ())}
    if "thinking" in values:
        values["think"] = values.pop("thinking")
    return replace(dialog, **values)
