"""What stands in the chat when an answer is finished: its text, the marks and the footer, the buttons."""

from dataclasses import dataclass
from typing import Literal

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, InputRichMessage, MessageEntity

from bot.buttons import AnswerButton, SmallerLoad, button, keyboard
from bot.council_notes import council_parts, how_it_came
from bot.errors import sentence
from bot.guide import shown_name
from bot.markdown import Formatted, format_markdown, format_plain, rich_blocks, utf16_len
from bot.texts import Texts
from engine.answers import Answer
from engine.dialog_settings import DialogSettings
from engine.errors import BackendError, ModelCrashed, NoMemory, StageFailed
from engine.questions import Question

NOTES_ROOM = 300
"""UTF-16 units of the last message that are left for marks and footer."""
TEXT_LIMIT = 4096
Manner = Literal["rich", "formatted", "plain"]
USUAL_WINDOW, SMALLEST_WINDOW = 8192, 1024
MOST_MESSAGES = 4
"""An answer of more messages goes as a file, with its first message as text."""


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole text of an answer, for a file."""

    answer_id: int
    text: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """`file` is there when messages cannot hold the text; `rich` goes instead of `messages` where it is there."""

    messages: list[Formatted]
    markup: InlineKeyboardMarkup | None
    file: Whole | None = None
    rich: list[InputRichMessage] | None = None


def answer_view(
    question: Question,
    answer: Answer | None,
    variants: list[Answer],
    settings: DialogSettings,
    texts: Texts,
    *,
    error: BaseException | None = None,
    goes_on: bool = False,
    manner: Manner = "formatted",
) -> AnswerView:
    """The view of a question's answer, which may be partial, or missing; `goes_on`: a pipeline broke off."""
    text = answer.text.strip() if answer else ""
    notes = notes_under(question, answer, settings, texts, error)
    markup = markup_under(question, answer, variants, settings, texts, error, goes_on=goes_on)
    file = None
    messages = (format_plain if manner == "plain" else format_markdown)(text, TEXT_LIMIT - NOTES_ROOM) if text else []
    if answer and len(messages) > MOST_MESSAGES:
        messages, file = messages[:1], Whole(answer.id, text)
        notes = [texts("answer-in-file"), *notes]
    if not messages and not notes:
        notes = [texts("answer-empty")]
    blocks = rich_blocks("\n\n".join([text, *notes])) if manner == "rich" and text and file is None else None
    return AnswerView(with_notes(messages, "\n".join(notes)), markup, file, blocks)


def notes_under(
    question: Question, answer: Answer | None, settings: DialogSettings, texts: Texts, error: BaseException | None
) -> list[str]:
    """The lines under an answer: how it ended if not well, what was left out, and the footer."""
    lines = []
    if error is not None:
        lines.append("⚠️ " + sentence(error, texts))
    elif question.state in ("stopped", "interrupted", "failed"):
        lines.append(texts(f"answer-{question.state}"))
    if answer is None:
        return lines
    if answer.state == "done" and not answer.text.strip():
        lines.append(texts("answer-only-thoughts" if answer.thought.strip() else "answer-empty"))
    if answer.finish == "length":
        lines.append(texts("answer-length" if settings.max_tokens else "answer-window"))
    if answer.left_out:
        lines.append(texts("answer-left-out", turns=answer.left_out))
    if answer.council is not None and answer.state == "done":
        lines += how_it_came(answer.council, texts)
    if settings.footer and answer.state == "done":
        lines.append(footer(answer, texts))
    return lines


def footer(answer: Answer, texts: Texts) -> str:
    """`qwen3:4b · 312 tokens · 24.1 tokens/s · 13.2 s`, as far as the server told."""
    usage = answer.usage
    seconds = max(0.0, (answer.finished_at or answer.started_at) - answer.started_at)  # the clock may be set back
    parts = [shown_name(answer.model, texts)] if answer.council is None else council_parts(answer.council, texts)
    if usage.answer_tokens:
        parts.append(texts("footer-tokens", tokens=usage.answer_tokens))
        pace = usage.answer_tokens / usage.answer_s if usage.answer_s else 0
        if pace:
            parts.append(texts("footer-pace", pace=pace))
    parts.append(texts("footer-seconds", seconds=seconds))
    return " · ".join(parts)


