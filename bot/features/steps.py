"""Steps: /steps and 🧩 show how the answer of a pipeline came about; any stage can be done again."""

import re
from collections.abc import Callable
from dataclasses import replace

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, ForceReply, Message

from bot.buttons import AnswerButton, button, keyboard
from bot.features.answers import go_on
from bot.menus import View
from bot.parts import Parts
from bot.replies import change, say, send_file, toast
from bot.step_views import (
    StepTap,
    compare_view,
    prompt_file,
    run_view,
    stage_view,
    step_view,
    tap,
    turns,
)
from bot.texts import Texts
from config.pipeline import MAX_PROMPT, Pipeline, StageModel
from engine.dialogs import Place
from engine.pipelines.steps import Step
from engine.rerunning import Rerun
from engine.session_view import SessionView, StageView, differences
from engine.sessions import Session

router = Router(name="steps")

MODELS_ON_PAGE = 8
ASKED = re.compile(r"\[(\d+)·(\d+)·(\d+)\]$")
"""What a message that asks for a prompt ends with: the run, the stage and the voice that the reply is for."""


async def is_prompt(message: Message, parts: Parts) -> bool | dict[str, StepTap]:
    """A filter: a reply to our message that asked for another prompt."""
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.from_user.id != parts.me.id:
        return False
    found = ASKED.search(replied.text or "")
    if found is None:
        return False
    session, stage, voice = map(int, found.groups())
    return {"asked": StepTap(action="words", session=session, stage=stage, voice=voice)}


@router.message(Command("steps"))
async def on_steps(message: Message, command: CommandObject, parts: Parts, texts: Texts, place: Place) -> None:
    """`/steps`: the last run of this dialog; `/steps 12`: that of the folder session_012."""
    words = (command.args or "").strip().removeprefix("session_")
    sessions = parts.engine.sessions
    if words.isdecimal() and len(words) < 10:
        session = await sessions.numbered(int(words), place.chat_id)
    else:
        dialog = await parts.engine.dialogs.at(place)
        session = await sessions.last_in(dialog.id) if dialog and not words else None
    view = await sessions.read(session) if session else None
    if session is None or view is None:
        await say(parts, place, texts("steps-none" if not words else "steps-unknown", words=words[:40]))
        return
    await say(parts, place, *run_view(session, view, texts))


@router.callback_query(AnswerButton.filter(F.action == "steps"))
async def on_button(
    callback: CallbackQuery, callback_data: AnswerButton, parts: Parts, texts: Texts, place: Place
) -> None:
    """🧩 under an answer."""
    question = await parts.engine.questions.here(callback_data.question, place.chat_id)
    session = await parts.engine.sessions.of_answer(question.answer_id) if question and question.answer_id else None
    view = await parts.engine.sessions.read(session) if session else None
    if session is None or view is None:
        await toast(parts, callback, texts("steps-gone"), alert=True)
        return
    await toast(parts, callback)
    await say(parts, place, *run_view(session, view, texts))


@router.callback_query(StepTap.filter(F.action.in_({"run", "stage", "step", "models", "compare"})))
async def on_look(callback: CallbackQuery, callback_data: StepTap, parts: Parts, texts: Texts, place: Place) -> None:
    found = await opened(callback, callback_data, parts, texts, place)
    if found is None:
        return
    view = await looked(found, callback_data, parts, texts)
    await toast(parts, callback, None if view else texts("steps-gone"), alert=view is None)
    if view is not None:
        await change(parts, callback, *view)


@router.callback_query(StepTap.filter(F.action.in_({"answer", "prompt"})))
async def on_file(callback: CallbackQuery, callback_data: StepTap, parts: Parts, texts: Texts, place: Place) -> None:
    """A step's answer, or all it was sent, as a file."""
    found = await opened(callback, callback_data, parts, texts, place)
    if found is None:
        return
    step = step_of(found[1], callback_data)
    await toast(parts, callback, None if step else texts("steps-gone"), alert=step is None)
    if step is not None:
        is_answer = callback_data.action == "answer"
        name = f"session_{found[1].number:03}_step{step.stage}{'' if is_answer else '_prompt'}.md"
        content = step.text if is_answer else prompt_file(step)
        await send_file(parts, place, name, content.encode("utf-8", "replace"))


@router.callback_query(StepTap.filter(F.action.in_({"again", "follow", "swap", "replay"})))
async def on_again(callback: CallbackQuery, callback_data: StepTap, parts: Parts, texts: Texts, place: Place) -> None:
    """A stage again, alone or with those below; with another model; the whole run once more."""
    found = await opened(callback, callback_data, parts, texts, place)
    if found is None:
        return
    session, view = found
    data, pipeline = callback_data, view.pipeline
    match data.action:
        case "replay":
            rerun = Rerun(1, follows=True, is_replay=True)
        case "swap":
            model = parts.engine.catalogue.get(data.page)
            if model is None or step_of(view, data) is None:
                await toast(parts, callback, texts("steps-model-gone"), alert=True)
                return
            pipeline = with_model(view, data, f"{model.server}/{model.name}")
            rerun = Rerun(data.stage, follows=True)
        case _:
            rerun = Rerun(data.stage, follows=data.action == "follow", salt=session.id)
    begun = await begin(parts, place, session, pipeline, rerun)
    await toast(parts, callback, texts("steps-begins" if begun else "retry-running"))


