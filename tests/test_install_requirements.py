"""Requirements: exact, explained, and neither too few nor too many."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = ["requirements.txt", "requirements-embedded.txt", "requirements-dev.txt", "requirements-guide.txt"]
LINE = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[\w.]+)(?P<why> +# \S.*)?")
# Used without an import of our own.
NOT_IMPORTED = {"aiohttp-socks"}  # aiogram imports it when BOT_PROXY is set
# Imported, and brought by another requirement that cannot do without it.
BROUGHT_ALONG = {"pydantic", "aiohttp", "numpy"}


def requirements(file: str) -> list[re.Match[str]]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    found = [LINE.fullmatch(line) for line in lines if line and not line.startswith(("#", "-r "))]
    assert all(found), f"{file}: a line is not name==version  # why"
    return [match for match in found if match]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported() -> set[str]:
    """Top-level names that bot, engine and config import, wherever in a file."""
    names: set[str] = set()
    for folder in ("bot", "engine", "config"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names.add(node.module.split(".")[0])
    return names - sys.stdlib_module_names - {"bot", "engine", "config"}


@pytest.mark.parametrize("file", FILES)
def test_versions_are_exact_and_no_package_is_named_twice(file: str) -> None:
    names = [normal(match["name"]) for match in requirements(file)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-embedded.txt", "requirements-guide.txt"])
def test_every_requirement_says_what_it_is_for(file: str) -> None:
    assert [match["name"] for match in requirements(file) if not match["why"]] == []


def test_what_the_code_imports_is_required_and_what_is_required_is_imported() -> None:
    required = {normal(match["name"]) for file in FILES[:2] for match in requirements(file)}
    providers = packages_distributions()
    used = {normal(providers.get(name, [name])[0]) for name in imported()}
    used = {"llama-cpp-python" if name == "llama-cpp" else name for name in used}  # absent where it was not built
    assert used - required - BROUGHT_ALONG == set()
    assert required - used - NOT_IMPORTED == set()
