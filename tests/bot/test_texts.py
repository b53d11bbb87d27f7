"""Rules of the texts: both languages say the same things, all of them are used, plurals are right, buttons fit."""

import ast
import re
import secrets
from pathlib import Path
from typing import get_args

import pytest
from aiogram.filters.callback_data import CallbackData
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor
from pydantic.fields import FieldInfo

import bot.app
from bot.commands import GROUP, KNOWN, OWNER, PRIVATE
from bot.hearing import commands_of
from bot.pipes.param_views import param_kinds
from bot.texts import FOLDER, LANGUAGES, texts
from config.pipeline import AggregationKind, Execution, Input, TieRule
from config.settings import Language
from engine.dialog_settings import kinds
from engine.pipelines.store import CODE_BYTES

LARGEST_ID = 2**53
CALLBACK_LIMIT_BYTES = 64
BY_KIND = {"steps-problem"}
"""These choose by the kind of an error, not by a number."""
IN_GENITIVE = ("invites-made", "invites-open", "invites-button-make")
"""«на 2 человек» and «на 5 человек» are alike, so these need no form for a few."""
ASKERS = ("texts", "_texts", "words")
BOT = Path(bot.app.__file__).parent


def messages(language: Language) -> dict[str, ftl.Message]:
    """All texts of a language; an id that stands twice is a mistake."""
    found: dict[str, ftl.Message] = {}
    for path in sorted(FOLDER.glob(f"{language}*.ftl")):
        for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, ftl.Junk), f"{path.name}: {entry.content}"
            if isinstance(entry, ftl.Message):
                assert entry.id.name not in found, f"{entry.id.name} stands twice"
                found[entry.id.name] = entry
    return found


class Seen(Visitor):
    """The variables of a text, and the names of the variants of each of its choices."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.choices: list[set[str]] = []

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:
        self.variables.add(node.id.name)

    def visit_SelectExpression(self, node: ftl.SelectExpression) -> None:
        keys = (variant.key for variant in node.variants)
        self.choices.append({key.name for key in keys if isinstance(key, ftl.Identifier)})
        self.generic_visit(node)


def seen_in(message: ftl.Message) -> Seen:
    seen = Seen()
    seen.visit(message)
    return seen


def sources() -> list[ast.Module]:
    return [ast.parse(path.read_text(encoding="utf-8")) for path in BOT.rglob("*.py") if "sandbox" not in path.parts]


def patterns() -> list[str]:
    """Every string of the code as a pattern; the holes of an f-string match anything."""
    found = []
    for node in (node for tree in sources() for node in ast.walk(tree)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(re.escape(node.value))
        elif isinstance(node, ast.JoinedStr):
            parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values]
            if parts[0] != ".+":
                found.append("".join(parts))
    return found


def ids_asked_for() -> set[str]:
    """The ids that code passes to texts(...) as they are, also by `a if x else b`."""
    calls = (node for tree in sources() for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
    asking = (
        call for call in calls if isinstance(call.func, ast.Name | ast.Attribute) and name_of(call.func) in ASKERS
    )
    return {text for call in asking for text in constants(call.args[0])}


def name_of(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def constants(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            return [*constants(body), *constants(orelse)]
        case _:
            return []


def test_both_languages_have_the_same_texts_with_the_same_variables() -> None:
    russian, english = messages("ru"), messages("en")
    assert russian.keys() == english.keys()
    for key, text in russian.items():
        assert seen_in(text).variables == seen_in(english[key]).variables, key


def test_every_text_that_the_code_asks_for_exists() -> None:
    missing = ids_asked_for() - messages("en").keys() - set(LANGUAGES)
    assert not missing


def test_every_text_is_used() -> None:
    used = [re.compile(pattern) for pattern in patterns()]
    unused = [key for key in messages("en") if not any(pattern.fullmatch(key) for pattern in used)]
    assert not unused


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_setting_and_command_is_explained(language: Language) -> None:
    words = texts(language)
    for key in kinds():
        assert words(f"setting-{key.replace('_', '-')}")
    for name in {*PRIVATE, *GROUP, *OWNER}:
        assert 1 <= len(words(f"command-{name}")) <= 256
    assert len(words("bot-description")) <= 512
    assert len(words("bot-short-description")) <= 120


@pytest.mark.parametrize("count", [1, 2, 5, 11, 21, 22, 111])
def test_russian_plurals_are_right(count: int) -> None:
    words = texts("ru")
    form = {1: "вопрос", 2: "вопроса", 5: "вопросов", 11: "вопросов", 21: "вопрос", 22: "вопроса", 111: "вопросов"}
    assert words("dialog-questions", questions=count) == f"{count} {form[count]}"
    assert (
        words("dialogs-head", count=count).split()[-1]
        == {
            "вопрос": "диалог",
            "вопроса": "диалога",
            "вопросов": "диалогов",
        }[form[count]]
    )


def test_each_russian_plural_has_all_its_forms() -> None:
    for key, text in messages("ru").items():
        for names in seen_in(text).choices if key not in BY_KIND else ():
            assert names >= ({"one", "many"} if key in IN_GENITIVE else {"one", "few", "many"}), key


def test_the_known_commands_are_those_that_handlers_take() -> None:
    routers = [feature.router for feature in bot.app.FEATURES]
    assert set(KNOWN) == {name for router in routers for name in commands_of(router)}


def callback_kinds() -> list[type[CallbackData]]:
    return [kind for kind in CallbackData.__subclasses__() if kind.__module__.startswith("bot.")]


@pytest.mark.parametrize("kind", callback_kinds(), ids=lambda kind: kind.__name__)
def test_the_longest_callback_data_fits(kind: type[CallbackData]) -> None:
    values = {name: longest(name, field) for name, field in kind.model_fields.items()}
    assert len(kind(**values).pack().encode()) <= CALLBACK_LIMIT_BYTES


def test_no_two_buttons_are_mistaken_for_each_other() -> None:
    prefixes = [kind.__prefix__ for kind in callback_kinds()]
    assert len(prefixes) == len(set(prefixes))


def longest(name: str, field: FieldInfo) -> object:
    """The longest value that a field can have."""
    match field.annotation:
        case annotation if annotation is int:
            return next((bound.lt - 1 for bound in field.metadata if hasattr(bound, "lt")), LARGEST_ID)
        case annotation if annotation is bool:
            return True
        case annotation if annotation is str:
            return longest_word(name)
        case annotation:
            return max(choices(annotation), key=len)


def longest_word(name: str) -> str:
    """Of a field that holds a word: a setting, one of a pipeline's choices, a link's code, or a value of a setting."""
    words = {
        "key": [*kinds(), *param_kinds(0)],
        "word": [*get_args(AggregationKind), *get_args(Input), *get_args(Execution), *get_args(TieRule)],
        "code": [secrets.token_urlsafe(CODE_BYTES)],
        "value": [word for kind in kinds().values() for word in (*kind.presets, "default")],
    }
    return max(words.get(name, words["value"]), key=len)


def choices(annotation: object) -> list[str]:
    """The words of a Literal, or of several Literals together."""
    args = get_args(annotation)
    return [word for arg in args for word in ([str(arg)] if isinstance(arg, str | int) else choices(arg))]
