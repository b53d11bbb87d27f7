"""Templates: a person's own way to put answers together, in Jinja2, from a closed set of parts.

{% for answer in answers %}{{ answer.model }}: {{ answer.text }}
{% endfor %}
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from jinja2 import StrictUndefined, TemplateSyntaxError
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.aggregation.opinions import Opinion, names_of
from engine.aggregation.template_rules import TemplateProblem, problem_in
from engine.errors import EngineError

LONGEST_TEMPLATE = 8_000
LONGEST_OUTPUT = 400_000
"""Characters; more would not fit into any model's window."""


@dataclass(eq=False)
class BadTemplate(EngineError):
    """A template that cannot be used, or not with these facts."""

    problem: TemplateProblem


@dataclass(frozen=True, slots=True)
class TemplateAnswer:
    """One of `answers`: numbered from 1."""

    number: int
    model: str
    text: str


@dataclass(frozen=True, slots=True)
class TemplateStep:
    """One of `steps`: an earlier stage and what it came to."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """What a template can speak of. `date` as 2026-11-20; `previous` is the text of the stage before, or ""."""

    question: str
    previous: str
    answers: tuple[TemplateAnswer, ...]
    steps: tuple[TemplateStep, ...] = ()
    stage: str = ""
    date: str = ""


def answers_of(opinions: Sequence[Opinion]) -> tuple[TemplateAnswer, ...]:
    """Opinions as a template sees them; empty ones are left out."""
    named = zip(names_of(opinions), opinions, strict=True)
    said = [(name, opinion.text.strip()) for name, opinion in named if opinion.text.strip()]
    return tuple(TemplateAnswer(number, name, text) for number, (name, text) in enumerate(said, start=1))


def check_template(template: str) -> TemplateProblem | None:
    """What is wrong with a template; None if it may be saved."""
    if len(template) > LONGEST_TEMPLATE:
        return TemplateProblem("length", 1, str(len(template)), (str(LONGEST_TEMPLATE),))
    try:
        return problem_in(environment().parse(template))
    except TemplateSyntaxError as error:
        return TemplateProblem("syntax", error.lineno, error.message or "")
    except RecursionError:
        return TemplateProblem("depth", 1, "(")
    except ValueError as error:  # digits without end
        return TemplateProblem("syntax", 1, str(error)[:100])


def render_template(template: str, facts: TemplateFacts) -> str:
    """The text a template makes of `facts`; raises BadTemplate."""
    if problem := check_template(template):
        raise BadTemplate(problem)
    pieces, length = [], 0
    try:
        for piece in environment().from_string(template).generate(asdict(facts)):
            length += len(piece)
            if length > LONGEST_OUTPUT:
                raise BadTemplate(TemplateProblem("output", 1, str(length), (str(LONGEST_OUTPUT),)))
            pieces.append(piece)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
        raise BadTemplate(TemplateProblem("fails", getattr(error, "lineno", None) or 1, str(error)[:200])) from error
    return "".join(pieces).strip()


def environment() -> ImmutableSandboxedEnvironment:
    """Without any function of Jinja's own, and with errors for what does not exist."""
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals.clear()
    return made
