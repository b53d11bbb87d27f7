"""Models in the bot's own memory: those of the last session are loaded again at the start, idle ones leave in time.

What was in use when the bot stopped is read from the answers. Knows neither processes nor what fits.
"""

import asyncio
import logging
import time

from engine.answers import Answers
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.dialogs import Dialogs
from engine.errors import BackendError, StorageError
from engine.messages import Params

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
MOST_MODELS = 3
"""At the start; further ones are loaded when they are asked."""


class Warmth:
    """`keep_alive_s` is for models that models.yaml tells nothing of."""

    def __init__(self, backend: LlamaCppBackend, answers: Answers, dialogs: Dialogs, keep_alive_s: float) -> None:
        self._backend = backend
        self._answers = answers
        self._dialogs = dialogs
        self._keep_alive_s = keep_alive_s

    async def warm_up(self) -> None:
        """Load the models of the last session, the latest first, as far as they fit; trouble is logged."""
        try:
            for name, params in await self._last_used():
                await self._load(name, params)
        except StorageError as error:
            log.warning("what was loaded last could not be read: %s", error)

    async def watch(self) -> None:
        """Unload idle models until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await self._backend.unload_unused(time.monotonic(), self._keep_alive_s)

    async def _last_used(self) -> list[tuple[str, Params]]:
        """Models that were still in memory at the last answer of any of them, each as its last dialog wanted it."""
        used = await self._answers.last_of(self._backend.server)
        warm = [(name, dialog) for name, dialog, at in used if at >= used[0][2] - self._keep_alive_s]
        found = []
        for name, dialog_id in warm[:MOST_MODELS]:
            dialog = await self._dialogs.get(dialog_id)
            found.append((name, dialog.settings.params() if dialog else Params()))
        return found

    async def _load(self, name: str, params: Params) -> None:
        try:
            fits = await self._backend.load_beside(name, params)
        except BackendError as error:
            log.info("%s is not loaded at the start: %s", name, type(error).__name__)
            return
        log.info("%s is loaded again" if fits else "%s does not fit at the start", name)
