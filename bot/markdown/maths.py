r"""LaTeX as readable Unicode where it is simple enough: x^2 is x², \frac{a}{b} is a/b.

Knows formulas only. What it cannot make readable it hands back as None, and the source is shown instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.markdown.latex_signs import (
    ACCENTS,
    BLACKBOARD,
    FUNCTIONS,
    IGNORED,
    LINES,
    OPERATORS,
    ROOMS,
    ROWS,
    SIZES,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    SYMBOLS,
    WORDS,
)

_LONGEST = 2000
_DEEPEST = 20
_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|[^\\\s]", re.DOTALL)
_SIMPLE = re.compile(r"[\w.′°]*")
_SPACES = re.compile(r"[ \t]+")


class _Unreadable(Exception):
    """The formula uses something that plain characters cannot show."""


def readable(latex: str) -> str | None:
    """The formula in plain characters, perhaps of several lines, or None when only its source will do."""
    if len(latex) > _LONGEST:
        return None
    try:
        text = _Formula(_TOKEN.findall(latex)).read()
    except _Unreadable:
        return None
    lines = [_SPACES.sub(" ", line).strip() for line in text.split("\n")]
    return "\n".join(line for line in lines if line) or None


def superscript(text: str) -> str:
    """Raised text: small characters where all of them exist, else ^(text)."""
    return _shifted(text, SUPERSCRIPTS, "^")


def subscript(text: str) -> str:
    return _shifted(text, SUBSCRIPTS, "_")


def _shifted(text: str, small: Mapping[str, str], sign: str) -> str:
    text = text.strip()
    packed = text.replace(" ", "")
    if all(character in small for character in packed):
        return "".join(small[character] for character in packed)
    return f"{sign}{text}" if len(text) <= 1 else f"{sign}({text})"


def _in_brackets(text: str) -> str:
    return text if _SIMPLE.fullmatch(text) else f"({text})"


class _Formula:
    """Reads a row of LaTeX tokens from left to right."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def read(self, until: str = "") -> str:
        """Everything up to the token `until`, which is taken too."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _Unreadable
        parts = []
        while (token := self._next()) != until:
            if not token:
                raise _Unreadable
            parts.append(self._one(token))
        self._depth -= 1
        return "".join(parts)

    def _next(self) -> str:
        if self._place >= len(self._tokens):
            return ""
        self._place += 1
        return self._tokens[self._place - 1]

    def _peek(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _one(self, token: str) -> str:
        match token:
            case "{":
                return self.read("}")
            case "}":
                raise _Unreadable
            case "^":
                return superscript(self._argument())
            case "_":
                return subscript(self._argument())
            case "~":
                return " "
            case "&":
                return " "
            case "\\\\":
                return "\n"
            case _ if token.isspace():
                return " "
            case _ if token.startswith("\\"):
                return self._command(token[1:])
            case _:
                return token

    def _argument(self) -> str:
        while self._peek().isspace():
            self._place += 1
        token = self._next()
        if not token:
            raise _Unreadable
        return self._one(token).strip()

    def _command(self, name: str) -> str:
        if name in SYMBOLS:
            return SYMBOLS[name]
        if name in OPERATORS:
            return f" {OPERATORS[name]} "
        if name in FUNCTIONS:
            return name if self._peek() in ("", "(", "^", "_", "}", "[") else f"{name} "
        if name in ROOMS:
            return ROOMS[name]
        if name in WORDS:
            return self._words()
        if name in IGNORED:
            return ""
        if name in ACCENTS:
            return "".join(letter + ACCENTS[name] for letter in self._argument())
        if len(name) == 1 and not name.isalnum():
            return {"|": "‖"}.get(name, name)
        return self._build(name)

    def _words(self) -> str:
        """A text inside a formula keeps its spaces."""
        return self.read("}") if self._peek() == "{" and self._next() else self._argument()

    def _build(self, name: str) -> str:
        match name:
            case "frac" | "dfrac" | "tfrac" | "cfrac":
                return self._fraction()
            case "binom":
                return f"C({self._argument()}, {self._argument()})"
            case "sqrt":
                return self._root()
            case "mathbb":
                return "".join(BLACKBOARD.get(letter, letter) for letter in self._argument())
            case "pmod":
                return f" (mod {self._argument()})"
            case "tag":
                return f" ({self._argument()})"
            case "begin":
                return self._environment(self._argument())
            case _ if name in SIZES:
                return self._bracket()
            case _:
                raise _Unreadable

    def _fraction(self) -> str:
        fraction = f"{_in_brackets(self._argument())}/{_in_brackets(self._argument())}"
        return f"({fraction})" if self._peek().isalnum() or self._peek().startswith("\\") else fraction

    def _root(self) -> str:
        degree = ""
        if self._peek() == "[":
            self._next()
            degree = superscript(self.read("]"))
        return f"{degree}√{_in_brackets(self._argument())}"

    def _bracket(self) -> str:
        bracket = self._argument()
        return "" if bracket == "." else bracket

    def _environment(self, name: str) -> str:
        start = self._place
        while self._peek() not in ("", "\\end"):
            self._place += 1
        inside = self._tokens[start : self._place]
        if not self._next() or self._argument() != name:
            raise _Unreadable
        if name in LINES:
            return "\n" + _Formula(inside).read() + "\n"
        if name in ROWS:
            rows = _Formula(inside).read().strip().split("\n")
            return f"[{'; '.join(_SPACES.sub(' ', row).strip() for row in rows)}]"
        raise _Unreadable
