"""Answers without names, shuffled and quoted as data, for a model that puts them together or judges them."""

import hashlib
import random
from collections.abc import Sequence

from config.settings import Language
from engine.aggregation.prompts import PROMPTS

Order = tuple[int, ...]
"""Places in the stage, in the order of showing: the answer shown first is that of order[0]."""

SHORTEST = 200
"""Characters that are left of any answer, however little room there is."""


def shuffled(count: int, seed: int) -> Order:
    """An order of `count` answers, always the same for a seed."""
    order = list(range(count))
    random.Random(seed).shuffle(order)
    return tuple(order)


def tag_of(texts: Sequence[str]) -> str:
    """A mark that depends on every word of the texts, so that none of their writers can put it into one."""
    digest = hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()
    return f"answer-{digest[:12]}"


def quoted(texts: Sequence[str], order: Order, tag: str) -> str:
    """The answers in `order`, numbered from 1, each between two marks."""
    shown = (f'<{tag} number="{number}">\n{texts[place].strip()}\n</{tag}>' for number, place in enumerate(order, 1))
    return "\n\n".join(shown)


def shortened(texts: Sequence[str], limit: int | None, language: Language) -> tuple[str, ...]:
    """The texts cut down to `limit` characters together; the longest lose most, each keeps its beginning and end."""
    if limit is None or sum(map(len, texts)) <= limit:
        return tuple(texts)
    share = fair_share([len(text) for text in texts], limit)
    return tuple(text if len(text) <= share else cut(text, share, PROMPTS[language]["shortened"]) for text in texts)


def fair_share(lengths: Sequence[int], limit: int) -> int:
    """The length that nobody may exceed so that all fit into `limit`."""
    room, share = limit, limit
    for rest, length in zip(range(len(lengths), 0, -1), sorted(lengths), strict=True):
        share = room // rest
        if length > share:
            break
        room -= length
    return max(SHORTEST, share)


def cut(text: str, length: int, mark: str) -> str:
    """The beginning and the end, where an answer mostly says what it comes to."""
    kept = max(0, length - len(mark) - 2)
    head = kept * 2 // 3
    return f"{text[:head].rstrip()}\n{mark}\n{text[len(text) - (kept - head) :].lstrip()}"
