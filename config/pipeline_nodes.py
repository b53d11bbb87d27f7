"""The pieces of a pipeline's YAML: tables, lists, texts, numbers, each taken from a node or refused with its line."""

from collections.abc import Sequence
from typing import Literal, TypeVar

import yaml

ProblemKind = Literal[
    "unreadable", "not_utf8", "not_yaml", "too_long", "not_a_table", "not_a_list", "not_text", "unknown_key", "twice",
    "missing", "empty", "too_many", "not_a_number", "out_of_range", "not_one_of",
]  # fmt: skip
TRUE, FALSE = ("true", "yes", "on"), ("false", "no", "off")
LONGEST_GIVEN = 60
Choice = TypeVar("Choice", bound=str)
Number = type[int] | type[float]


class PipelineProblem(Exception):
    """Where a pipeline is wrong and how: `key` is what it is about, `given` what stands there, `allowed` what may.

    `line` counts from 1; `file` is filled in where the file is known.
    """

    def __init__(self, line: int, kind: ProblemKind, key: str = "", given: str = "", allowed: str = "") -> None:
        super().__init__(line, kind, key, given, allowed)
        self.file = ""
        self.line, self.kind, self.key, self.given, self.allowed = line, kind, key, given[:LONGEST_GIVEN], allowed

    def __str__(self) -> str:
        about = " ".join(filter(None, (self.key, self.kind.replace("_", " "))))
        given = f" ({self.given})" if self.given else ""
        allowed = f"; allowed: {self.allowed}" if self.allowed else ""
        return f"{self.file}, line {self.line}: {about}{given}{allowed}"


class Table:
    """A mapping with known keys, each at most once; a key without a value counts as absent."""

    def __init__(self, node: yaml.Node, about: str, keys: Sequence[str]) -> None:
        if not isinstance(node, yaml.MappingNode):
            raise problem(node, "not_a_table", about, allowed=", ".join(keys))
        self.node = node
        self._values: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name not in keys:
                raise problem(key, "unknown_key", about, given=name, allowed=", ".join(keys))
            if name in self._values:
                raise problem(key, "twice", name)
            self._values[name] = value

    def get(self, key: str) -> yaml.Node | None:
        node = self._values.get(key)
        return None if node is None or is_null(node) else node

    def needed(self, key: str, example: str) -> yaml.Node:
        node = self.get(key)
        if node is None:
            raise problem(self._values.get(key, self.node), "missing", key, allowed=example)
        return node

    def text(self, key: str, most: int) -> str:
        """A text without white space around it, "" where there is none."""
        node = self.get(key)
        return "" if node is None else text_of(node, key, most)

    def one_of(self, key: str, choices: tuple[Choice, ...], otherwise: Choice) -> Choice:
        node = self.get(key)
        if node is None:
            return otherwise
        given = text_of(node, key, LONGEST_GIVEN)
        if given not in choices:
            raise problem(node, "not_one_of", key, given=given, allowed=", ".join(choices))
        return given

    def switch(self, key: str) -> bool | None:
        node = self.get(key)
        if node is None:
            return None
        given = text_of(node, key, LONGEST_GIVEN).lower()
        if given not in TRUE + FALSE:
            raise problem(node, "not_one_of", key, given=given, allowed="true, false")
        return given in TRUE

    def number(self, key: str, kind: Number, least: float, most: float) -> float | None:
        node = self.get(key)
        if node is None:
            return None
        given, allowed = text_of(node, key, LONGEST_GIVEN), f"{least}…{most}"
        try:
            value = kind(given)
        except (ValueError, OverflowError):
            raise problem(node, "not_a_number", key, given=given, allowed=allowed) from None
        if not least <= value <= most:
            raise problem(node, "out_of_range", key, given=given, allowed=allowed)
        return value


def listed(node: yaml.Node, key: str, most: int) -> list[yaml.Node]:
    """The entries of a list, at most `most`."""
    if not isinstance(node, yaml.SequenceNode):
        raise problem(node, "not_a_list", key, allowed=f"{key}: [...]")
    if len(node.value) > most:
        raise problem(node, "too_many", key, given=str(len(node.value)), allowed=f"≤ {most}")
    return list(node.value)


def text_of(node: yaml.Node, key: str, most: int) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise problem(node, "not_text", key)
    text: str = node.value.strip()
    if len(text) > most:
        raise problem(node, "too_long", key, given=f"{text[:20]}… {len(text)}", allowed=f"≤ {most}")
    return text


def problem(node: yaml.Node, kind: ProblemKind, key: str, given: str = "", allowed: str = "") -> PipelineProblem:
    return PipelineProblem(node.start_mark.line + 1, kind, key, given, allowed)


def is_null(node: yaml.Node) -> bool:
    return bool(node.tag == "tag:yaml.org,2002:null")
