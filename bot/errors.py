"""Errors become sentences here, and only here; the unexpected gets a code that leads to its traceback in the log."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiogram.exceptions import TelegramForbiddenError, TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.methods import SendMessage
from aiogram.types import ErrorEvent

from bot.pipes.problems import problem_text
from bot.sizes import gib
from bot.texts import Texts
from config.pipeline_nodes import PipelineProblem
from engine import errors
from engine.aggregation.template_rules import TemplateProblem
from engine.aggregation.templates import BadTemplate

log = logging.getLogger(__name__)
SHARE_OF_PROMPT = 0.7
"""A window so much larger than a prompt has room for the answer too."""


def sentence(error: BaseException, texts: Texts) -> str:  # noqa: C901, PLR0912 (one branch an error)
    """What happened and what to do, in the person's language."""
    match error:
        case errors.ServerDown():
            return texts("error-server-down", server=error.server)
        case errors.ServerBusy():
            return texts("error-server-busy", server=error.server)
        case errors.SilentModel():
            return texts("error-silent", model=error.model, seconds=round(error.waited_s))
        case errors.BrokenStream():
            return texts("error-broken", server=error.server)
        case errors.ModelsAway():
            return texts("error-models-away", model=error.model, folder=error.folder)
        case errors.NoSuchModel():
            return texts("error-no-such-model", model=error.model)
        case errors.NoMemory():
            return no_memory(error, texts)
        case errors.ContextTooLong():
            return context_too_long(error, texts)
        case errors.BadModelFile():
            fault = error.fault.replace("_", "-")
            return texts(f"bad-file-{fault}", file=error.file, what=error.what, detail=error.detail[:200])
        case errors.CannotSee():
            return texts("error-cannot-see", model=error.model)
        case errors.BadPicture():
            return texts("error-bad-picture")
        case errors.ModelCrashed():
            return texts(f"crashed-{error.cause}", model=error.model)
        case errors.NotInstalled():
            return texts("error-not-installed")
        case errors.RequestRefused():
            return texts("error-refused", server=error.server, detail=error.detail[:200])
        case errors.StorageError():
            return storage_sentence(error, texts)
        case errors.BadValue(key="key"):
            return texts("error-bad-key", value=error.value, allowed=error.allowed, example=error.example)
        case errors.BadValue():
            return texts(
                "error-bad-value", key=error.key, value=error.value, allowed=error.allowed, example=error.example
            )
        case PipelineProblem() | BadTemplate():
            return bad_pipeline(error, texts)
        case errors.DownloadError():
            return download_sentence(error, texts)
        case errors.NothingSaid():
            return texts("error-nothing-said", model=error.model)
        case errors.PipelineError():
            return pipeline_sentence(error, texts)
        case errors.QuestionGone():
            return texts("answer-gone")
        case errors.NoModelChosen():
            return texts("error-no-model")
        case errors.NoPlacesLeft():
            return texts("error-no-places", places=error.places)
        case errors.InviteSpent():
            return texts("error-invite-spent")
        case _:
            return unexpected(error, texts)


def storage_sentence(error: errors.StorageError, texts: Texts) -> str:
    match error:
        case errors.DiskFull():
            return texts("error-disk-full")
        case errors.DatabaseLocked():
            return texts("error-locked")
        case _:
            log.error("the database cannot be used", exc_info=error)
            return texts("error-storage")


def download_sentence(error: errors.DownloadError, texts: Texts) -> str:
    match error:
        case errors.HubAway():
            return texts("error-hub-away", host=error.host)
        case errors.HubRefused():
            return texts("error-hub-refused", file=error.file, status=error.status)
        case errors.NoRoomOnDisk():
            return texts("error-no-room", need=gib(error.need_bytes), free=gib(error.free_bytes))
        case errors.DownloadBroken():
            return texts("error-download-broken", file=error.file)
        case _:
            return unexpected(error, texts)


def pipeline_sentence(error: errors.PipelineError, texts: Texts) -> str:
    """Why a pipeline cannot run; or which stage ended it, how many answered, what the first of the others met with."""
    match error:
        case errors.NoPipeline():
            return texts(f"error-no-pipeline-{error.mode}")
        case errors.ModelsMissing():
            return texts("error-models-missing", models=", ".join(error.models), count=len(error.models))
        case errors.PipelineBroken(problem=problem):
            return texts("error-pipeline-broken", problem=problem_text(problem, texts))
        case errors.StageFailed():
            name, why = f" ({error.name})" if error.name else "", sentence(error.error, texts)
            if not error.asked:
                return texts("error-stage-not-begun", number=error.number, total=error.total, name=name, why=why)
            if error.heard:
                counts = {"heard": error.heard, "asked": error.asked}
                return texts(
                    "error-stage-too-few", number=error.number, total=error.total, name=name, why=why, **counts
                )
            return texts("error-stage-failed", number=error.number, total=error.total, name=name, why=why)
        case _:
            return unexpected(error, texts)


