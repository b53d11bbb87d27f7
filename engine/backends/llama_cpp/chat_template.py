"""The chat template of a model file: messages in, the prompt's text out. Runs in the child; knows no tokens."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NoReturn

from jinja2 import TemplateError
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.backends.llama_cpp.wire import ChatLine

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CHATML_STOPS = ("<|im_end|>", "<|im_start|>")
"""For files without a template: the commonest format, whose marks may be plain text to such a model."""


class BadTemplate(Exception):
    """The template cannot be parsed, or refuses these messages."""


class ChatTemplate:
    """`stops` are strings that end an answer because of the format."""

    def __init__(self, source: str | None, bos: str, eos: str) -> None:
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
        environment.filters["tojson"] = _tojson
        environment.globals |= {"raise_exception": _refuse, "strftime_now": _now}
        self.stops = () if source else CHATML_STOPS
        self._marks = {"bos_token": bos, "eos_token": eos}
        try:
            self._template = environment.from_string(source or CHATML)
        except TemplateError as error:
            raise BadTemplate(f"chat template: {error}") from error

    def render(self, lines: Sequence[ChatLine], think: bool | None = None) -> str:
        """The prompt up to where the answer begins.

        Templates that refuse neighbours of one role get them merged; those without a system role get it folded
        into the first message of the person.
        """
        refusal: Exception | None = None
        for shape in (lines, _merged(lines), _merged(_folded(lines))):
            try:
                return self._render(shape, think)
            except (TemplateError, TypeError, ValueError, KeyError) as error:
                refusal = refusal or error
        raise BadTemplate(f"chat template: {refusal}") from refusal

    def _render(self, lines: Sequence[ChatLine], think: bool | None) -> str:
        choice: dict[str, Any] = {} if think is None else {"enable_thinking": think}
        messages = [{"role": line.role, "content": line.content} for line in lines]
        return self._template.render(messages=messages, add_generation_prompt=True, **self._marks, **choice)


def _merged(lines: Sequence[ChatLine]) -> list[ChatLine]:
    merged: list[ChatLine] = []
    for line in lines:
        if merged and merged[-1].role == line.role:
            merged[-1] = ChatLine(line.role, f"{merged[-1].content}\n\n{line.content}")
        else:
            merged.append(line)
    return merged


def _folded(lines: Sequence[ChatLine]) -> list[ChatLine]:
    return [ChatLine("user", line.content) if line.role == "system" else line for line in lines]


def _refuse(message: str) -> NoReturn:
    raise TemplateError(message)


def _now(form: str) -> str:
    return datetime.now().strftime(form)


def _tojson(value: object, indent: int | None = None) -> str:
    """Jinja's own filter escapes for HTML, which a prompt must not."""
    return json.dumps(value, ensure_ascii=False, indent=indent)
