"""A dialog as text in one of several formats. Pure functions; they know nothing of chats and sending."""

import json
from datetime import datetime
from html import escape
from typing import Literal, assert_never, get_args

from markdown_it import MarkdownIt

from bot.guide import shown_name
from bot.texts import Texts
from engine.transcripts import Exchange

Format = Literal["md", "html", "json", "txt"]
FORMATS: tuple[Format, ...] = get_args(Format)

STYLE = """
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
.asked, details { background: #8881; border-radius: .6rem; padding: .6rem 1rem; white-space: pre-wrap; }
.who { color: #888; font-size: .85rem; margin: 1.4rem 0 .3rem; }
pre { overflow-x: auto; background: #8881; padding: .6rem; border-radius: .4rem; }
table { border-collapse: collapse; } td, th { border: 1px solid #8886; padding: .2rem .6rem; }
"""


def written(file_format: Format, title: str, exchanges: list[Exchange], system: str, texts: Texts) -> str:
    """The whole dialog; `system` is its system prompt, "" if there is none."""
    match file_format:
        case "md":
            return as_markdown(title, exchanges, system, texts)
        case "html":
            return as_html(title, exchanges, system, texts)
        case "json":
            return as_json(title, exchanges, system)
        case "txt":
            return as_text(title, exchanges, system, texts)
        case _:
            assert_never(file_format)


def as_markdown(title: str, exchanges: list[Exchange], system: str, texts: Texts) -> str:
    parts = [f"# {title}"]
    if system:
        parts += [f"## {texts('export-system')}", quoted(system)]
    for exchange in exchanges:
        parts += [f"## {texts('export-question')} · {clock(exchange.asked_at)}", exchange.question]
        if exchange.answer:
            parts += [f"## {answered(exchange, texts)}", exchange.answer.strip()]
    return "\n\n".join(parts) + "\n"


def as_text(title: str, exchanges: list[Exchange], system: str, texts: Texts) -> str:
    parts = [title, "=" * len(title)]
    if system:
        parts += [f"[{texts('export-system')}]", system]
    for exchange in exchanges:
        parts += [f"[{texts('export-question')} · {clock(exchange.asked_at)}]", exchange.question]
        if exchange.answer:
            parts += [f"[{answered(exchange, texts)}]", exchange.answer.strip()]
    return "\n\n".join(parts) + "\n"


def as_json(title: str, exchanges: list[Exchange], system: str) -> str:
    messages: list[dict[str, str]] = [{"role": "system", "text": system}] if system else []
    for exchange in exchanges:
        messages.append({"role": "user", "text": exchange.question, "at": iso(exchange.asked_at)})
        if exchange.answer:
            answer = {"role": "assistant", "text": exchange.answer, "model": exchange.model}
            thought = {"thought": exchange.thought} if exchange.thought else {}
            messages.append(answer | thought | ({"at": iso(exchange.answered_at)} if exchange.answered_at else {}))
    return json.dumps({"title": title, "messages": messages}, ensure_ascii=False, indent=2) + "\n"


def as_html(title: str, exchanges: list[Exchange], system: str, texts: Texts) -> str:
    """A page that stands alone; what models and people wrote stays text, whatever tags it has in it."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    body = [f"<h1>{escape(title)}</h1>"]
    if system:
        body.append(block(texts("export-system"), f'<div class="asked">{escape(system)}</div>'))
    for exchange in exchanges:
        who = f"{texts('export-question')} · {clock(exchange.asked_at)}"
        body.append(block(who, f'<div class="asked">{escape(exchange.question)}</div>'))
        if exchange.answer:
            body.append(block(answered(exchange, texts), thoughts(exchange, texts) + markdown.render(exchange.answer)))
    return page(title, body, texts)


def page(title: str, body: list[str], texts: Texts) -> str:
    """The whole file around its content."""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="{texts.language}"><head>{head}</head><body>{"".join(body)}</body></html>\n'


def block(who: str, content: str) -> str:
    return f'<p class="who">{escape(who)}</p>\n{content}\n'


def thoughts(exchange: Exchange, texts: Texts) -> str:
    """The thoughts behind an answer, folded."""
    if not exchange.thought.strip():
        return ""
    return f"<details><summary>{escape(texts('export-thoughts'))}</summary>{escape(exchange.thought.strip())}</details>"


def answered(exchange: Exchange, texts: Texts) -> str:
    """`Answer · qwen3:4b · 2026-08-01 12:30`"""
    model = shown_name(exchange.model, texts) if exchange.model else ""
    parts = [texts("export-answer"), model, clock(exchange.answered_at) if exchange.answered_at else ""]
    return " · ".join(part for part in parts if part)


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


def clock(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")


def iso(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().isoformat(timespec="seconds")
