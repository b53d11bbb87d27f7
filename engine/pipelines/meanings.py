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
from engine.backends.base import Backend
from engine.catalogue import Catalogue, Model
from engine.errors import BackendError, RequestRefused
from engine.messages import Params
from engine.tokens import units

log = logging.getLogger(__name__)

SMALLEST_WINDOW = 512
LARGEST_WINDOW = 2048
"""Tokens. Few embedders read less than the first; a server may load one with no more than the second."""
TOKENS_PER_UNIT = 2.0
"""Vocabularies of embedders are small: many know Russian only letter by letter."""


@dataclass(frozen=True, slots=True)
class Meanings:
    """`embedder` is `server/name`."""

    vectors: Vectors
    embedder: str


async def meanings(catalogue: Catalogue, opinions: Sequence[Opinion], question: str) -> AsyncGenerator[Meanings, None]:
    """One, or none: where nothing is to be compared, no model embeds, or the one that does is in trouble."""
    texts = free_texts(opinions)
    if len(texts) < 2 or is_unanimous(opinions, question=question):
        return
    for embedder in catalogue.embedders():
        name = f"{embedder.server}/{embedder.name}"
        try:
            vectors = await vectors_of(texts, embedder, catalogue.backend(embedder))
        except RequestRefused as error:  # as of a model that only ranks texts
            log.warning("%s makes no vectors: %s", name, error.detail)
            continue
        except BackendError as error:
            log.warning("%s could not tell what the answers mean, they are compared by their words: %r", name, error)
            catalogue.doubt(embedder.server)
            return
        if is_sound(vectors, len(texts)):
            yield Meanings(dict(zip(texts, vectors, strict=True)), name)
        else:
            log.warning("%s gave no vector for each answer, they are compared by their words", name)
        return


async def vectors_of(texts: Sequence[str], embedder: Model, backend: Backend) -> list[list[float]]:
    room = min(backend.window(embedder.info, Params()) or SMALLEST_WINDOW, LARGEST_WINDOW)
    return await backend.embed(embedder.name, [fitting(text, room) for text in texts])


def is_sound(vectors: Sequence[Sequence[float]], count: int) -> bool:
    return len(vectors) == count and len({len(vector) for vector in vectors}) == 1


def fitting(text: str, window: int) -> str:
    """The beginning and the end of a text that is too long for the window."""
    tokens = units(text) * TOKENS_PER_UNIT
    return text if tokens <= window else cut(text, int(len(text) * window / tokens), "…")
