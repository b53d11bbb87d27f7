"""config/models.yaml: the models a person has named. Read with line numbers, so that a mistake can be found.

A mistake costs the entry it is in, never the start. Whether the files are there is not known here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from config.durations import seconds

KEYS = ("file", "mmproj", "default_n_ctx", "default_gpu_layers", "keep_alive", "description")
MIN_N_CTX, MAX_N_CTX = 256, 10_000_000
MAX_GPU_LAYERS = 10_000


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model; `file` is relative to MODELS_DIR or absolute, None where a model of a server is described.

    `mmproj` is the file with its eyes, where it cannot be found by itself; `keep_alive_s` how long it stays in memory
    unused, None as the settings say.
    """

    name: str
    file: Path | None = None
    default_n_ctx: int | None = None
    default_gpu_layers: int | None = None
    description: str = ""
    mmproj: Path | None = None
    keep_alive_s: float | None = None


@dataclass(frozen=True, slots=True)
class FileMistake:
    """Where a file is wrong, how, and what would be right; lines count from 1."""

    file: Path
    line: int
    problem: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.problem}; allowed: {self.allowed}"


@dataclass(frozen=True, slots=True)
class ModelsFile:
    """What is usable, and what is not."""

    entries: tuple[ModelEntry, ...] = ()
    mistakes: tuple[FileMistake, ...] = ()


def read_models_file(path: Path) -> ModelsFile:
    """Read models.yaml; a file that is not there names no models."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ModelsFile()
    except OSError as error:
        return _unreadable(path, 1, error.strerror or str(error), "a file that can be read")
    except UnicodeDecodeError:
        return _unreadable(path, 1, "not UTF-8 text", "UTF-8 text")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return _unreadable(path, _line_of(error), _first_line(error), "YAML")
    return _Reading(path).models(root)


def _unreadable(path: Path, line: int, problem: str, allowed: str) -> ModelsFile:
    return ModelsFile(mistakes=(FileMistake(path, line, problem, allowed),))


def _line_of(error: Exception) -> int:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    return mark.line + 1 if mark else 1


def _first_line(error: Exception) -> str:
    problem = error.problem if isinstance(error, yaml.MarkedYAMLError) else None
    return problem or (str(error).splitlines() or ["not YAML"])[0]


class _Wrong(Exception):
    def __init__(self, node: yaml.Node, problem: str, allowed: str) -> None:
        super().__init__(problem)
        self.line, self.problem, self.allowed = node.start_mark.line + 1, problem, allowed


class _Reading:
    """One pass over the parsed file; collects mistakes as it goes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mistakes: list[FileMistake] = []

    def models(self, root: yaml.Node | None) -> ModelsFile:
        entries: dict[str, ModelEntry] = {}
        for key, node in self._models_nodes(root):
            try:
                entry = _entry(_name(key), node)
                if entry.name in entries:
                    raise _Wrong(key, f"the model {entry.name!r} is there twice", "each name once")
                entries[entry.name] = entry
            except _Wrong as wrong:
                self._note(wrong)
        return ModelsFile(tuple(entries.values()), tuple(self._mistakes))

    def _models_nodes(self, root: yaml.Node | None) -> list[tuple[yaml.Node, yaml.Node]]:
        try:
            return list(_models(root))
        except _Wrong as wrong:
            self._note(wrong)
            return []

    def _note(self, wrong: _Wrong) -> None:
        self._mistakes.append(FileMistake(self._path, wrong.line, wrong.problem, wrong.allowed))


def _models(root: yaml.Node | None) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """The pairs under `models:`; an empty file and an empty list have none."""
    if root is None or _is_empty(root):
        return
    if not isinstance(root, yaml.MappingNode):
        raise _Wrong(root, "the file is not a table", "models: at the top")
    for key, node in root.value:
        if key.value != "models":
            raise _Wrong(key, f"unknown key {key.value!r}", "models")
        if isinstance(node, yaml.MappingNode):
            yield from node.value
        elif not _is_empty(node):
            raise _Wrong(node, "models is not a table of models", "name: {file: ...}")


def _entry(name: str, node: yaml.Node) -> ModelEntry:
    if not isinstance(node, yaml.MappingNode):
        raise _Wrong(node, f"the model {name!r} has no fields", ", ".join(KEYS))
    fields: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if key.value not in KEYS:
            raise _Wrong(key, f"unknown key {key.value!r}", ", ".join(KEYS))
        if key.value in fields:
            raise _Wrong(key, f"{key.value} is there twice", "each key once")
        fields[key.value] = value
    return ModelEntry(
        name=name,
        file=_path(fields.get("file"), "file"),
        mmproj=_path(fields.get("mmproj"), "mmproj"),
        default_n_ctx=_number(fields.get("default_n_ctx"), "default_n_ctx", MIN_N_CTX, MAX_N_CTX),
        default_gpu_layers=_number(fields.get("default_gpu_layers"), "default_gpu_layers", -1, MAX_GPU_LAYERS),
        keep_alive_s=_duration(fields.get("keep_alive"), "keep_alive"),
        description=_text(fields.get("description"), "description"),
    )


def _name(key: yaml.Node) -> str:
    if not isinstance(key, yaml.ScalarNode) or not key.value.strip():
        raise _Wrong(key, "a model without a name", "a name of letters, digits and . _ - : /")
    name: str = key.value.strip()
    return name


def _text(node: yaml.Node | None, key: str) -> str:
    if node is None or _is_empty(node):
        return ""
    if not isinstance(node, yaml.ScalarNode):
        raise _Wrong(node, f"{key} is not text", "text")
    text: str = node.value.strip()
    return text


def _path(node: yaml.Node | None, key: str) -> Path | None:
    path = _text(node, key)
    return Path(path).expanduser() if path else None


def _duration(node: yaml.Node | None, key: str) -> float | None:
    text = _text(node, key)
    try:
        return seconds(text) if text else None
    except ValueError as error:
        assert node is not None
        raise _Wrong(node, f"{key} is no time", str(error)) from error


def _number(node: yaml.Node | None, key: str, least: int, most: int) -> int | None:
    if node is None or _is_empty(node):
        return None
    try:
        number = int(node.value)
    except (ValueError, TypeError) as error:
        raise _Wrong(node, f"{key} is not a whole number", f"{least} to {most}") from error
    if not least <= number <= most:
        raise _Wrong(node, f"{key} is {number}", f"{least} to {most}")
    return number


def _is_empty(node: yaml.Node) -> bool:
    """`key:` with nothing behind it, and `{}` or `[]`."""
    return node.tag == "tag:yaml.org,2002:null" or not node.value
