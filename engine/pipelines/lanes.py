"""In which order a stage asks its models: lanes go side by side, those in one lane one after another.

The one place where a plan of the memory has a say: lanes that have no room side by side become one.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import assert_never

from config.pipeline import Execution
from engine.catalogue import Catalogue
from engine.pipelines.call import Calling

Lane = list[Calling]


def lanes_of(callings: Sequence[Calling], execution: Execution, catalogue: Catalogue) -> list[Lane]:
    """`auto` goes side by side on different servers. On one server several models would push each other out of its
    memory, so there they take turns; askings of one model go together, the server batches or queues them.
    """
    match execution:
        case "sequential":
            return [list(callings)]
        case "parallel":
            return [[calling] for calling in callings]
        case "auto":
            by_server: defaultdict[str, Lane] = defaultdict(list)
            for calling in callings:
                model = catalogue.named(calling.call.model)
                by_server[model.server if model else ""].append(calling)
            return [lane for together in by_server.values() for lane in of_one_server(together)]
        case _:
            assert_never(execution)


def of_one_server(callings: Lane) -> list[Lane]:
    models = {calling.call.model for calling in callings}
    return [[calling] for calling in callings] if len(models) == 1 else [callings]


def one_after_another(lanes: Sequence[Lane], takes_turns: Callable[[Calling], bool]) -> list[Lane]:
    """Lanes of models that have no room side by side made one; the others go beside it."""
    waiting: list[Lane] = []
    free: list[Lane] = []
    for lane in lanes:
        (waiting if any(map(takes_turns, lane)) else free).append(lane)
    joined = sorted((calling for lane in waiting for calling in lane), key=lambda calling: calling.call.voice)
    return [joined, *free] if joined else free
