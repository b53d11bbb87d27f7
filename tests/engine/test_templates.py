"""A person's templates: what they can do, and what they cannot whatever they try."""

import pytest

from bot.errors import sentence
from bot.texts import LANGUAGES, texts
from engine.aggregation.opinions import Opinion
from engine.aggregation.template_rules import NAMES, TemplateProblem
from engine.aggregation.templates import (
    LONGEST_TEMPLATE,
    BadTemplate,
    TemplateAnswer,
    TemplateFacts,
    TemplateStep,
    answers_of,
    check_template,
    render_template,
)

FACTS = TemplateFacts(
    question="Why is the sky blue?",
    previous="A draft.",
    answers=(TemplateAnswer(1, "llama3", "Because of air."), TemplateAnswer(2, "qwen3", "Scattering.")),
    steps=(TemplateStep("draft", "A draft."),),
    stage="experts",
    date="2026-11-20",
)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ question }}\n{{ previous }}", "Why is the sky blue?\nA draft."),
        ("{% for a in answers %}\n{{ loop.index }}. {{ a.model }}: {{ a.text }}\n{% endfor %}",
         "1. llama3: Because of air.\n2. qwen3: Scattering."),
        ("{{ answers | join('; ', attribute='text') }}", "Because of air.; Scattering."),
        ("{{ answers[0].text | upper }}", "BECAUSE OF AIR."),
        ("{{ answers | length }} of {{ stage }} on {{ date }}", "2 of experts on 2026-11-20"),
        ("{% if previous %}{{ previous }}{% else %}-{% endif %}", "A draft."),
        ("{% for a in answers if a.number > 1 %}{{ a.text }}{% endfor %}", "Scattering."),
        ("{% for s in steps %}{{ s.name ~ ': ' ~ s.text }}{% endfor %}", "draft: A draft."),
        ("{% for a in answers[:1] | reverse %}{{ a['model'] }}{% endfor %}", "llama3"),
    ],
)  # fmt: skip
def test_a_template_puts_the_facts_together(template: str, text: str) -> None:
    assert check_template(template) is None
    assert render_template(template, FACTS) == text


def test_an_unknown_name_is_told_with_its_line_and_the_names_there_are() -> None:
    assert check_template("{{ question }}\n{{ anwsers }}") == TemplateProblem("name", 2, "anwsers", NAMES)


@pytest.mark.parametrize(
    ("template", "kind"),
    [
        ("{{ question", "syntax"),
        ("{% for a in answers %}", "syntax"),
        ("{{ " + "9" * 5000 + " }}", "syntax"),
        ("{{ question.__class__.__mro__ }}", "field"),
        ("{{ question['__class__'] }}", "field"),
        ("{{ answers[0][question] }}", "forbidden"),
        ("{{ question | attr('__class__') }}", "filter"),
        ("{{ answers | map(attribute='text') }}", "filter"),
        ("{{ ''.join(answers) }}", "forbidden"),
        ("{{ self.__init__ }}", "field"),
        ("{{ cycler }}", "name"),
        ("{{ range(10) }}", "forbidden"),
        ("{% for i in range(999999999) %}x{% endfor %}", "loop"),
        ("{% for c in question %}{{ c }}{% endfor %}", "loop"),
        ("{% for a in answers recursive %}{{ loop(answers) }}{% endfor %}", "forbidden"),
        ("{% for a in answers %}{% for b in answers %}x{% endfor %}{% endfor %}", "depth"),
        ("{{ 'a' * 1000000000 }}", "forbidden"),
        ("{{ 9 ** 9 ** 9 ** 9 }}", "forbidden"),
        ("{{ '%999999999d' % 1 }}", "forbidden"),
        ("{{ 'a'.center(999999999) }}", "forbidden"),
        ("{{ 'a' | center(999999999) }}", "filter"),
        ("{{ question | replace('a', question) }}", "filter"),
        ("{{ question | join('aaaa') | join('aaaa') }}", "filter"),
        ("{{ answers | join(answers | join(answers | join(question))) }}", "forbidden"),
        ("{% set x = question ~ question %}{{ x }}", "forbidden"),
        ("{% with x = question %}{{ x }}{% endwith %}", "forbidden"),
        ("{% filter upper %}x{% endfilter %}", "forbidden"),
        ("{% macro m() %}{{ m() }}{% endmacro %}", "forbidden"),
        ("{% include 'config/settings.py' %}", "forbidden"),
        ("{% extends 'x' %}", "forbidden"),
        ("{% import 'os' as os %}", "forbidden"),
        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "depth"),
        ("{{ question" + " | upper | lower" * 60 + " }}", "depth"),
        ("{{ question }}" * 400, "parts"),
        ("x" * (LONGEST_TEMPLATE + 1), "length"),
    ],
)
def test_what_loops_grows_or_reaches_outside_is_refused(template: str, kind: str) -> None:
    problem = check_template(template)
    assert problem is not None
    assert problem.kind == kind
    with pytest.raises(BadTemplate):
        render_template(template, FACTS)
    for language in LANGUAGES:
        assert sentence(BadTemplate(problem), texts(language))


@pytest.mark.parametrize("template", ["{{ answers[7].text }}", "{{ question - 1 }}", "{{ steps[0].model }}"])
def test_a_template_that_does_not_work_out_says_so(template: str) -> None:
    assert check_template(template) is None
    with pytest.raises(BadTemplate) as caught:
        render_template(template, FACTS)
    assert caught.value.problem.kind == "fails"


def test_too_much_text_is_cut_off_while_it_is_made() -> None:
    facts = TemplateFacts("q" * 20_000, "", FACTS.answers * 20)
    with pytest.raises(BadTemplate) as caught:
        render_template("{% for a in answers %}{{ question }}{% endfor %}", facts)
    assert caught.value.problem.kind == "output"


def test_facts_are_text_and_never_a_template() -> None:
    facts = TemplateFacts("{{ previous }} {% for %}", "secret", ())
    assert render_template("{{ question }}", facts) == "{{ previous }} {% for %}"


def test_answers_are_numbered_and_empty_ones_left_out() -> None:
    opinions = [Opinion("a", "one"), Opinion("b", " "), Opinion("a", "two")]
    assert answers_of(opinions) == (TemplateAnswer(1, "a #1", "one"), TemplateAnswer(2, "a #2", "two"))
