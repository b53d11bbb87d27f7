"""How the steps of a run look: the run, one of its stages, one model's part in it, two runs side by side."""

from typing import Literal

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from pydantic import Field

from bot.buttons import button, keyboard
from bot.menus import View
from bot.shortening import one_line, shortened
from bot.texts import Texts
from config.pipeline import MAX_MODELS, MAX_SAMPLES, MAX_STAGES
from engine.pipelines.steps import Step
from engine.session_view import Difference, SessionView, StageView
from engine.sessions import Session

ROW_LENGTH = 5
QUESTION_LENGTH = 400
BEGINNING_LENGTH = 280
ANSWER_LENGTH = 2300
PROMPT_LENGTH = 700
MOST_DIFFERENCES = 20
SIGNS = {"done": "✓", "failed": "✗", "stopped": "⏹", "skipped": "⏭", "not_needed": "·"}

Action = Literal[
    "run", "stage", "step", "answer", "prompt", "again", "follow", "models", "swap", "words", "replay", "compare"
]


class StepTap(CallbackData, prefix="st"):
    """`session` is the row's id, stages count from 1; `voice` is the step's, `page` a page or a model's id."""

    action: Action
    session: int
    stage: int = Field(0, ge=0, lt=MAX_STAGES + 1)
    voice: int = Field(0, ge=-1, lt=MAX_MODELS * MAX_SAMPLES + 1)
    page: int = 0


def run_view(session: Session, view: SessionView, texts: Texts) -> View:
    """The whole run: who said what in which stage, and a button for each stage."""
    seconds = texts("footer-seconds", seconds=view.seconds) if view.seconds is not None else ""
    state = "" if view.state == "done" else texts(f"steps-{view.state}")
    name = view.pipeline.name or texts(f"steps-mode-{view.mode}")
    again = texts("steps-again-of", number=view.again) if view.again is not None else ""
    head = " · ".join(part for part in (texts("steps-head", number=view.number), name, seconds, state, again) if part)
    lines = [stage_line(stage, texts) for stage in view.stages]
    numbers = [
        button(f"{stage.number}", StepTap(action="stage", session=session.id, stage=stage.number))
        for stage in view.stages
        if stage.steps
    ]
    rows = [numbers[start : start + ROW_LENGTH] for start in range(0, len(numbers), ROW_LENGTH)]
    replay = button(texts("steps-button-replay"), StepTap(action="replay", session=session.id))
    compare = button(
        texts("steps-button-compare", number=view.again or 0), StepTap(action="compare", session=session.id)
    )
    text = "\n\n".join([head, f"❓ {shortened(view.question, QUESTION_LENGTH)}", "\n".join(lines)])
    return text, keyboard(*rows, [replay], [compare] if view.again is not None else [])


def stage_line(stage: StageView, texts: Texts) -> str:
    """`2. review: ✓ gemma3 · ✗ qwen3 → majority_vote`"""
    said = [f"{SIGNS[step.state]} {step.model}" for step in stage.steps if step.voice > 0]
    whole = " · ".join(said) or texts("steps-not-yet")
    name = f"{stage.name}: " if stage.name else ""
    return f"{stage.number}. {name}{whole}" + (f" → {stage.kind}" if stage.kind else "")


def stage_view(session: Session, stage: StageView, texts: Texts, *, is_last: bool) -> View:
    """One stage: the beginning of every answer, what came of them, and how to do it again."""
    parts = [texts("steps-stage", number=stage.number, name=stage.name)]
    parts += [f"{SIGNS[step.state]} {titled(step, texts)}\n{beginning(step, texts)}" for step in stage.steps]
    if stage.kind and stage.text is not None:
        parts.append(f"→ {stage.kind}\n{shortened(stage.text, BEGINNING_LENGTH)}")
    opens = [button(short(step), tap("step", session, stage.number, step.voice)) for step in stage.steps]
    rows = [opens[start : start + 2] for start in range(0, len(opens), 2)]
    again = [button(texts("steps-button-follow"), tap("follow", session, stage.number))]
    if not is_last:
        again.insert(0, button(texts("steps-button-alone"), tap("again", session, stage.number)))
    back = button(texts("button-back"), StepTap(action="run", session=session.id))
    return "\n\n".join(parts), keyboard(*rows, again, [back])


