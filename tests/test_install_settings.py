"""Every setting is explained where a person looks for it: .env.example and both READMEs."""

import re
from pathlib import Path

import pytest

from config.settings import Settings, load_settings

ROOT = Path(__file__).parents[1]
NAMES = [name.upper() for name in Settings.model_fields]
ONLY_COMPOSE = {"FIRST_MODEL", "OLLAMA_VERSION", "LLAMA_CTX_SIZE"}


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def example() -> str:
    return (ROOT / ".env.example").read_text(encoding="utf-8")


def assignments(example: str) -> list[str]:
    return re.findall(r"^#?([A-Z][A-Z_]+)=", example, re.MULTILINE)


def test_env_example_names_each_setting_once_and_nothing_else(example: str) -> None:
    assert sorted(assignments(example)) == sorted([*NAMES, *ONLY_COMPOSE])


def test_each_setting_of_env_example_has_a_line_of_why(example: str) -> None:
    lines = example.splitlines()
    for number, line in enumerate(lines):
        if re.match(r"#?[A-Z][A-Z_]+=", line):
            assert re.match(r"# \S.*\.", lines[number - 1]), f"no reason above {line!r}"


def test_env_example_as_it_is_changes_nothing() -> None:
    assert load_settings(ROOT / ".env.example") == load_settings(None)


def test_the_values_that_env_example_shows_are_the_defaults(example: str, tmp_path: Path) -> None:
    everything_set = tmp_path / ".env"
    everything_set.write_text(re.sub(r"^#(?=[A-Z][A-Z_]+=)", "", example, flags=re.MULTILINE), encoding="utf-8")
    assert load_settings(everything_set) == load_settings(None)


@pytest.mark.parametrize("readme", ["README.md", "README.ru.md"])
def test_readme_explains_each_setting(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert [name for name in NAMES if f"`{name}`" not in text] == []
