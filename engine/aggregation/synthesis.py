"""Synthesis: what the model is sent that makes one answer of several."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.aggregation.anonymous import Order, quoted, shortened, shuffled, tag_of
from engine.aggregation.opinions import Opinion
from engine.aggregation.prompts import PROMPTS, spoken_language
from engine.messages import Message


@dataclass(frozen=True, slots=True)
class SynthesisPrompt:
    """`order` tells whose answer was shown where: the first one is that of the opinion at order[0]."""

    messages: tuple[Message, ...]
    order: Order
    shortened: bool = False


def synthesis_messages(
    question: str, opinions: Sequence[Opinion], seed: int, *, prompt: str | None = None, limit: int | None = None
) -> SynthesisPrompt:
    """The opinions anonymous, shuffled by `seed` and quoted as data, with `prompt` instead of the built-in one.

    `limit` is the room for all of them together, in characters. Empty opinions are left out.
    """
    language = spoken_language(question)
    words = PROMPTS[language]
    present = [place for place, opinion in enumerate(opinions) if opinion.text.strip()]
    texts = shortened([opinions[place].text for place in present], limit, language)
    order = shuffled(len(present), seed)
    tag = tag_of([*texts, question])
    system = f"{prompt or words['synthesis']}\n\n{words['data'].replace('{tag}', tag)}"
    asked = f"{words['question']}\n{question}\n\n{words['answers']}\n\n{quoted(texts, order, tag)}"
    is_shortened = any(text != opinions[place].text for text, place in zip(texts, present, strict=True))
    messages = (Message("system", system), Message("user", asked))
    return SynthesisPrompt(messages, tuple(present[place] for place in order), is_shortened)
