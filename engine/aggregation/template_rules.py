"""What a template may contain: a closed list, checked on its syntax tree before anything of it runs.

No calls, no assignments, no arithmetic and no chain of filters that grows, loops over the given lists only and never
one inside another, and not many parts: so a template that passes ends soon, makes no more than its facts allow, and
reaches nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jinja2 import nodes

ProblemKind = Literal[
    "syntax", "name", "field", "filter", "forbidden", "loop", "depth", "parts", "length", "fails", "output"
]
"""Not a template; a name, field or filter that does not exist; something forbidden; a loop over something else than a
list; too deep; too many parts; too long; fails with the facts; makes too much text."""


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """What is wrong in which line, and what is allowed there; `what` is the template's own word."""

    kind: ProblemKind
    line: int
    what: str
    allowed: tuple[str, ...] = ()


NAMES = ("question", "previous", "answers", "steps", "stage", "date")
LISTS = ("answers", "steps")
FIELDS = ("model", "text", "number", "name")
LOOP_FIELDS = ("index", "index0", "first", "last", "length", "revindex", "revindex0")
TEXT_FILTERS = ("upper", "lower", "title", "capitalize", "trim", "truncate", "length", "wordcount", "default")
LIST_FILTERS = ("reverse", "sort", "first", "last", "join", "length", "default")
FILTERS = tuple(dict.fromkeys((*TEXT_FILTERS, *LIST_FILTERS)))
TESTS = ("defined", "undefined", "none", "odd", "even", "eq", "ne", "lt", "le", "gt", "ge", "in", "string", "number")
STILL_LISTS = ("reverse", "sort")
MOST_PARTS = 300
DEEPEST_TREE = 40
ALLOWED: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.Const, nodes.Concat),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Add, nodes.Sub, nodes.Neg, nodes.Getitem),
    *(nodes.Slice, nodes.Keyword, nodes.Getattr, nodes.Filter, nodes.Test, nodes.Name, nodes.For, nodes.Tuple),
    nodes.List,
)


def problem_in(template: nodes.Template) -> TemplateProblem | None:
    """The first thing that is wrong."""
    if sum(1 for _ in template.find_all(nodes.Node)) > MOST_PARTS:
        return TemplateProblem("parts", 1, str(MOST_PARTS))
    return next(problems(template), None)


def problems(node: nodes.Node, known: tuple[str, ...] = (), depth: int = 0) -> Iterator[TemplateProblem]:
    """What is wrong in `node` and below it; `known` are the names of the loops around it."""
    if depth > DEEPEST_TREE:
        yield TemplateProblem("depth", node.lineno, str(DEEPEST_TREE))
        return
    if (problem := problem_of(node, known)) is not None:
        yield problem
        return
    if isinstance(node, nodes.For):
        yield from in_loop(node, known, depth)
        return
    for child in node.iter_child_nodes():
        yield from problems(child, known, depth + 1)


def problem_of(node: nodes.Node, known: tuple[str, ...]) -> TemplateProblem | None:
    """What is wrong with this very node."""
    if not isinstance(node, ALLOWED):
        return TemplateProblem("forbidden", node.lineno, word_for(node))
    return wrong_filter(node) if isinstance(node, nodes.Filter | nodes.Test) else wrong_name(node, known)


def wrong_name(node: nodes.Node, known: tuple[str, ...]) -> TemplateProblem | None:
    match node:
        case nodes.Name(name=name) if name not in (*NAMES, *known):
            return TemplateProblem("name", node.lineno, name, (*NAMES, *known))
        case nodes.Getattr(node=nodes.Name(name="loop"), attr=field) if field not in LOOP_FIELDS:
            return TemplateProblem("field", node.lineno, f"loop.{field}", LOOP_FIELDS)
        case nodes.Getattr(node=inner, attr=field) if not is_loop(inner) and field not in FIELDS:
            return TemplateProblem("field", node.lineno, field, FIELDS)
        case nodes.Getitem(arg=nodes.Const(value=str() as field)) if field not in FIELDS:
            return TemplateProblem("field", node.lineno, field, FIELDS)
        case nodes.Getitem(arg=arg) if not isinstance(arg, nodes.Const | nodes.Slice | nodes.Neg):
            return TemplateProblem("forbidden", node.lineno, "[]", FIELDS)
    return None


def wrong_filter(node: nodes.Filter | nodes.Test) -> TemplateProblem | None:
    given = [*node.args, *(keyword.value for keyword in node.kwargs)]
    if node.name == "join" and not all(isinstance(value, nodes.Const) for value in given):
        return TemplateProblem("forbidden", node.lineno, "join(…)")  # joins inside joins would grow
    allowed = TESTS if isinstance(node, nodes.Test) else FILTERS
    if node.name in allowed and isinstance(node, nodes.Filter):
        allowed = filters_for(node.node)
    return None if node.name in allowed else TemplateProblem("filter", node.lineno, node.name, allowed)


def filters_for(node: nodes.Node | None) -> tuple[str, ...]:
    """Filters of lists take nothing but the given lists: made of a text and joined again, it would grow each time."""
    return LIST_FILTERS if node and is_list(node) else TEXT_FILTERS


def is_loop(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == "loop"


def word_for(node: nodes.Node) -> str:
    """How a person would call what is forbidden."""
    words: dict[type[nodes.Node], str] = {
        nodes.Mul: "*",
        nodes.Pow: "**",
        nodes.Mod: "%",
        nodes.Div: "/",
        nodes.FloorDiv: "//",
        nodes.Call: "()",
    }
    return words.get(type(node), type(node).__name__.lower())


def in_loop(node: nodes.For, known: tuple[str, ...], depth: int) -> Iterator[TemplateProblem]:
    if "loop" in known:
        yield TemplateProblem("depth", node.lineno, "for")
    elif not is_list(node.iter):
        yield TemplateProblem("loop", node.lineno, "for", LISTS)
    elif node.recursive or not isinstance(node.target, nodes.Name):
        yield TemplateProblem("forbidden", node.lineno, "recursive" if node.recursive else "for a, b")
    else:
        inside = (*known, node.target.name, "loop")
        yield from problems(node.iter, known, depth + 1)
        for child in (*node.body, *([node.test] if node.test else [])):
            yield from problems(child, inside, depth + 1)
        for child in node.else_:
            yield from problems(child, known, depth + 1)


def is_list(node: nodes.Node) -> bool:
    """One of the given lists, or a part of it: answers, answers[:2], answers | reverse."""
    match node:
        case nodes.Name(name=name):
            return name in LISTS
        case nodes.Getitem(node=inner, arg=nodes.Slice()):
            return is_list(inner)
        case nodes.Filter(node=nodes.Node() as inner, name=name):
            return name in STILL_LISTS and is_list(inner)
        case _:
            return False
