"""In which order a stage asks its models: lanes go side by side, those in one lane one after another.

The one place where a plan of the memory has a say: it may turn lanes that do not fit together into fewer.
"""

from collections import defaultdict
from collections.abc import Sequence
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
