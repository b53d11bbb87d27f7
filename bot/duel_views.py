"""How talks between models look: setting one up, the heads of speeches, how it stands when it is not running."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.buttons import button, keyboard
from bot.duel_buttons import DuelButton, DuelModel
from bot.menus import View
from bot.picker import NAME_LENGTH, PAGE_SIZE
from bot.shortening import one_line
from bot.texts import Texts
from bot.transcripts import FORMATS
from engine.catalogue import Model
from engine.duel_rules import by_models
from engine.duels import FEWEST_SPEAKERS, MOST_SPEAKERS, Duel, Speech

SIGNS = ("🔵", "🟠", "🟢", "🟣")
"""One a speaker."""
TURNS = (4, 6, 8, 12, 20)
MORE_TURNS = 4
DEFAULT_REASON = "person"
SHOWN_TOPIC = 300
SHOWN_PROMPT = 80


def speech_head(speech: Speech) -> str:
    """`🔵 qwen3:4b`"""
    return f"{SIGNS[(speech.speaker or 0) % len(SIGNS)]} {speech.name}"


def running_keyboard(duel_id: int, texts: Texts) -> InlineKeyboardMarkup:
    """Under a speech in the making."""
    return keyboard(
        [
            button(texts("duel-button-pause"), DuelButton(action="pause", duel=duel_id)),
            button(texts("button-stop"), DuelButton(action="stop", duel=duel_id)),
        ]
    )


def controls_view(duel: Duel, speeches: Sequence[Speech], texts: Texts) -> View:
    """How a talk stands that does not run."""
    facts = texts("duel-facts", spoken=len(by_models(speeches)), turns=duel.turns)
    text = f"{texts(f'duel-{duel.state}-{duel.reason or DEFAULT_REASON}')}\n{facts}"
    export = act(texts("duel-button-export"), "export", duel)
    if duel.state == "paused":
        rows = [[act(texts("duel-button-go"), "go", duel), act(texts("duel-button-end"), "end", duel)], [export]]
        return f"{text}\n{texts('duel-step-in')}", keyboard(*rows)
    return text, keyboard([act(texts("duel-button-more", turns=MORE_TURNS), "more", duel), export])


def export_view(duel: Duel, texts: Texts) -> View:
    formats = [act(f".{name}", "file", duel, place) for place, name in enumerate(FORMATS)]
    return texts("duel-export-head"), keyboard(formats)


def setup_view(duel: Duel, names: Sequence[str], texts: Texts) -> View:
    """Everything that is set so far, and what is missing."""
    lines = [texts("duel-setup-head"), "", texts("duel-setup-topic", topic=one_line(duel.topic, SHOWN_TOPIC) or "—")]
    for place, name in enumerate(names):
        system = one_line(duel.speakers[place].system, SHOWN_PROMPT)
        lines.append(f"{SIGNS[place]} {name}" + (f": {system}" if system else ""))
    lines.append(texts("duel-setup-turns", turns=duel.turns))
    lines += ["", texts("duel-setup-missing")] if not duel.can_start else []
    return "\n".join(lines), keyboard(*setup_rows(duel, names, texts))


def setup_rows(duel: Duel, names: Sequence[str], texts: Texts) -> list[list[InlineKeyboardButton]]:
    rows = [speaker_row(duel, place, name, texts) for place, name in enumerate(names)]
    if len(names) < MOST_SPEAKERS:
        rows.append([act(texts("duel-button-model"), "models", duel)])
    rows.append([act(texts("duel-button-topic"), "topic", duel)])
    rows.append([act(("✓ " if count == duel.turns else "") + str(count), "turns", duel, count) for count in TURNS])
    start = [act(texts("duel-button-start"), "start", duel)] if duel.can_start else []
    return [*rows, [*start, act(texts("duel-button-cancel"), "cancel", duel)]]


def speaker_row(duel: Duel, place: int, name: str, texts: Texts) -> list[InlineKeyboardButton]:
    """Its prompt, whether it begins, and the way out."""
    begins = "▶ " if place == duel.first and len(duel.speakers) >= FEWEST_SPEAKERS else ""
    return [
        act(f"{begins}{SIGNS[place]} {one_line(name, NAME_LENGTH)}", "first", duel, place),
        act(texts("duel-button-prompt"), "prompt", duel, place),
        act("✖", "drop", duel, place),
    ]


def models_view(models: Sequence[Model], duel: Duel, texts: Texts, page: int) -> View:
    """The models there are, a page of them."""
    last = max(0, (len(models) - 1) // PAGE_SIZE)
    page = max(0, min(page, last))
    rows = [
        [button(f"{model.name} · {model.server}", DuelModel(duel=duel.id, model=model.id))]
        for model in models[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    ]
    turns = [
        button(sign, DuelModel(duel=duel.id, model=0, page=to))
        for sign, to in (("‹", page - 1), ("›", page + 1))
        if 0 <= to <= last
    ]
    head = texts("duel-models-head" if models else "picker-empty")
    return head, keyboard(*rows, turns, [act(texts("button-back"), "setup", duel)])


def act(text: str, action: str, duel: Duel, place: int = 0) -> InlineKeyboardButton:
    return button(text, DuelButton.model_validate({"action": action, "duel": duel.id, "place": place}))
