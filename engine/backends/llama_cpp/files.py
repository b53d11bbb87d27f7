"""The GGUF files there are: those of models.yaml under their names, the others under their file names.

Looks at the disk each time, but reads a header again only when its file changed. What cannot be used is left
out and logged once. Knows nothing of processes.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from config.models_file import ModelEntry, ModelsFile, read_models_file
from engine.backends.base import GUIDE_NAME
from engine.backends.llama_cpp.pairing import EyesFile, eyes_for
from engine.errors import BadModelFile, ModelsAway
from engine.gguf import GgufHeader, first_part, is_later_part, read_header, whole_name

log = logging.getLogger(__name__)

GUIDE_FILE = Path(__file__).resolve().parents[3] / "models" / "guide.gguf"
DEFAULT_N_CTX = 8192
"""The window when nobody asks for another, if the model knows one as long."""

Stamp = tuple[tuple[int, int], ...]
"""Time of change and size of each part."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file that can be offered, under the name it is offered by."""

    name: str
    path: Path
    stamp: Stamp
    header: GgufHeader
    entry: ModelEntry
    inodes: tuple[int, ...] = ()
    eyes: EyesFile | None = None

    @property
    def eyes_path(self) -> str | None:
        return str(self.eyes.path.absolute()) if self.eyes else None

    @property
    def default_n_ctx(self) -> int:
        return self.entry.default_n_ctx or min(self.header.context_tokens or DEFAULT_N_CTX, DEFAULT_N_CTX)


