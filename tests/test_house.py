"""Rules of the house that a machine can check: floors, needs of handlers, what is imported at the start, lengths."""

import ast
import inspect
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiogram import Router
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters import Command, Filter
from aiogram.filters.callback_data import CallbackQueryFilter
from importlinter.api import read_configuration
from importlinter.application.use_cases import SUCCESS, lint_imports

from bot.app import FEATURES

ROOT = Path(__file__).parents[1]
FLOORS = ("bot", "engine", "config", "scripts", "guide")
LONGEST_FILE = 300
LONGEST_TEST = 400
LONGEST_FUNCTION = 60
HEAVY = ("torch", "transformers", "chromadb", "sentence_transformers", "llama_cpp", "pynvml", "openai", "numpy")
BROAD = ("Exception", "BaseException")
FROM_AIOGRAM = {"bot", "event_from_user", "event_chat", "event_context", "event_update", "event_router", "dispatcher"}
FROM_THE_DOOR = {"parts", "user", "texts", "place"}
AT_HAND = FROM_AIOGRAM | FROM_THE_DOOR
FROM_A_FILTER: dict[type[Filter], set[str]] = {Command: {"command"}, CallbackQueryFilter: {"callback_data"}}
"""By subclass too: CommandStart is a Command."""
WORKPLACE = re.compile(r"/work\b|/tmp/bash_jobs|\bfarm\b", re.IGNORECASE)
NEVER_ALONE = re.compile(r"\b(message|callback\.message)\.(answer|reply|edit_text)\w*\(|\bbot\.(send|edit)_\w+\(")
MODELS_WORDS = ("dates", "judging", "number_words", "prompts", "quantities", "reading", "units", "vocabulary")
"""Files with words that models read and write; people do not see them."""
TEXT_FILES = (".py", ".md", ".ftl", ".yml", ".yaml", ".toml", ".txt", ".sh", ".sql", ".html", ".js", ".css", ".example")


def files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def handlers() -> Iterator[tuple[str, Router, HandlerObject]]:
    for feature in FEATURES:
        for event, observer in feature.router.observers.items():
            for handler in observer.handlers:
                yield event, feature.router, handler


def given(handler: HandlerObject) -> set[str]:
    """What a handler may ask for by name, besides the event itself."""
    kinds = [type(one.callback) for one in handler.filters or [] if isinstance(one.callback, Filter)]
    results = [names for kind in kinds for known, names in FROM_A_FILTER.items() if issubclass(kind, known)]
    functions = [one.callback for one in handler.filters or [] if inspect.isfunction(one.callback)]
    return AT_HAND.union(*results, *(made_by(function) for function in functions))


def made_by(function: Callable[..., object]) -> set[str]:
    """The names that a filter adds for its handler: the keys of the dictionaries in it."""
    found = ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function))))
    keys = (key for node in found if isinstance(node, ast.Dict) for key in node.keys)
    return {str(key.value) for key in keys if isinstance(key, ast.Constant)}


def needs(function: Callable[..., object]) -> list[str]:
    """The names a function asks for after the event; those with a default can be missing."""
    _, *others = inspect.signature(inspect.unwrap(function)).parameters.values()
    return [one.name for one in others if one.default is one.empty and one.kind is not one.VAR_KEYWORD]


def test_each_floor_stands_only_on_those_below(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT))
    contracts = read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]
    assert {contract["type"] for contract in contracts} == {"layers", "forbidden"}
    kept = lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None)
    assert kept == SUCCESS, capsys.readouterr().out


def test_every_need_of_every_handler_and_filter_is_met() -> None:
    """A missing one would show only when somebody presses the button."""
    unmet = {}
    for event, router, handler in handlers():
        functions = [one.callback for one in handler.filters or [] if inspect.isfunction(one.callback)]
        missing = set(needs(handler.callback)) - given(handler)
        missing |= {name for function in functions for name in needs(function)} - AT_HAND
        if missing:
            unmet[f"{router.name}.{handler.callback.__name__} ({event})"] = missing
    assert unmet == {}


def test_every_feature_handles_something_and_has_a_name_of_its_own() -> None:
    names = [feature.router.name for feature in FEATURES]
    assert len(set(names)) == len(names)
    assert {router.name for _, router, _ in handlers()} == set(names)


def test_nothing_heavy_is_imported_at_the_start() -> None:
    code = f"import sys, bot.__main__; print([name for name in {HEAVY!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert found.stderr == ""
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("path", files(*FLOORS, "tests"), ids=named)
def test_a_file_can_be_read_at_one_sitting(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    limit = LONGEST_TEST if "tests" in path.parts else LONGEST_FILE
    assert len(text.splitlines()) <= limit
    assert ast.get_docstring(ast.parse(text)), "it opens with what it does"


def test_no_function_turns_a_page() -> None:
    long = {
        f"{named(path)}:{node.name}": node.end_lineno - node.lineno
        for path in files(*FLOORS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno > LONGEST_FUNCTION
    }
    assert long == {}


def test_only_one_file_catches_everything() -> None:
    broad = {
        named(path)
        for path in files("bot", "engine", "config")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node)
    }
    assert broad == {"bot/errors.py"}


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """And keeps it: one that raises it again after cleaning up is not meant."""
    match handler.type:
        case None:
            names = ["BaseException"]
        case ast.Name(id=name):
            names = [name]
        case ast.Tuple(elts=kinds):
            names = [kind.id for kind in kinds if isinstance(kind, ast.Name)]
        case _:
            names = []
    raises = isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None
    return any(name in BROAD for name in names) and not raises


def test_nothing_is_sent_past_the_outbox() -> None:
    """A bare message.answer() loses the topic and the pace."""
    past = [
        f"{named(path)}:{number}: {line.strip()}"
        for path in files("bot")
        if "sandbox" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if NEVER_ALONE.search(line)
    ]
    assert past == []


def test_no_file_knows_where_it_was_written() -> None:
    known = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    if known.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in known.stdout.splitlines() if name != "tests/test_house.py"]
    telling = [
        f"{named(path)}: {found[0]}"
        for path in paths
        if path.is_file() and (path.suffix in TEXT_FILES or not path.suffix)
        if (found := WORKPLACE.search(path.read_text(encoding="utf-8")))
    ]
    assert telling == []


def test_every_sentence_for_people_lies_with_the_texts() -> None:
    """No Cyrillic in Python: what people read is in the .ftl files."""
    words = re.compile("[А-Яа-яЁё]{3,}")
    allowed = {"engine/dialog_settings.py", "bot/features/language.py"}  # words to type, a language's own name
    allowed |= {"engine/duel_prompts.py"}
    allowed |= {f"engine/aggregation/{name}.py" for name in MODELS_WORDS}
    found = {
        f"{named(path)}: {node.value[:40]!r}"
        for path in files("bot", "engine", "config")
        if "sandbox" not in path.parts and named(path) not in allowed
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and words.search(node.value)
    }
    assert found == set()
