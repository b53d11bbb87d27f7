"""Ordinary answers: what a person sees, where messages end, and that no word is lost on the way."""

from __future__ import annotations

import re
import unicodedata
from random import Random

import pytest
from aiogram.types import MessageEntity

from bot.markdown import Formatted, format_markdown, format_plain, utf16_len
from bot.markdown.maths import readable
from bot.markdown.tables import display_width
from tests.bot.markdown_vectors import FORMULAS, NOTHING, VECTORS, Vector
from tests.bot.telegram_rules import broken_rule


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_answer_looks_right(vector: Vector) -> None:
    (message,) = format_markdown(vector.markdown)
    assert message.text == vector.text
    assert tuple(_seen(message.text, entity) for entity in message.entities) == vector.entities
    assert broken_rule(message.text, message.entities) is None


def _seen(text: str, entity: MessageEntity) -> tuple[str, ...]:
    extra = (value,) if (value := entity.url or entity.language) else ()
    return (entity.type, entity.extract_from(text), *extra)


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_to_see_makes_no_message(text: str) -> None:
    assert format_markdown(text) == []


@pytest.mark.parametrize(("latex", "text"), FORMULAS)
def test_formula_is_readable_or_left_alone(latex: str, text: str | None) -> None:
    assert readable(latex) == text


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("日本", 4), ("😀", 2), ("👨‍👩‍👧", 2), ("👍🏽", 2), ("e\u0301", 1), ("❤️", 2), ("🇷🇺", 2)],
)
def test_width_in_a_monospace_font(text: str, width: int) -> None:
    assert display_width(text) == width


@pytest.mark.parametrize(("text", "units"), [("", 0), ("abc", 3), ("жук", 3), ("😀a", 3), ("👨‍👩‍👧", 8)])
def test_lengths_are_counted_in_utf16(text: str, units: int) -> None:
    assert utf16_len(text) == units


def test_messages_end_between_blocks() -> None:
    paragraphs = [f"Part {number}. " + "word " * 150 for number in range(12)]
    messages = format_markdown("\n\n".join(paragraphs))
    assert len(messages) > 1
    assert all(message.text.startswith("Part ") for message in messages)


def test_heading_stays_with_its_text() -> None:
    messages = format_markdown("word " * 700 + "\n\n## Heading\n\n" + "text " * 200)
    assert [message.text[:7] for message in messages] == ["word wo", "Heading"]


def test_code_cut_by_a_split_goes_on_as_code_of_the_same_language() -> None:
    lines = [f"    line {number}" for number in range(1000)]
    messages = format_markdown("Look:\n\n```python\n" + "\n".join(lines) + "\n```")
    assert len(messages) > 2
    for message in messages:
        assert [entity.language for entity in message.entities] == ["python"]
        assert all(line.startswith("    line ") for line in message.entities[0].extract_from(message.text).split("\n"))
    assert re.findall(r"\d+", " ".join(message.text for message in messages)) == [str(number) for number in range(1000)]


def test_style_cut_by_a_split_goes_on() -> None:
    messages = format_markdown("**" + "word " * 2000 + "end**")
    assert len(messages) == 3
    assert all(message.entities[0].extract_from(message.text) == message.text for message in messages)


def test_long_text_ends_at_a_sentence() -> None:
    messages = format_plain("One more thought. " * 400)
    assert all(message.text.endswith("thought.") for message in messages)


@pytest.mark.parametrize("cluster", ["😀", "👨‍👩‍👧", "🇷🇺", "e\u0301\u0302", "👍🏽"])
def test_hard_cut_never_tears_a_sign(cluster: str) -> None:
    for limit in range(1000, 1012):
        for message in format_plain(cluster * 1000, limit):
            assert message.text == cluster * (len(message.text) // len(cluster))
            assert utf16_len(message.text) <= limit


def test_more_than_a_hundred_styles_are_spread_over_messages() -> None:
    messages = format_markdown("**bold** `code` and a few plain words. " * 90)
    assert sum(len(message.entities) for message in messages) == 180
    assert all(len(message.entities) <= 100 for message in messages)


def test_far_too_many_styles_keep_the_text() -> None:
    messages = format_markdown("*a* " * 1000)
    assert "".join(message.text for message in messages).count("a") == 1000


def test_very_long_answer_arrives_as_it_was_written() -> None:
    messages = format_markdown("**word** " * 20_000)
    assert all(message.entities == () for message in messages)


def test_formatted_answers_compare_by_value() -> None:
    assert format_markdown("a") == [Formatted("a")]


TEMPLATES = (
    "{} {} {}.", "# {} {}", "### {}", "**{} {}** {}", "*{}* ~~{}~~ `{}`", "- {}\n- {}\n  - {} {}\n    1. {}",
    "7. {}\n8. {}\n\n   {}", "> {} {}\n> > {}", "```\n{}\n  {}\n```", "```python\n{}",
    "| {} | {} |\n|---|:-:|\n| {} | {} |", "|{}|\n|-|\n|{} {} {} {} {} {} {} **{}**|", "[{} {}](https://a.b)",
    "[{}](nowhere)", "![{}](https://a.b/c)", "{}<br>{}", "<b>{}</b> <sup>{}</sup>", "<div>{}</div>",
    "$x_{{{}}}$ {}", "\\[\n\\frac{{{}}}{{{}}}\n\\]", "- [x] {}\n- [ ] {}", "{}[^1]\n\n[^2]: {}",
    "    {}\n    {}", "{}\n===", "~~~ sh {}\n{}\n~~~", "* * {}", "**{}",
    "<details><summary>{}</summary>\n\n{}\n\n</details>", "[1]: {}", "{}\\n{}", "{}  \n{}",
    "\\({}\\) costs ${} and ${}", "&amp;{}&lt;", "<i>{}", "\t{}",
)  # fmt: skip


@pytest.mark.parametrize("first", range(0, 1500, 500))
def test_no_word_is_lost_or_moved(first: int) -> None:
    for seed in range(first, first + 500):
        markdown, words = _document(Random(seed))
        for limit in (4096, 120):
            text = "\n".join(message.text for message in format_markdown(markdown, limit))
            assert re.findall("w[0-9]+w", unicodedata.normalize("NFKC", text)) == words, f"seed {seed}"


def _document(random: Random) -> tuple[str, list[str]]:
    """Constructs in any order; every gap holds a word of its own."""
    parts = []
    count = 0
    for template in random.choices(TEMPLATES, k=random.randint(1, 12)):
        needed = template.replace("{{", "").replace("}}", "").count("{}")
        parts.append(template.format(*(f"w{number}w" for number in range(count, count + needed))))
        count += needed
        if "```python" in template:
            parts.append("```")
    return "\n\n".join(parts), [f"w{number}w" for number in range(count)]
