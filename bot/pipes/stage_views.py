"""The screens of one stage: what is set in it, its prompt, what it reads, how it runs."""

from typing import get_args

from aiogram.types import InlineKeyboardButton

from bot.buttons import button, keyboard
from bot.menus import View, back
from bot.pipes.desk import Desk, Stored
from bot.pipes.forecast import outlook
from bot.pipes.taps import NO_VOICE, Choice, InStage, Pipe, StageAct
from bot.pipes.words import aggregation_line, beginning, params_line, stage_name, voice_name
from config.pipeline import MAX_STAGES, Execution, Input, Stage
from engine.pipelines.editing import mark_of

SHOWN_PROMPT_UNITS = 600
SCREEN_PROMPT_UNITS = 2000


def to(stored: Stored, index: int, act: StageAct, voice: int = NO_VOICE, value: int = 0) -> InStage:
    """A button's data for stage `index`, or with `voice` for one of its models."""
    mark = mark_of(stored.pipeline, None if voice == NO_VOICE else index)
    return InStage(act=act, pipe=stored.id, stage=index, voice=voice, mark=mark, value=value)


async def stage_view(desk: Desk, stored: Stored, index: int) -> View:
    """Everything that is set in a stage, and the way to each of it."""
    texts, stages = desk.texts, stored.pipeline.stages
    stage = stages[index]

    def act(text_id: str, name: StageAct) -> InlineKeyboardButton:
        return button(texts(text_id), to(stored, index, name))

    moves = [
        button(sign, to(stored, index, "move", value=step))
        for sign, step in (("⬆", -1), ("⬇", 1))
        if 0 <= index + step < len(stages)
    ]
    copy = [button("📋", to(stored, index, "twin"))] if len(stages) < MAX_STAGES else []
    drop = [button("🗑", to(stored, index, "drop"))] if len(stages) > 1 else []
    rows = [
        [act("button-stage-models", "models"), act("button-stage-prompt", "prompt")],
        [*([act("button-stage-reads", "inputs")] if index else []), act("button-stage-params", "params")],
        [act("button-stage-merge", "merging"), act("button-stage-runs", "runs")] if stage.voices > 1 else [],
        [act("button-stage-name", "name"), *moves, *copy, *drop],
        [button(texts("button-pipe-back"), Pipe(act="open", pipe=stored.id))],
    ]
    return await stage_text(desk, stage, index, len(stages)), keyboard(*rows)


async def stage_text(desk: Desk, stage: Stage, index: int, count: int) -> str:
    texts = desk.texts
    head = texts("stage-head", name=stage_name(texts, index, stage), number=index + 1, count=count)
    lines = [texts("stage-models", models=", ".join(voice_name(desk, model) for model in stage.models))]
    if index:
        lines.append(texts("stage-reads", what=texts(f"pipe-input-{stage.input}")))
    if params := params_line(texts, stage.params):
        lines.append(texts("stage-params", params=params))
    if stage.voices > 1:
        lines.append(texts("stage-merge", how=aggregation_line(texts, stage.aggregation)))
        needs = texts("stage-needs-all" if stage.needs_all else "stage-needs-one")
        lines.append(texts("stage-runs", how=texts(f"pipe-execution-{stage.execution}"), needs=needs))
    prompt = beginning(stage.system_prompt, SHOWN_PROMPT_UNITS)
    lines.append(texts("stage-prompt", prompt=prompt) if prompt else texts("stage-prompt-none"))
    return "\n\n".join([head, "\n".join(lines), (await outlook(desk, (stage,), index + 1)).text])


def inputs_view(desk: Desk, stored: Stored, index: int) -> View:
    """What the stage reads."""
    texts, stage = desk.texts, stored.pipeline.stages[index]
    rows = [
        [choice(desk, stored, index, "input", word, texts(f"pipe-input-{word}"), is_chosen=stage.input == word)]
        for word in get_args(Input)
    ]
    return texts("stage-reads-head", name=stage_name(texts, index, stage)), keyboard(
        *rows, stage_row(desk, stored, index)
    )


async def runs_view(desk: Desk, stored: Stored, index: int) -> View:
    """How several models of a stage are asked, and whether each must answer."""
    texts, stage = desk.texts, stored.pipeline.stages[index]
    ways = [
        [
            choice(
                desk,
                stored,
                index,
                "execution",
                word,
                texts(f"pipe-execution-{word}"),
                is_chosen=stage.execution == word,
            )
        ]
        for word in get_args(Execution)
    ]
    needs = [
        choice(
            desk,
            stored,
            index,
            "needs",
            word,
            texts(f"stage-needs-{word}"),
            is_chosen=stage.needs_all == (word == "all"),
        )
        for word in ("one", "all")
    ]
    text = "\n\n".join([texts("stage-runs-head"), (await outlook(desk, (stage,), index + 1)).text])
    return text, keyboard(*ways, *([need] for need in needs), stage_row(desk, stored, index))


def prompt_view(desk: Desk, stored: Stored, index: int, voice: int) -> View:
    """The system prompt of a stage or of one model of it, and how to change it."""
    texts, stage = desk.texts, stored.pipeline.stages[index]
    own = stage.system_prompt if voice == NO_VOICE else stage.models[voice].system_prompt
    shown = texts("prompt-shown", prompt=beginning(own, SCREEN_PROMPT_UNITS)) if own else texts("prompt-none")
    write = button(texts("button-prompt-write"), to(stored, index, "prompt", voice, value=1))
    clear = [button(texts("button-clear-system"), to(stored, index, "noprompt", voice))] if own else []
    up = to(stored, index, "show") if voice == NO_VOICE else to(stored, index, "voice", voice)
    return shown, keyboard([write, *clear], back(texts, up))


def choice(
    desk: Desk, stored: Stored, index: int, what: str, word: str, text: str, *, is_chosen: bool
) -> InlineKeyboardButton:
    """One of a few words; the chosen one is ticked."""
    data = {"what": what, "pipe": stored.id, "stage": index, "mark": mark_of(stored.pipeline), "word": word}
    return button(("✓ " if is_chosen else "") + text, Choice.model_validate(data))


def stage_row(desk: Desk, stored: Stored, index: int) -> list[InlineKeyboardButton]:
    return back(desk.texts, to(stored, index, "show"))
