"""What free texts of a vote mean, as vectors of an embedding model, where one is at hand.

A vote can do without: whatever goes wrong here is logged, and the texts are compared as they are written.
Knows nothing of how texts are grouped.
"""

import logging
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from engine.aggregation.anonymous import cut
from engine.aggregation.opinions import Opinion
from engine.aggregation.voting import Vectors, free_texts, is_unanimous
from engine.catalogue import Catalogue
from engine.errors import BackendError
from engine.messages import Params
from engine.tokens import units

log = logging.getLogger(__name__)

SMALLEST_WINDOW = 512
LARGEST_WINDOW = 2048
"""Tokens. Few embedders read less than the first; a server may load one with no more than the second."""
TOKENS_PER_UNIT = 1.5
"""Vocabularies of embedders are small: they spell Russian, for one, in shorter pieces."""


@dataclass(frozen=True, slots=True)
class Meanings:
    """`embedder` is `server/name`."""

    vectors: Vectors
    embedder: str


async def meanings(catalogue: Catalogue, opinions: Sequence[Opinion], question: str) -> AsyncGenerator[Meanings, None]:
    """One, or none: where nothing is to be compared, no model embeds, or the one that does is in trouble."""
    texts, embedder = free_texts(opinions), next(iter(catalogue.embedders()), None)
    if embedder is None or len(texts) < 2 or is_unanimous(opinions, question=question):
        return
    name, backend = f"{embedder.server}/{embedder.name}", catalogue.backend(embedder)
    room = min(backend.window(embedder.info, Params()) or SMALLEST_WINDOW, LARGEST_WINDOW)
    try:
        vectors = await backend.embed(embedder.name, [fitting(text, room) for text in texts])
    except BackendError as error:
        log.warning("%s could not tell what the answers mean, they are compared by their words: %r", name, error)
        catalogue.doubt(embedder.server)
        return
    if len(vectors) != len(texts) or len({len(vector) for vector in vectors}) != 1:
        log.warning("%s gave no vector for each answer, they are compared by their words", name)
        return
    yield Meanings(dict(zip(texts, vectors, strict=True)), name)


def fitting(text: str, window: int) -> str:
    """The beginning and the end of a text that is too long for the window."""
    tokens = units(text) * TOKENS_PER_UNIT
    return text if tokens <= window else cut(text, int(len(text) * window / tokens), "…")
