"""What stands under the answer of a pipeline: its name, who was heard, the votes and the judge's doubts."""

from bot.texts import Texts
from engine.answers import Council

LONGEST_WORDS = 40
MOST_GROUPS = 5
"""Of a tally; more are told by an ellipsis."""


def council_parts(council: Council, texts: Texts) -> list[str]:
    """`Council of six · 2 of 3`: the pipeline, and how many answered where somebody did not."""
    name = council.pipeline or texts(f"council-{council.mode}")
    return [name, *([texts("footer-heard", heard=council.heard, asked=council.asked)] if council.asked else [])]


def how_it_came(council: Council, texts: Texts) -> list[str]:
    """`🗳 42: 3 · 41: 1`; that nobody could be compared; that a judge's choice hung on the order."""
    lines = []
    if council.details.get("outcome") == "nothing":
        lines.append(texts("vote-nothing"))
    elif groups := council.details.get("groups"):
        told = [f"{group['words'][:LONGEST_WORDS]}: {group['weight']:g}" for group in groups[:MOST_GROUPS]]
        lines.append("🗳 " + " · ".join([*told, *(["…"] if len(groups) > MOST_GROUPS else [])]))
    if council.details.get("outcome") == "tie":
        lines.append(texts("vote-tie"))
    if council.details.get("order_decided"):
        lines.append(texts("judge-order"))
    if council.details.get("rounds") == 0:
        lines.append(texts("judge-unclear"))
    return lines
