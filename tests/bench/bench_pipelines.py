"""What a pipeline costs beside its models: against the bare calls, and two servers side by side.

`python -m tests.bench.bench_pipelines [--quick]`. The model servers run in this process and answer at a set pace; the
bare calls go through the same backends with the same prompts, so that what is left is the pipeline: fitting, storing,
the folder of the run with all it forces to the disk.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

from engine.backends.base import ChatRequest
from engine.messages import Message
from engine.pipelines.asking import ask
from tests.engine.council import Council, open_council
from tests.fakes.model_server import Reply

STAGE_COST_S, STAGE_COST_SHARE = 0.020, 0.02
SIDE_BY_SIDE_SHARE = 0.05
STAGES = 4
ANSWER_TOKENS, TOKENS_PER_S = 60, 60.0
IN_STAGES = "stages:\n" + "  - {models: [a], input: question, system_prompt: Be brief.}\n" * STAGES
SIDE_BY_SIDE = "stages: [{models: [a, x], system_prompt: Be brief.}]"
QUESTION = "What is a council?"


async def main(quick: bool) -> bool:
    rounds = 3 if quick else 12
    with tempfile.TemporaryDirectory() as folder:
        async with open_council(Path(folder)) as council:
            for server in (council.one, council.two):
                server.reply = Reply(text=["word "] * ANSWER_TOKENS, tokens_per_s=TOKENS_PER_S)
            await bare(council, ["a"])  # connections are open, models loaded
            await council.use(IN_STAGES)
            await council.answered(QUESTION)
            return all([await overhead(council, rounds), await side_by_side(council, rounds)])


async def overhead(council: Council, rounds: int) -> bool:
    """Stages one after another, against as many bare calls; in turn, so that the machine is the same for both."""
    bares, wholes = [], []
    for _ in range(rounds):
        bares.append(await timed_bare(council, ["a"] * STAGES))
        wholes.append(await timed_whole(council))
    a_stage, bare_s = (median(wholes) - median(bares)) / STAGES, median(bares) / STAGES
    print(f"{STAGES} stages of {ANSWER_TOKENS} tokens at {TOKENS_PER_S:.0f} tokens/s, {rounds} runs, milliseconds:")
    print(f"  bare call                 {bare_s * 1000:8.1f}")
    print(f"  more for each stage       {a_stage * 1000:8.1f}  ({a_stage / bare_s:.1%})")
    return a_stage <= max(STAGE_COST_S, STAGE_COST_SHARE * bare_s)


async def side_by_side(council: Council, rounds: int) -> bool:
    """Two servers, one of them half as fast: a stage takes as long as the slower one."""
    await council.use(SIDE_BY_SIDE)
    council.two.reply = Reply(text=["word "] * ANSWER_TOKENS, tokens_per_s=TOKENS_PER_S / 2)
    slowest, wholes = [], []
    for _ in range(rounds):
        slowest.append(await timed_bare(council, ["x"]))
        wholes.append(await timed_whole(council))
    share = median(wholes) / median(slowest) - 1
    print(f"two servers side by side, {rounds} runs, milliseconds:")
    print(f"  the slower one alone      {median(slowest) * 1000:8.1f}")
    print(f"  the stage                 {median(wholes) * 1000:8.1f}  (+{share:.1%})")
    return share <= SIDE_BY_SIDE_SHARE


async def timed_bare(council: Council, models: Sequence[str]) -> float:
    began_at = time.perf_counter()
    await bare(council, models)
    return time.perf_counter() - began_at


async def bare(council: Council, models: Sequence[str]) -> None:
    for name in models:
        model = council.engine.catalogue.named(name)
        assert model is not None
        request = ChatRequest(model.name, (Message("system", "Be brief."), Message("user", QUESTION)))
        async with aclosing(ask(council.engine.catalogue.backend(model), request)) as chunks:
            async for _ in chunks:
                pass


async def timed_whole(council: Council) -> float:
    """A run from the stored question to the stored answer, without any history before it."""
    await council.engine.dialogs.clear(council.dialog_id)
    question = await council.ask(QUESTION)
    began_at = time.perf_counter()
    await council.answer(question)
    return time.perf_counter() - began_at


def median(times: list[float]) -> float:
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(not asyncio.run(main("--quick" in sys.argv)))
