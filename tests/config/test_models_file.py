"""models.yaml as people write it, and as they write it wrong."""

from pathlib import Path

import pytest

from config.models_file import ModelEntry, read_models_file

EXAMPLE = """\
models:
  llama3:
    file: llama3_q5.gguf
    default_n_ctx: 8192
    default_gpu_layers: 32
    description: "Llama 3 Q5"
    mmproj: eyes.gguf
    keep_alive: 10m
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "models.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_model_is_read_with_all_its_fields(tmp_path: Path) -> None:
    models = read_models_file(written(tmp_path, EXAMPLE))
    entry = ModelEntry("llama3", Path("llama3_q5.gguf"), 8192, 32, "Llama 3 Q5", Path("eyes.gguf"), 600.0)
    assert models.entries == (entry,)
    assert models.mistakes == ()


def test_the_shipped_file_names_no_models_and_has_no_mistakes() -> None:
    models = read_models_file(Path(__file__).parents[2] / "config" / "models.yaml")
    assert (models.entries, models.mistakes) == ((), ())


@pytest.mark.parametrize("text", ["", "# only words\n", "models:\n", "models: {}\n", "models: []\n"])
def test_an_empty_file_names_no_models(tmp_path: Path, text: str) -> None:
    models = read_models_file(written(tmp_path, text))
    assert (models.entries, models.mistakes) == ((), ())


def test_a_file_that_is_not_there_names_no_models(tmp_path: Path) -> None:
    assert read_models_file(tmp_path / "models.yaml").mistakes == ()


def test_a_model_of_a_server_needs_no_file(tmp_path: Path) -> None:
    models = read_models_file(written(tmp_path, "models:\n  qwen3:8b:\n    description: мой любимый\n"))
    assert models.entries == (ModelEntry("qwen3:8b", description="мой любимый"),)


@pytest.mark.parametrize(
    ("text", "line", "problem", "allowed"),
    [
        ("models:\n  a:\n    fille: x.gguf\n", 3, "'fille'", "default_n_ctx"),
        ("models:\n  a:\n    file: x\n    default_n_ctx: many\n", 4, "not a whole number", "256"),
        ("models:\n  a:\n    file: x\n    default_n_ctx: 12\n", 4, "is 12", "256"),
        ("models:\n  a:\n    file: x\n    default_n_ctx: [1]\n", 4, "not a whole number", "256"),
        ("models:\n  a:\n    file: x\n    default_gpu_layers: -2\n", 4, "is -2", "-1"),
        ("models:\n  a:\n    file: x\n    keep_alive: soon\n", 4, "no time", "10m"),
        ("models:\n  a:\n    file: [x]\n", 3, "not text", "text"),
        ("models:\n  a:\n    file: x\n    file: y\n", 4, "twice", "once"),
        ("models:\n  a: x.gguf\n", 2, "no fields", "file"),
        ("models:\n  a: {file: x}\n  a: {file: y}\n", 3, "twice", "once"),
        ("models: x\n", 1, "not a table", "file"),
        ("model:\n  a: {file: x}\n", 1, "'model'", "models"),
        ("- a\n", 1, "not a table", "models"),
        ("models:\n  a: {file: x\n", 3, "expected", "YAML"),
        ("models:\n\ta: 1\n", 2, "token", "YAML"),
        ("models:\n  a: &x {file: *x}\n", 2, "not text", "text"),
        ("models:\n  a: {file: *x}\n", 2, "undefined alias", "YAML"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_is_allowed(
    tmp_path: Path, text: str, line: int, problem: str, allowed: str
) -> None:
    (mistake,) = read_models_file(written(tmp_path, text)).mistakes
    assert mistake.line == line
    assert problem in mistake.problem
    assert allowed in mistake.allowed
    assert str(mistake).startswith(f"{tmp_path / 'models.yaml'}, line ")


def test_a_mistake_in_one_model_leaves_the_others(tmp_path: Path) -> None:
    models = read_models_file(written(tmp_path, EXAMPLE + "  broken:\n    default_n_ctx: 0\n"))
    assert [entry.name for entry in models.entries] == ["llama3"]
    assert [mistake.line for mistake in models.mistakes] == [10]


def test_a_file_in_another_encoding_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "models.yaml"
    path.write_bytes("models:\n  a: {description: привет}\n".encode("cp1251"))
    assert "UTF-8" in read_models_file(path).mistakes[0].allowed