class Files:
    """`models_dir` may be on a disk that comes and goes; `models_file` may be edited at any time.

    `guide` is a file of our own, offered last under GUIDE_NAME, wherever the others are.
    """

    def __init__(self, models_dir: Path, models_file: Path, guide: Path | None = None) -> None:
        self._models_dir = models_dir
        self._models_file = models_file
        self._guide = guide
        self._headers: dict[Path, tuple[Stamp, GgufHeader | BadModelFile]] = {}
        self._entries: tuple[Stamp | None, ModelsFile] = (None, ModelsFile())
        self._complaints: set[str] = set()
        self._faults: dict[str, BadModelFile] = {}
        self._is_empty = True

    def trouble(self, name: str) -> BadModelFile | ModelsAway | None:
        """Why the last scan did not find a model: its file is bad, or all are gone; None where it has none."""
        if fault := self._faults.get(name):
            return fault
        return ModelsAway("", folder=str(self._models_dir)) if self._is_empty else None

    def scan(self) -> dict[str, ModelFile]:
        """The files there are now, by name. Blocks: looks at the disk."""
        complaints: list[str] = []
        self._faults = {}
        found: dict[str, ModelFile] = {}
        registered: set[Path] = set()
        for entry in self._registered():
            path = first_part(self._models_dir.joinpath(entry.file or ""))
            registered.add(path.absolute())
            self._offer(entry, path, found, complaints)
        loose = self._loose()
        self._is_empty = not loose
        for path in loose:
            if path.absolute() not in registered:
                name = path.relative_to(self._models_dir).with_name(whole_name(path)).as_posix()
                self._offer(ModelEntry(name), path, found, complaints)
        if self._guide is not None and self._guide.is_file():
            self._offer(ModelEntry(GUIDE_NAME), self._guide, found, complaints)
        self._complain(complaints)
        eyes = [EyesFile(path, self._headers[path][0], header) for path, header in self._eyes(loose)]
        models = [(file.path, file.header) for file in found.values()]
        return {name: replace(file, eyes=self._eyes_of(file, eyes, models)) for name, file in found.items()}

    def _eyes(self, loose: list[Path]) -> Iterator[tuple[Path, GgufHeader]]:
        named = (self._models_dir.joinpath(entry.mmproj) for entry in self._registered() if entry.mmproj)
        for path in {path.absolute(): path for path in (*loose, *named)}.values():
            header = self._header(path)
            if isinstance(header, GgufHeader) and header.kind == "mmproj":
                yield path, header

    def _eyes_of(self, file: ModelFile, eyes: list[EyesFile], models: list[tuple[Path, GgufHeader]]) -> EyesFile | None:
        """Those that models.yaml names, else those that are found."""
        if file.entry.mmproj is None:
            return eyes_for(file.path, file.header, eyes, models)
        named = self._models_dir.joinpath(file.entry.mmproj).absolute()
        return next((one for one in eyes if one.path.absolute() == named), None)

    def _offer(self, entry: ModelEntry, path: Path, found: dict[str, ModelFile], complaints: list[str]) -> None:
        header = self._header(path)
        if isinstance(header, BadModelFile):
            complaints.append(f"model {entry.name} is left out: {path} {header.detail}")
            if os.path.lexists(path):
                self._faults.setdefault(entry.name, header)
        elif header.kind == "model" and entry.name not in found:
            found[entry.name] = ModelFile(
                entry.name, path, self._headers[path][0], header, entry, _inodes(header.parts)
            )

    def is_unchanged(self, file: ModelFile) -> bool:
        """Whether the file is still there as it was when it was scanned. Blocks: looks at the disk."""
        if file.eyes is not None and _stamp(file.eyes.path) != file.eyes.stamp:
            return False
        return _stamp(*file.header.parts) == file.stamp

    def was_overwritten(self, file: ModelFile) -> bool:
        """Whether other bytes stand in the very file now; one put in its place leaves what is mapped alone. Blocks."""
        return _inodes(file.header.parts) == file.inodes and _stamp(*file.header.parts) != file.stamp

    def _header(self, path: Path) -> GgufHeader | BadModelFile:
        known = self._headers.get(path)
        if known is not None and known[0] and known[0] == _stamp(*_parts(path, known[1])):
            return known[1]
        stamp = _stamp(path)
        try:
            header: GgufHeader | BadModelFile = read_header(path)
        except BadModelFile as error:
            header = error
        if parts := _parts(path, header)[1:]:
            stamp += _stamp(*parts)
        self._headers[path] = (stamp, header)
        return header

    def _registered(self) -> Iterator[ModelEntry]:
        stamp = _stamp(self._models_file)
        if stamp != self._entries[0]:
            models = read_models_file(self._models_file)
            for mistake in models.mistakes:
                log.warning("%s", mistake)
            self._entries = (stamp, models)
        return (entry for entry in self._entries[1].entries if entry.file is not None)

    def _loose(self) -> list[Path]:
        """Files with the ending .gguf anywhere below the models folder, a split model by its first part."""
        try:
            paths = [path for path in self._models_dir.rglob("*") if path.suffix.lower() == ".gguf"]
        except OSError:
            return []
        # The guide, or a copy of it: a container has its own beside the one in the folder that is mounted.
        guide = self._models_dir / GUIDE_FILE.name
        return sorted(path for path in paths if path.is_file() and not is_later_part(path) and path != guide)

    def _complain(self, complaints: list[str]) -> None:
        for complaint in complaints:
            if complaint not in self._complaints:
                log.warning("%s", complaint)
        self._complaints = set(complaints)


def _parts(path: Path, header: GgufHeader | BadModelFile) -> tuple[Path, ...]:
    """The files that decide about `path`; of a split model with a part missing, the folder, where parts appear."""
    if isinstance(header, GgufHeader):
        return header.parts
    return (path,) if whole_name(path) == path.name else (path, path.parent)


def _stamp(*paths: Path) -> Stamp:
    """() when a file is not there."""
    try:
        return tuple((status.st_mtime_ns, status.st_size) for status in (path.stat() for path in paths))
    except OSError:
        return ()


def _inodes(paths: Iterable[Path]) -> tuple[int, ...]:
    """Which files on the disk these are, whatever their names; () when one is not there."""
    try:
        return tuple(path.stat().st_ino for path in paths)
    except OSError:
        return ()
