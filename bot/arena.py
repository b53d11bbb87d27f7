"""The arena: talks between models on the screen. One task a talk that runs.

A speech is stored before it is shown to its end; what did not arrive is shown at the next start.
"""

from aiogram.methods import SendMessage

from bot.duel_views import controls_view, running_keyboard
from bot.errors import reported, sentence
from bot.outbox import Outbox
from bot.people import texts_for
from bot.speeches import Speeches
from bot.texts import Texts
from engine.assembly import Engine
from engine.dialogs import Dialog
from engine.duels import Duel
from engine.errors import EngineError
from engine.runs import StopReason
from engine.users import Preferences, User


class Arena:
    """Lets talks run, and shows how they stand."""

    def __init__(self, engine: Engine, outbox: Outbox) -> None:
        self._engine = engine
        self._outbox = outbox
        self._talking: set[int] = set()

    async def resume(self) -> None:
        """At the start: show what did not arrive, and which talks were interrupted."""
        for duel_id in await self._engine.duels.due():
            self._outbox.start(self._show_late(duel_id))

    def start(self, duel_id: int) -> None:
        """Let a talk run that is marked as running; one that runs already goes on."""
        if duel_id not in self._talking:
            self._talking.add(duel_id)
            self._outbox.start(self._talk(duel_id))

    async def _talk(self, duel_id: int) -> None:
        """Run, and run again if the person let it go on in the moment it ended."""

        async def tell(error: BaseException) -> None:
            await self._engine.duels.move(duel_id, "paused", "failed", only_from=("running",))
            await self._show_end(duel_id, error)

        try:
            async with reported(tell):
                while (duel := await self._engine.duels.get(duel_id)) and duel.state == "running":
                    if not await self._run(duel):
                        return
        finally:
            self._talking.discard(duel_id)

    async def _run(self, duel: Duel) -> bool:
        """One run of a talk, and how it stands after it; False if there is nothing more to show now."""
        dialog = await self._engine.dialogs.get(duel.dialog_id)
        if dialog is None:
            return False
        speeches = await self._speeches(duel, dialog)
        stopped: StopReason | None = None
        error: EngineError | None = None
        try:
            async with self._engine.runs.scope(dialog.id, 0, duel.author_id) as run:
                try:
                    await speeches.follow(self._engine.duelling, duel.id, run)
                finally:
                    stopped = run.stopped
        except EngineError as caught:
            error = caught
            await self._engine.duels.move(duel.id, "paused", "failed", only_from=("running",))
        finally:
            await speeches.close()
        if stopped in ("shutdown", "deleted"):
            return False
        await self._show_end(duel.id, error)
        return True

    async def _show_end(self, duel_id: int, error: BaseException | None = None) -> None:
        """The speeches that are not shown to their end, then how the talk stands, with its buttons."""
        duel = await self._engine.duels.get(duel_id)
        dialog = await self._engine.dialogs.get(duel.dialog_id) if duel else None
        if duel is None or dialog is None:
            return
        speeches = await self._speeches(duel, dialog)
        for speech in await self._engine.duels.due_speeches(duel_id):
            await speeches.lay(speech.id)
        if duel.state != "running":
            await self._show_controls(duel, dialog, error)
        await self._engine.duels.shown(duel_id)

    async def _show_controls(self, duel: Duel, dialog: Dialog, error: BaseException | None) -> None:
        texts = await self._texts(duel, dialog)
        text, markup = controls_view(duel, await self._engine.duels.speeches(duel.id), texts)
        text = f"⚠️ {sentence(error, texts)}\n\n{text}" if error else text
        chat_id, thread_id = dialog.place.chat_id, dialog.place.thread_id
        method = SendMessage(chat_id=chat_id, message_thread_id=thread_id, text=text, reply_markup=markup)
        await self._outbox.call(chat_id, method, repeat=True)  # rather twice than never

    async def _show_late(self, duel_id: int) -> None:
        async def tell(error: BaseException) -> None:
            raise error

        async with reported(tell):
            await self._show_end(duel_id)

    async def _speeches(self, duel: Duel, dialog: Dialog) -> Speeches:
        texts = await self._texts(duel, dialog)
        return Speeches(self._outbox, self._engine.duels, dialog, texts, running_keyboard(duel.id, texts))

    async def _texts(self, duel: Duel, dialog: Dialog) -> Texts:
        users = self._engine.users
        user = await users.get(duel.author_id) or await users.get(dialog.owner_id)
        return texts_for(user or User(duel.author_id, "", "asking", None, None, Preferences()), self._engine.settings)
