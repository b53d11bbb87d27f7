"""A talk between models as a file, in the formats of whole dialogs. Pure functions."""

import json
from collections.abc import Sequence
from html import escape
from typing import assert_never

from markdown_it import MarkdownIt

from bot.texts import Texts
from bot.transcripts import Format, block, clock, iso, page
from engine.duels import Speech


def written_talk(file_format: Format, topic: str, speeches: Sequence[Speech], texts: Texts) -> str:
    """The whole talk; what was never said to any end is not in it."""
    said = [speech for speech in speeches if speech.counts]
    plain = [(who(speech), speech.text.strip()) for speech in said]
    match file_format:
        case "md":
            return "\n\n".join([f"# {topic}", *(f"## {name}\n\n{text}" for name, text in plain)]) + "\n"
        case "txt":
            return "\n\n".join([topic, "=" * len(topic), *(f"[{name}]\n\n{text}" for name, text in plain)]) + "\n"
        case "json":
            return as_json(topic, said)
        case "html":
            markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
            body = [f"<h1>{escape(topic)}</h1>", *(block(who(one), markdown.render(one.text)) for one in said)]
            return page(topic, body, texts)
        case _:
            assert_never(file_format)


def as_json(topic: str, said: Sequence[Speech]) -> str:
    speeches = [{"name": one.name, "text": one.text, "at": iso(one.said_at)} for one in said]
    return json.dumps({"topic": topic, "speeches": speeches}, ensure_ascii=False, indent=2) + "\n"


def who(speech: Speech) -> str:
    return f"{speech.name} · {clock(speech.said_at)}"
