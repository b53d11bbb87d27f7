"""What the bot's side does about computed dialogs: where children may keep them, and that none outlives its dialog.

Knows children, but neither how they are started nor what they compute.
"""

import asyncio
from dataclasses import replace

from engine.backends.llama_cpp.child import Child
from engine.backends.llama_cpp.files import ModelFile
from engine.backends.llama_cpp.identity import identity
from engine.backends.llama_cpp.state_files import StateFiles
from engine.backends.llama_cpp.wire import Forget, Load
from engine.errors import ModelCrashed, SilentModel, StorageError

MAX_KEPT_BYTES = 256 << 20
KEPT_SHARE = 4
"""Of the memory that is left after loading this part may keep dialogs that had to make room, up to the limit."""
SETTLE_S = 4.0
"""How long a child may write before it is ended; what it does not manage is computed again."""


class Keeping:
    """`files` None: children keep nothing beyond their end. `children` are those there are now, noted by others."""

    def __init__(self, files: StateFiles | None) -> None:
        self.children: set[Child] = set()
        self._files = files

    async def room(self, load: Load, file: ModelFile, spare_bytes: int) -> Load:
        """The request with room in it for computed dialogs; `spare_bytes` of main memory are left after loading."""
        share = spare_bytes // KEPT_SHARE
        load = replace(load, kept_bytes=min(MAX_KEPT_BYTES, share), waiting_bytes=share)
        if self._files is None or not self._files.budget_bytes:
            return load
        model = await asyncio.to_thread(identity, file.header.parts)
        if not model:
            return load
        return replace(
            load, states=str(self._files.root.absolute()), model=model, states_bytes=self._files.budget_bytes
        )

    async def end(self, child: Child) -> None:
        """Let a child write what it computed, then end it."""
        if child.has_model and self._files is not None and self._files.budget_bytes:
            await child.settle(SETTLE_S)
        await child.end()

    async def forget(self, dialog: str, wholly: bool) -> None:
        """Nothing of a dialog is left in files, and, if `wholly`, in children; StorageError if a file cannot go."""
        async with asyncio.TaskGroup() as group:
            for child in [child for child in self.children if child.has_model]:
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
