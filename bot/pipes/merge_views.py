"""The screens about how several answers of a stage become one: the way, who does it, prompt, template, ties."""

import time
from typing import assert_never, get_args

from aiogram.types import InlineKeyboardButton

from bot.buttons import button, keyboard
from bot.errors import template_problem
from bot.menus import View, back
from bot.pipes.desk import Desk, Stored
from bot.pipes.model_views import choose_view
from bot.pipes.stage_views import choice, stage_row, to
from bot.pipes.words import beginning, model_label, short, stage_name
from config.pipeline import Aggregation, AggregationKind, TieRule
from engine.aggregation.templates import BadTemplate, TemplateAnswer, TemplateFacts, TemplateStep, render_template

SHOWN_UNITS = 1500
EXAMPLES = 3
FIRST_TEMPLATE = """{% for answer in answers %}
{{ answer.number }}. {{ answer.model }}:
{{ answer.text }}

{% endfor %}"""


def merge_view(desk: Desk, stored: Stored, index: int) -> View:
    """The five ways, and below them what belongs to the chosen one."""
    texts, stage = desk.texts, stored.pipeline.stages[index]
    aggregation = stage.aggregation or Aggregation()
    ways = [
        choice(
            desk, stored, index, "kind", kind, texts(f"pipe-kind-{kind.replace('_', '-')}"),
            is_chosen=kind == aggregation.kind,
        )
        for kind in get_args(AggregationKind)
    ]  # fmt: skip
    rows = [ways[start : start + 2] for start in range(0, len(ways), 2)]
    about = texts(f"merge-{aggregation.kind.replace('_', '-')}")
    text = "\n\n".join([texts("merge-head", voices=stage.voices), about, *details(desk, aggregation)])
    return text, keyboard(*rows, *own_rows(desk, stored, index, aggregation), stage_row(desk, stored, index))


def details(desk: Desk, aggregation: Aggregation) -> list[str]:
    """What is set for this way."""
    texts, lines = desk.texts, []
    if asks_model(aggregation) and aggregation.model:
        lines.append(texts("merge-by", model=model_label(desk, aggregation.model)))
    if aggregation.kind in ("synthesis", "judge"):
        own = aggregation.prompt
        lines.append(
            texts("prompt-shown", prompt=beginning(own, SHOWN_UNITS)) if own else texts("merge-prompt-built-in")
        )
    if aggregation.kind == "custom_template":
        lines.append(texts("merge-template-shown", template=beginning(aggregation.template or "", SHOWN_UNITS)))
    return lines


def own_rows(desk: Desk, stored: Stored, index: int, aggregation: Aggregation) -> list[list[InlineKeyboardButton]]:
    """The buttons that only this way has."""
    texts = desk.texts
    model = button(texts("button-merge-model"), to(stored, index, "mergers"))
    write = button(texts("button-prompt-write"), to(stored, index, "mergeas"))
    clear = [button(texts("button-merge-built-in"), to(stored, index, "nomerge"))] if aggregation.prompt else []
    match aggregation.kind:
        case "concat":
            return []
        case "synthesis" | "judge":
            return [[model], [write, *clear]]
        case "majority_vote":
            ties = [
                choice(desk, stored, index, "tie", tie, texts(f"pipe-tie-{tie}"), is_chosen=tie == aggregation.tie)
                for tie in get_args(TieRule)
            ]
            return [ties, [model] if asks_model(aggregation) else []]
        case "custom_template":
            preview = button(texts("button-merge-preview"), to(stored, index, "preview"))
            return [[button(texts("button-merge-template"), to(stored, index, "template")), preview]]
    assert_never(aggregation.kind)


def merger_view(desk: Desk, stored: Stored, index: int, page: int = 0) -> View:
    """Which model puts the answers together, or judges them."""
    aggregation = stored.pipeline.stages[index].aggregation or Aggregation()
    return choose_view(
        desk,
        desk.texts("merger-head"),
        lambda value: to(stored, index, "merger", value=value),
        lambda value: to(stored, index, "mergers", value=value),
        page=page,
        up=to(stored, index, "merging"),
        chosen=aggregation.model,
    )


def preview_view(desk: Desk, stored: Stored, index: int) -> View:
    """What the template makes of examples, or why it makes nothing."""
    texts, stage = desk.texts, stored.pipeline.stages[index]
    template = (stage.aggregation or Aggregation()).template or FIRST_TEMPLATE
    answers = tuple(
        TemplateAnswer(number, short(stage.models[(number - 1) % len(stage.models)].model), answer)
        for number in range(1, EXAMPLES + 1)
        if (answer := texts("merge-example-answer", number=number))
    )
    facts = TemplateFacts(
        question=texts("merge-example-question"),
        previous=texts("merge-example-previous"),
        answers=answers,
        steps=(TemplateStep(texts("pipe-first-stage"), texts("merge-example-previous")),),
        stage=stage_name(texts, index, stage),
        date=time.strftime("%Y-%m-%d"),
    )
    try:
        text = texts("merge-preview", text=beginning(render_template(template, facts), SHOWN_UNITS))
    except BadTemplate as error:
        text = template_problem(error.problem, texts)
    return text, keyboard(back(texts, to(stored, index, "merging")))


def asks_model(aggregation: Aggregation) -> bool:
    """Whether a model takes part in putting the answers together."""
    match aggregation.kind:
        case "synthesis" | "judge":
            return True
        case "majority_vote":
            return aggregation.tie == "judge"
        case "concat" | "custom_template":
            return False
    assert_never(aggregation.kind)