@router.callback_query(StepTap.filter(F.action == "words"))
async def on_words(callback: CallbackQuery, callback_data: StepTap, parts: Parts, texts: Texts, place: Place) -> None:
    """Ask for another prompt by a message that wants a reply."""
    found = await opened(callback, callback_data, parts, texts, place)
    if found is None:
        return
    data = callback_data
    await toast(parts, callback)
    method = SendMessage(
        chat_id=place.chat_id,
        message_thread_id=place.thread_id,
        text=texts("steps-words", stage=data.stage) + f"\n[{data.session}·{data.stage}·{data.voice}]",
        reply_markup=ForceReply(force_reply=True, selective=True),
        parse_mode=None,
    )
    await parts.outbox.call(place.chat_id, method)


@router.message(F.text, is_prompt)
async def on_prompt(message: Message, asked: StepTap, parts: Parts, texts: Texts, place: Place) -> None:
    """The stage again with another system prompt, and those below it."""
    session = await parts.engine.sessions.here(asked.session, place.chat_id)
    view = await parts.engine.sessions.read(session) if session else None
    if session is None or view is None or step_of(view, asked) is None:
        await say(parts, place, texts("steps-gone"))
        return
    prompt = (message.text or "").strip()
    if len(prompt) > MAX_PROMPT:
        await say(parts, place, texts("words-too-long", length=len(prompt), most=MAX_PROMPT))
        return
    begun = await begin(parts, place, session, with_prompt(view, asked, prompt), Rerun(asked.stage, follows=True))
    if not begun:
        await say(parts, place, texts("retry-running"))


async def begin(parts: Parts, place: Place, session: Session, pipeline: Pipeline, rerun: Rerun) -> bool:
    """Begin the run; False while the question is being answered."""
    question = await parts.engine.questions.here(session.question_id, place.chat_id) if session.question_id else None
    if question is None or question.state in ("waiting", "running"):
        return False
    await parts.engine.sessions.rerun(session, pipeline, rerun)
    return await go_on(parts, question)


async def opened(
    callback: CallbackQuery, data: StepTap, parts: Parts, texts: Texts, place: Place
) -> tuple[Session, SessionView] | None:
    """The run that a button belongs to; tells the person if it is gone."""
    session = await parts.engine.sessions.here(data.session, place.chat_id)
    view = await parts.engine.sessions.read(session) if session else None
    if session is None or view is None:
        await toast(parts, callback, texts("steps-gone"), alert=True)
        return None
    return session, view


async def looked(found: tuple[Session, SessionView], data: StepTap, parts: Parts, texts: Texts) -> View | None:
    """The screen that a button leads to; None if what it shows is gone."""
    session, view = found
    stage, step = stage_of(view, data), step_of(view, data)
    match data.action:
        case "run":
            return run_view(session, view, texts)
        case "stage" if stage is not None:
            return stage_view(session, stage, texts, is_last=stage.number == len(view.stages))
        case "step" if step is not None:
            return step_view(session, step, texts)
        case "models" if step is not None:
            return models_view(session, data, parts, texts)
        case "compare" if view.again is not None:
            before = await parts.engine.sessions.read(replace(session, number=view.again))
            return compare_view(session, view, differences(before, view), texts) if before else None
        case _:
            return None


def models_view(session: Session, data: StepTap, parts: Parts, texts: Texts) -> View:
    """Which model does the stage again instead."""
    models = parts.engine.catalogue.models()
    last = max(0, (len(models) - 1) // MODELS_ON_PAGE)
    page = max(0, min(data.page, last))
    shown = models[page * MODELS_ON_PAGE : (page + 1) * MODELS_ON_PAGE]
    rows = [
        [button(f"{model.name} · {model.server}"[:60], data.model_copy(update={"action": "swap", "page": model.id}))]
        for model in shown
    ]
    back = button(texts("button-back"), tap("step", session, data.stage, data.voice))
    return texts("steps-models", stage=data.stage), keyboard(*rows, turns(data, last), [back])


def stage_of(view: SessionView, data: StepTap) -> StageView | None:
    return next((stage for stage in view.stages if stage.number == data.stage), None)


def step_of(view: SessionView, data: StepTap) -> Step | None:
    stage = stage_of(view, data)
    return next((step for step in stage.steps if step.voice == data.voice), None) if stage else None


def with_model(view: SessionView, data: StepTap, name: str) -> Pipeline:
    """The pipeline with another model in the place of one voice."""
    return with_entry(view, data, lambda entry: replace(entry, model=name))


def with_prompt(view: SessionView, data: StepTap, prompt: str) -> Pipeline:
    return with_entry(view, data, lambda entry: replace(entry, system_prompt=prompt))


def with_entry(view: SessionView, data: StepTap, change_one: Callable[[StageModel], StageModel]) -> Pipeline:
    """The pipeline with the model changed that a voice belongs to; samples of one model stay together."""
    stage = view.pipeline.stages[data.stage - 1]
    voices = [place for place, model in enumerate(stage.models) for _ in range(model.samples)]
    place = voices[data.voice - 1]
    models = tuple(change_one(model) if index == place else model for index, model in enumerate(stage.models))
    stages = list(view.pipeline.stages)
    stages[data.stage - 1] = replace(stage, models=models)
    return replace(view.pipeline, stages=tuple(stages))