def with_notes(messages: list[Formatted], notes: str) -> list[Formatted]:
    """Put the notes, in italics, under the last message."""
    if not notes:
        return messages
    if not messages:
        return [Formatted(notes[:TEXT_LIMIT], ())]
    last = messages[-1]
    text = f"{last.text}\n\n{notes}"
    if utf16_len(text) > TEXT_LIMIT:
        return [*messages, Formatted(notes[:TEXT_LIMIT], ())]
    offset = utf16_len(last.text) + 2
    italic = MessageEntity(type="italic", offset=offset, length=utf16_len(notes))
    return [*messages[:-1], Formatted(text, (*last.entities, italic))]


def markup_under(
    question: Question,
    answer: Answer | None,
    variants: list[Answer],
    settings: DialogSettings,
    texts: Texts,
    error: BaseException | None,
    *,
    goes_on: bool,
) -> InlineKeyboardMarkup | None:
    """One row of buttons, and one to turn variants; after an error, what may help."""
    further = button(texts("button-continue"), AnswerButton(action="continue", question=question.id))
    first = [further] if goes_on else []
    again = button("🔁", AnswerButton(action="again", question=question.id))
    other = button(texts("button-other-model"), AnswerButton(action="model", question=question.id))
    thoughts = [button("🧠", AnswerButton(action="thoughts", question=question.id))]
    smaller = smaller_row(question, settings, texts, error)
    if answer is None or not answer.text.strip():
        row = [button(texts("button-again"), AnswerButton(action="again", question=question.id)), other]
        if answer is None:
            return keyboard(first, row, smaller)
        row += thoughts if answer.thought.strip() else []
        return keyboard(first, variant_row(question, answer, variants), row, smaller)
    if not settings.buttons:
        return keyboard(first) if first else None
    row = [again]
    if answer.thought.strip():
        row += thoughts
    if answer.council is not None:
        row.append(button("🧩", AnswerButton(action="steps", question=question.id)))
    row.append(button("📄", AnswerButton(action="file", question=question.id)))
    row.append(button("⋯", AnswerButton(action="more", question=question.id)))
    after_error = [other] if isinstance(error, BackendError) else []
    return keyboard(first, variant_row(question, answer, variants), row, after_error, smaller)


def smaller_row(
    question: Question, settings: DialogSettings, texts: Texts, error: BaseException | None
) -> list[InlineKeyboardButton]:
    """After memory ran out: the same question with a load that fits, as far as one is known, else half the window.

    Not where a pipeline itself says how the model is loaded: there the settings of the dialog change nothing.
    """
    match error:
        case StageFailed(sets_load=False):
            return smaller_row(question, settings, texts, error.error)
        case NoMemory(need_parts=None) | ModelCrashed(cause="killed"):
            n_ctx, layers = (settings.n_ctx or USUAL_WINDOW) // 2, None
        case NoMemory():
            n_ctx, layers = error.fits_n_ctx or 0, error.fits_gpu_layers
        case _:
            return []
    if layers is None and n_ctx < SMALLEST_WINDOW:
        return []
    known = [texts("button-window", tokens=str(n_ctx))] if n_ctx else []
    known += [texts("button-layers", layers=str(layers))] if layers is not None else []
    data = SmallerLoad(question=question.id, n_ctx=n_ctx, layers=-1 if layers is None else layers)
    return [button("🪶 " + ", ".join(known), data)]


def variant_row(question: Question, answer: Answer, variants: list[Answer]) -> list[InlineKeyboardButton]:
    """`‹ 2/3 ›`: the neighbours by their variant numbers; the middle does nothing."""
    kept = [variant for variant in variants if variant.text.strip() or variant.id == answer.id]
    ids = [variant.id for variant in kept]
    if len(kept) < 2 or answer.id not in ids:
        return []
    index = ids.index(answer.id)
    before, after = kept[index - 1], kept[(index + 1) % len(kept)]
    return [
        button(sign, AnswerButton(action="variant", question=question.id, variant=number))
        for sign, number in (("‹", before.variant), (f"{index + 1}/{len(kept)}", 0), ("›", after.variant))
    ]
