"""What the bot's side does about computed dialogs: where children may keep them, and that none outlives its dialog.

Knows children, but neither how they are started nor what they compute.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from engine.backends.llama_cpp.child import Child
from engine.backends.llama_cpp.files import ModelFile
from engine.backends.llama_cpp.identity import identity
from engine.backends.llama_cpp.state_files import StateFiles
from engine.backends.llama_cpp.wire import Forget
from engine.errors import ModelCrashed, SilentModel, StorageError

SETTLE_S = 4.0
"""How long a child may write before it is ended; what it does not manage is computed again."""


@dataclass(frozen=True, slots=True)
class Place:
    """A model's folder for states; `folder` "": none."""

    folder: str = ""
    model: str = ""
    size_bytes: int = 0


class Keeping:
    """`files` None: children keep nothing beyond their end."""

    def __init__(self, files: StateFiles | None) -> None:
        self._files = files

    async def place(self, file: ModelFile) -> Place:
        """Where the child of a model may keep what it computes."""
        if self._files is None or not self._files.budget_bytes:
            return Place()
        model = await asyncio.to_thread(identity, file.header.parts)
        return Place(str(self._files.root.absolute()), model, self._files.budget_bytes) if model else Place()

    async def end(self, child: Child) -> None:
        """Let a child write what it computed, then end it."""
        if self._files is not None and self._files.budget_bytes:
            await child.settle(SETTLE_S)
        await child.end()

    async def forget(self, dialog: str, wholly: bool, children: Iterable[Child]) -> None:
        """Nothing of a dialog is left in files, and, if `wholly`, in children; StorageError if a file cannot go."""
        async with asyncio.TaskGroup() as group:
            for child in children:
                group.create_task(_forgotten(child, dialog, wholly))
        if self._files is None:
            return
        try:
            await asyncio.to_thread(self._files.forget, dialog)
        except OSError as error:
            raise StorageError(str(error)) from error


async def _forgotten(child: Child, dialog: str, wholly: bool) -> None:
    """One that is gone, or that does not answer and is therefore ended, has forgotten too."""
    try:
        await child.ask(Forget(child.next_id(), dialog, wholly))
    except ModelCrashed:
        return
    except SilentModel:
        await child.end()
