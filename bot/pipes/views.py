"""The screens of whole pipelines: the list, one of them, what else can be done with it."""

from aiogram.types import InlineKeyboardButton

from bot.buttons import button, keyboard
from bot.features.entrance import TELEGRAM_URL
from bot.menus import View, back
from bot.pipes.desk import Desk, Stored
from bot.pipes.forecast import outlook
from bot.pipes.links import share_payload
from bot.pipes.taps import Base, InStage, Mode, Pipe, Ready, Shared
from bot.pipes.words import short, stage_name, stages_text
from config.pipeline import MAX_STAGES, Pipeline
from engine.dialogs import Dialog
from engine.pipelines.editing import mark_of
from engine.pipelines.store import MAX_PIPELINES, SavedPipeline

PAGE_SIZE = 8


def list_view(desk: Desk, owned: list[SavedPipeline], dialog: Dialog | None, page: int = 0) -> View:
    """A page of the person's pipelines, the last changed first; the one that answers here is marked."""
    texts = desk.texts
    page = max(0, min(page, (len(owned) - 1) // PAGE_SIZE))
    rows = [
        [button(list_label(saved, dialog), Pipe(act="open", pipe=saved.id))]
        for saved in owned[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    ]
    turns = [
        button(sign, Pipe(act="list", page=to))
        for sign, to in (("‹", page - 1), ("›", page + 1))
        if 0 <= to <= (len(owned) - 1) // PAGE_SIZE
    ]
    fresh = [button(texts("button-pipe-new"), Pipe(act="new")), button(texts("button-ready"), Ready(act="list"))]
    text = texts("pipes-head", count=len(owned)) if owned else texts("pipes-none")
    if len(owned) >= MAX_PIPELINES:
        text, fresh = f"{text}\n\n{texts('pipes-full', most=MAX_PIPELINES)}", []
    return text, keyboard(*rows, turns, fresh, mode_row(desk, dialog))


def list_label(saved: SavedPipeline, dialog: Dialog | None) -> str:
    return ("✓ " if answers_here(saved.id, dialog) else "") + "🧩 " + short(saved.name)


async def card_view(desk: Desk, stored: Stored, dialog: Dialog | None) -> View:
    """A pipeline as its owner sees it: each stage a button; others see it without them."""
    if stored.owner_id != desk.user.id:
        return await others_view(desk, stored, dialog)
    texts, pipeline = desk.texts, stored.pipeline
    is_here = answers_here(stored.id, dialog)
    mark = mark_of(pipeline)
    buttons = [
        button(
            f"{index + 1}. {stage_name(texts, index, stage)}",
            InStage(act="show", pipe=stored.id, stage=index, mark=mark),
        )
        for index, stage in enumerate(pipeline.stages)
    ]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    add = button(texts("button-stage-add"), InStage(act="add", pipe=stored.id, mark=mark))
    use = button(texts("button-pipe-use"), Pipe(act="use", pipe=stored.id))
    more = button("⋯", Pipe(act="more", pipe=stored.id))
    acts = [*([add] if len(pipeline.stages) < MAX_STAGES else []), more]
    footer = texts("pipe-here") if is_here else texts("pipe-saved")
    text = "\n\n".join([await body(desk, pipeline), footer])
    answer = [use] if dialog and not is_here else []
    return text, keyboard(*rows, acts, answer, [button(texts("button-pipes-all"), Pipe(act="list"))])


async def others_view(desk: Desk, stored: Stored, dialog: Dialog | None) -> View:
    """Somebody else's pipeline that answers in a group."""
    text = "\n\n".join([await body(desk, stored.pipeline), desk.texts("pipe-of-other")])
    copy = [button(desk.texts("button-pipe-copy"), Pipe(act="twin", pipe=stored.id))] if desk.user.admitted else []
    return text, keyboard(copy, mode_row(desk, dialog))


async def body(desk: Desk, pipeline: Pipeline) -> str:
    """Name, stages and forecast."""
    head = f"🧩 {pipeline.name or desk.texts('pipe-unnamed')}"
    ahead = await outlook(desk, pipeline.stages)
    return "\n\n".join([head, stages_text(desk, pipeline, ahead.signs), ahead.text])


def more_view(desk: Desk, stored: Stored) -> View:
    """Name, copies, sharing, the end."""
    texts = desk.texts
    link = share_link(desk, stored.share_code) if stored.share_code else None

    def act(text_id: str, name: str) -> InlineKeyboardButton:
        return button(texts(text_id), Pipe.model_validate({"act": name, "pipe": stored.id}))

    shared = act("button-pipe-unlink", "unlink") if link else act("button-pipe-link", "link")
    text = "\n\n".join(
        [f"🧩 {stored.pipeline.name}", texts("pipe-shared", link=link) if link else texts("pipe-share-hint")]
    )
    return text, keyboard(
        [act("button-pipe-rename", "rename"), act("button-pipe-twin", "twin")],
        [act("button-pipe-file", "file"), shared],
        [act("button-delete", "delete")],
        back(texts, Pipe(act="open", pipe=stored.id)),
    )


def delete_view(desk: Desk, stored: Stored, dialogs: int) -> View:
    """Really?"""
    text = desk.texts("pipe-delete-really", name=stored.pipeline.name, dialogs=dialogs)
    return text, keyboard(
        [button(desk.texts("button-delete"), Pipe(act="gone", pipe=stored.id))],
        [button(desk.texts("button-keep"), Pipe(act="more", pipe=stored.id))],
    )


async def base_view(desk: Desk, pipeline: Pipeline, dialog: Dialog | None) -> View:
    """The base pipeline: a look, and a copy to change."""
    text = "\n\n".join([await body(desk, pipeline), desk.texts("pipe-base-hint")])
    copy = [button(desk.texts("button-pipe-copy"), Base(act="copy"))] if desk.user.admitted else []
    return text, keyboard(copy, mode_row(desk, dialog))


async def shared_view(desk: Desk, stored: Stored, code: str) -> View:
    """What a link of sharing shows; nothing is taken before the button."""
    text = "\n\n".join([desk.texts("pipe-shared-with-you"), await body(desk, stored.pipeline)])
    copy = [button(desk.texts("button-pipe-copy"), Shared(code=code))]
    return text, keyboard(copy, [button(desk.texts("button-pipes-all"), Pipe(act="list"))])


def share_link(desk: Desk, code: str) -> str:
    """What opens the pipeline for whoever has it, in this bot."""
    return f"{TELEGRAM_URL}/{desk.parts.me.username}?start={share_payload(code)}"


def mode_row(desk: Desk, dialog: Dialog | None) -> list[InlineKeyboardButton]:
    """The way back to how the dialog is answered."""
    return back(desk.texts, Mode(mode="menu", dialog=dialog.id)) if dialog else []


def answers_here(pipeline_id: int, dialog: Dialog | None) -> bool:
    return dialog is not None and dialog.mode == "manual" and dialog.pipeline_id == pipeline_id