def no_memory(error: errors.NoMemory, texts: Texts) -> str:
    if error.need_bytes is None or error.free_bytes is None:
        return texts("error-no-memory", model=error.model)
    need, free = gib(error.need_bytes), gib(error.free_bytes)
    if error.need_parts is None:
        return texts("error-no-memory-numbers", model=error.model, need=need, free=free)
    weights, context, work = map(gib, error.need_parts)
    parts = {"weights": weights, "context": context, "work": work}
    lines = [texts("error-no-memory-parts", model=error.model, need=need, free=free, **parts)]
    if error.free_vram_bytes or error.need_vram_bytes:
        lines.append(on_devices(error.need_bytes, error.free_bytes, error, texts))
    if error.was_tried:
        lines.append(texts("no-memory-tried"))
    return "\n".join([*lines, what_would_fit(error, texts), *eased(error, texts)])


def on_devices(need_bytes: int, free_bytes: int, error: errors.NoMemory, texts: Texts) -> str:
    """The same sum, of RAM and GPUs apart."""
    return texts(
        "no-memory-devices",
        need_ram=gib(need_bytes - error.need_vram_bytes),
        free_ram=gib(free_bytes - error.free_vram_bytes),
        need_gpu=gib(error.need_vram_bytes),
        free_gpu=gib(error.free_vram_bytes),
    )


def what_would_fit(error: errors.NoMemory, texts: Texts) -> str:
    """The nearest plan, or another file, that the free memory has room for."""
    tokens, layers = error.fits_n_ctx, error.fits_gpu_layers
    if tokens is not None and layers is not None:
        return texts("error-no-memory-window-layers", tokens=str(tokens), layers=str(layers))
    if tokens is not None:
        return texts("error-no-memory-window", tokens=str(tokens))
    if layers is not None:
        return texts("error-no-memory-layers", layers=layers)
    if error.fits_model is not None:
        return texts("error-no-memory-other", other=error.fits_model)
    return texts("error-no-memory-nothing-fits")


def eased(error: errors.NoMemory, texts: Texts) -> list[str]:
    """What the nearest plan also does without."""
    keys = [texts("no-memory-keys", bits=error.fits_key_bits)] if error.fits_key_bits else []
    slots = [texts("no-memory-slots", dialogs=error.fits_slots)] if error.fits_slots else []
    return [*keys, *slots]


def context_too_long(error: errors.ContextTooLong, texts: Texts) -> str:
    """Servers do not always say how much is too much."""
    if not error.prompt_tokens or not error.n_ctx:
        return texts("error-context-unknown", model=error.model)
    larger = 1 << int(error.prompt_tokens / SHARE_OF_PROMPT).bit_length()
    return texts("error-context", tokens=error.prompt_tokens, window=error.n_ctx, larger=str(larger))


def bad_pipeline(error: PipelineProblem | BadTemplate, texts: Texts) -> str:
    """A mistake in what somebody has written."""
    if isinstance(error, BadTemplate):
        return template_problem(error.problem, texts)
    return problem_text(error, texts)


def template_problem(problem: TemplateProblem, texts: Texts) -> str:
    """What is wrong with a person's template, and what is allowed there."""
    allowed = ", ".join(problem.allowed)
    return texts(f"template-{problem.kind}", line=problem.line, what=problem.what[:100], allowed=allowed)


def unexpected(error: BaseException, texts: Texts) -> str:
    """A short code for the person; the traceback under the same code in the log."""
    code = secrets.token_hex(3)
    log.error("unexpected error %s", code, exc_info=error)
    return texts("error-unexpected", code=code)


async def on_error(event: ErrorEvent, **data: Any) -> bool:
    """aiogram's last resort: an error of a handler becomes a sentence where it happened."""
    update, parts = event.update, data["parts"]
    message = update.message or (update.callback_query and update.callback_query.message)
    if is_telegram_away(event.exception) or message is None:
        log.warning("a handler ended: %s", event.exception)
        return True
    texts, place = data.get("texts"), data.get("place")
    if texts is not None and place is not None:
        method = SendMessage(
            chat_id=place.chat_id, message_thread_id=place.thread_id, text="⚠️ " + sentence(event.exception, texts)
        )
        await parts.outbox.attempt(place.chat_id, method)
    return True


@asynccontextmanager
async def reported(tell: Callable[[BaseException], Awaitable[object]]) -> AsyncIterator[None]:
    """For work that nobody waits for: an error ends it and is told, and stops nothing else."""
    try:
        yield
    except asyncio.CancelledError:
        raise
    except Exception as error:
        if is_telegram_away(error):
            log.warning("telegram: %s", error)
            return
        try:
            await tell(error)
        except Exception:
            log.exception("an error could not be told")


def is_telegram_away(error: BaseException) -> bool:
    """Nothing can be said to the person now."""
    away = (TelegramNetworkError, TelegramServerError, TelegramRetryAfter, TelegramForbiddenError)
    return isinstance(error, away)