def step_view(session: Session, step: Step, texts: Texts) -> View:
    """One model's part: how it was asked, what it said, how long that took."""
    asked = step.messages[-1].text if step.messages else ""
    parts = [
        f"{SIGNS[step.state]} {titled(step, texts)}",
        texts("steps-system", text=shortened(step.system_prompt, PROMPT_LENGTH)) if step.system_prompt else "",
        texts("steps-asked", text=shortened(asked, PROMPT_LENGTH)) if asked else "",
        texts("steps-said", text=shortened(step.text.strip(), ANSWER_LENGTH))
        if step.text.strip()
        else problem(step, texts),
        params_line(step),
    ]
    here = (session, step.stage, step.voice)
    files = [button(texts("steps-button-prompt"), tap("prompt", *here))]
    if step.text.strip():
        files.insert(0, button(texts("steps-button-answer"), tap("answer", *here)))
    others = [
        button(texts("steps-button-model"), tap("models", *here)),
        button(texts("steps-button-words"), tap("words", *here)),
    ]
    back = button(texts("button-back"), tap("stage", session, step.stage))
    return "\n\n".join(part for part in parts if part), keyboard(files, others if step.voice > 0 else [], [back])


def compare_view(session: Session, view: SessionView, found: list[Difference], texts: Texts) -> View:
    """What is not the same in the run that this one began from."""
    head = texts("steps-compared" if found else "steps-same", number=view.number, other=view.again or 0)
    lines = [
        texts(
            "steps-difference",
            stage=each.stage,
            model=each.model,
            what=", ".join(texts(f"steps-what-{what}") for what in each.what),
            percent=round(100 * each.likeness),
        )
        for each in found[:MOST_DIFFERENCES]
    ]
    back = button(texts("button-back"), StepTap(action="run", session=session.id))
    return "\n\n".join([head, "\n".join(lines)]) if lines else head, keyboard([back])


def titled(step: Step, texts: Texts) -> str:
    """`qwen3:4b #2 · 12.3 s · 312 tokens`"""
    parts = [f"{short(step)}"]
    if step.seconds:
        parts.append(texts("footer-seconds", seconds=step.seconds))
    if step.usage.answer_tokens:
        parts.append(texts("footer-tokens", tokens=step.usage.answer_tokens))
    if step.server:
        parts.append(step.server)
    return " · ".join(parts)


def short(step: Step) -> str:
    """The model, its sample where there are several, its part where that is not to answer."""
    sample = f" #{step.sample}" if step.sample > 1 else ""
    role = "" if step.role == "answer" else f" ({step.role})"
    return f"{shortened(step.model, 40)}{sample}{role}"


def beginning(step: Step, texts: Texts) -> str:
    return one_line(step.text, BEGINNING_LENGTH) if step.text.strip() else problem(step, texts)


def problem(step: Step, texts: Texts) -> str:
    """Why there is no text."""
    if step.problem is None:
        return texts("steps-nothing")
    return texts("steps-problem", kind=step.problem.kind)


def params_line(step: Step) -> str:
    """`temperature 0.7 · seed 42`"""
    shown = {name: getattr(step.params, name) for name in ("temperature", "top_p", "max_tokens", "n_ctx", "seed")}
    return " · ".join(f"{name} {value}" for name, value in shown.items() if value is not None)


def prompt_file(step: Step) -> str:
    """Everything the model was sent."""
    return "\n\n".join(f"## {message.role}\n\n{message.text}" for message in step.messages)


def tap(action: Action, session: Session, stage: int, voice: int = 0) -> StepTap:
    return StepTap(action=action, session=session.id, stage=stage, voice=voice)


def turns(data: StepTap, last: int) -> list[InlineKeyboardButton]:
    """‹ and › between pages of models."""
    pages = (("‹", data.page - 1), ("›", data.page + 1))
    return [button(sign, data.model_copy(update={"page": page})) for sign, page in pages if 0 <= page <= last]
