"""The screens of the ready-made pipelines: which there are, and which models take part in one."""

from bot.buttons import button, keyboard
from bot.menus import View, back
from bot.picker import label
from bot.pipes.desk import Desk, Stored
from bot.pipes.ready_made import Recipe, recipes
from bot.pipes.taps import Pipe, Ready
from bot.pipes.views import body

PAGE_SIZE = 6


def recipes_view(desk: Desk) -> View:
    """What there is, with a line about each."""
    texts = desk.texts
    lines = [f"✨ {texts(f'ready-{recipe.name}')}\n{texts(f'ready-{recipe.name}-about')}" for recipe in recipes()]
    rows = [
        [button(f"✨ {texts(f'ready-{recipe.name}')}", Ready(act="make", recipe=number))]
        for number, recipe in enumerate(recipes())
    ]
    return "\n\n".join([texts("ready-head"), *lines]), keyboard(*rows, back(texts, Pipe(act="list")))


async def ticks_view(desk: Desk, stored: Stored, number: int, recipe: Recipe, page: int = 0) -> View:
    """The pipeline as it is with the models ticked so far."""
    texts, catalogue = desk.texts, desk.parts.engine.catalogue

    def tap(act: str, value: int = 0) -> Ready:
        return Ready.model_validate({"act": act, "recipe": number, "pipe": stored.id, "value": value})

    chosen = [model.id for name in stored.pipeline.models if (model := desk.model(name))]
    models, free = catalogue.models(), catalogue.free_for_load()
    last = max(0, (len(models) - 1) // PAGE_SIZE)
    page = max(0, min(page, last))
    rows = [
        [button(label(model, texts, free, model.id in chosen), tap("tick", model.id))]
        for model in models[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    ]
    turns = [button(sign, tap("page", at)) for sign, at in (("‹", page - 1), ("›", page + 1)) if 0 <= at <= last]
    done = button(texts("button-ready-done"), Pipe(act="open", pipe=stored.id))
    drop = button(texts("button-ready-drop"), tap("drop"))
    head = texts("ready-tick", most=recipe.most)
    return "\n\n".join([await body(desk, stored.pipeline), head]), keyboard(*rows, turns, [done], [drop])
