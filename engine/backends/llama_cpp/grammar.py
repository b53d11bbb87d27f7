"""JSON schemas as grammars of llama.cpp. Runs in the child; knows no tokens."""

import json
import re

from llama_cpp.llama_grammar import SchemaConverter

STRING_CHARACTER = '[^"\\\\]'
JSON_CHARACTER = '[^"\\\\\\x7F\\x00-\\x1F]'
AFTER_THOUGHT = 'after-thought ::= ([^<] | "<" [^/])* "</think>" space root'


class BadSchema(Exception):
    """No grammar can be made of it."""


def grammar_of(schema: str, thinks_first: bool) -> tuple[str, str]:
    """The rules, and the name of the first one; `thinks_first` when the prompt has opened a thought.

    Ranges of numbers are not looked at; an enum is.
    """
    converter = _Converter(prop_order={}, allow_fetch=False, dotall=False, raw_pattern=False)
    try:
        converter.visit(converter.resolve_refs(json.loads(schema), "schema"), "")
    except (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError, re.error) as error:
        raise BadSchema(f"the schema cannot be followed: {error}") from error
    # The binding lets line breaks into strings, which JSON forbids.
    rules = str(converter.format_grammar()).replace(f"char ::= {STRING_CHARACTER}", f"char ::= {JSON_CHARACTER}")
    return (f"{rules}\n{AFTER_THOUGHT}", "after-thought") if thinks_first else (rules, "root")


class _Converter(SchemaConverter):  # type: ignore[misc]
    """The binding's own forgets to escape backslashes, so that "\\n" in a name would make it no JSON."""

    def _format_literal(self, literal: str) -> str:
        text = json.dumps(json.loads(literal), ensure_ascii=False)
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
