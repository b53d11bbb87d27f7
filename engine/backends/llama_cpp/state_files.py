"""Computed dialogs as files: root/<model>/<dialog>.state, private, checked before they are believed, bounded in all.

A file holds token ids and text of what was said, so `forget` must leave none. Whatever a disk refuses is only
computed again. Used by the bot and by its children; knows no llama.cpp.
"""

import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from engine.backends.llama_cpp.kept import STAGE_MARK, Kept
from engine.backends.llama_cpp.state_format import BadState, Origin, read_state, write_state

log = logging.getLogger(__name__)

LEFT_FREE_BYTES = 512 << 20
"""Room on the disk that is left to others: the database lies there too."""
ENDING, UNFINISHED = ".state", ".part"
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
MARKS = {".": "%2E", "~": "%7E"}
"""What quote lets pass and file names here use to tell dialogs, stages and endings apart."""


class StateFiles:
    """`root` need not exist; all files together take at most `budget_bytes`, 0 means that none are written."""

    def __init__(self, root: Path, budget_bytes: int) -> None:
        self.root = root
        self.budget_bytes = budget_bytes

    def write(self, origin: Origin, kept: Kept, goes_on: Callable[[], bool]) -> bool:
        """Write it whole, in place of the one before; False, and nothing is there, if that cannot be.

        The files used longest ago make room. `goes_on` is asked now and then.
        """
        path = self._path(origin.model, origin.dialog)
        unfinished = path.with_name(f"{path.name}.{os.getpid()}{UNFINISHED}")
        try:
            path.unlink(missing_ok=True)
            if not self._make_room(len(kept.data)):
                return False
            path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
            with os.fdopen(handle, "wb", buffering=0) as file:
                is_whole = write_state(file, origin, kept, goes_on)
            if is_whole:
                unfinished.replace(path)
                return True
        except OSError as error:
            log.info("what was computed of a dialog is not kept on disk: %s", error)
        _remove(unfinished)
        return False

    def read(self, origin: Origin) -> Kept | None:
        """What the file holds; None, and the file is gone, if it cannot be believed."""
        path = self._path(origin.model, origin.dialog)
        try:
            with path.open("rb", buffering=0) as file:
                kept = read_state(file, origin)
            os.utime(path)  # it was used now
            return kept
        except FileNotFoundError:
            return None
        except (OSError, BadState) as error:
            log.warning("%s is removed: %s", path, error)
            _remove(path)
            return None

    def has(self, model: str, dialog: str) -> bool:
        return self._path(model, dialog).exists()

    def forget(self, dialog: str) -> None:
        """Remove all files of a dialog and its stages, of whatever model; raises OSError if one cannot be removed."""
        name = _quoted(dialog)
        for path in tuple(self._all()):
            if path.name.startswith((f"{name}.", f"{name}~")):
                path.unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove what a power cut left unfinished, or all, if none are written any more; nobody may write now."""
        for path in tuple(self._all()):
            if path.suffix == UNFINISHED or not self.budget_bytes:
                _remove(path)

    def _path(self, model: str, dialog: str) -> Path:
        name, _, stage = dialog.partition(STAGE_MARK)
        mark = f"~{hashlib.blake2b(stage.encode(), digest_size=8).hexdigest()}" if stage else ""
        return self.root / model / f"{_quoted(name)}{mark}{ENDING}"

    def _make_room(self, size_bytes: int) -> bool:
        """Remove the files used longest ago until `size_bytes` fit."""
        if size_bytes > self.budget_bytes:
            return False
        files = sorted(_used(path) for path in self._all())
        used = sum(size for _, size, _ in files)
        room = shutil.disk_usage(_existing(self.root)).free - LEFT_FREE_BYTES
        for _, size, path in files:
            if used + size_bytes <= self.budget_bytes and size_bytes <= room:
                break
            _remove(path)
            used, room = used - size, room + size
        return size_bytes <= room

    def _all(self) -> Iterator[Path]:
        """Every file of every model; none where there is no folder yet."""
        return self.root.glob("*/*")


def _quoted(name: str) -> str:
    text = quote(name, safe="")
    return "".join(MARKS.get(letter, letter) for letter in text)


def _used(path: Path) -> tuple[int, int, Path]:
    """When a file was used last, and its size; another process may have removed it."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0, path
    return status.st_mtime_ns, status.st_size, path


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next((path for path in (folder, *folder.absolute().parents) if path.exists()), Path())


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("%s cannot be removed: %s", path, error)
