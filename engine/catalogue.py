"""The models a person can choose from now, each with an id that outlives restarts and absences.

Ids are small numbers, so that a button can carry one; names come and go with the servers that list them.
Also remembers how many tokens a text costs each model, learned from what the servers report.
"""

import math
from dataclasses import dataclass

from engine.backends.base import Backend, ModelInfo
from engine.database import Database
from engine.errors import NoSuchModel, NotInstalled
from engine.fitting import Free
from engine.memory import free_for
from engine.servers import Servers

TELLING_UNITS = 250.0
"""A shorter prompt tells more of its chat template than of how the model spells."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model on a server, present now."""

    id: int
    server: str
    info: ModelInfo

    @property
    def name(self) -> str:
        return self.info.name


class Catalogue:
    """All models of all servers."""

    def __init__(self, database: Database, servers: Servers) -> None:
        self._database = database
        self._servers = servers
        self._ids: dict[tuple[str, str], int] = {}
        self._tokens_per_unit: dict[int, float] = {}

    async def open(self) -> None:
        """Read the models that were ever seen."""
        for row in await self._database.all("SELECT * FROM models"):
            self._ids[row["server"], row["name"]] = row["id"]
            if row["tokens_per_unit"] is not None:
                self._tokens_per_unit[row["id"]] = row["tokens_per_unit"]

    async def refresh(self, server: str | None = None) -> None:
        """Look at the servers, or at one, now."""
        await self._servers.refresh(server)
        await self.sync()

    def doubt(self, server: str) -> None:
        """Somebody had trouble with this server: look at it soon."""
        self._servers.look_again(server)

    async def sync(self) -> None:
        """Give an id to every model that has none yet, those included that come meanwhile."""
        while new := [key for key in self._listed() if key not in self._ids]:
            async with self._database.transaction() as transaction:
                for server, name in new:
                    await transaction.execute(
                        "INSERT INTO models (server, name) VALUES (?, ?) ON CONFLICT DO NOTHING", server, name
                    )
                    row = await transaction.one("SELECT id FROM models WHERE server = ? AND name = ?", server, name)
                    assert row is not None
                    self._ids[server, name] = row["id"]

    def _listed(self) -> list[tuple[str, str]]:
        return [(state.name, info.name) for state in self._servers.states() for info in state.models]

    def models(self) -> list[Model]:
        """The models that chat, in the order of the servers; not the guide, which knows only the bot."""
        return [model for model in self._present() if not model.info.capabilities.embeds and not model.info.is_guide]

    def embedders(self) -> list[Model]:
        """The models that make vectors of texts, the smallest first; not those of a service, which texts of a dialog
        are never sent to unasked.
        """
        embedders = [model for model in self._present() if model.info.capabilities.embeds]
        near = (model for model in embedders if self.backend(model).kind != "openai")
        return sorted(near, key=lambda model: model.info.size_bytes or math.inf)

    def guide(self) -> Model | None:
        """The small model of our own that answers questions about the bot."""
        return next((model for model in self._present() if model.info.is_guide), None)

    def stand_in(self) -> int | None:
        """The guide's id while there is no other model: it answers in dialogs that have none."""
        if not self._servers.all_seen or self.models():
            return None
        guide = self.guide()
        return guide.id if guide else None

    def guide_waits(self) -> bool:
        """It would answer if llama-cpp-python were there, which is being built, or could not be."""
        errors = [state.error for state in self._servers.states()]
        return not self.models() and any(isinstance(error, NotInstalled) and error.guide for error in errors)

    def free_for_load(self) -> Free:
        """What a model may take: what is free, and what loaded models that make room for it give back."""
        return free_for(model.info for model in self._present())

    def get(self, model_id: int | None) -> Model | None:
        """The model, if it is there now."""
        return next((model for model in self._present() if model.id == model_id), None)

    async def present(self, model_id: int) -> Model:
        """The model, after a second look at its server if need be; raises what its server says, or NoSuchModel."""
        if model := self.get(model_id):
            return model
        server, name = self.key_of(model_id)
        await self.refresh(server)
        if model := self.get(model_id):
            return model
        state = next((state for state in self._servers.states() if state.name == server), None)
        if state is not None and state.error is None:
            await self._servers.backend(server).capabilities(name)  # raises, if the server knows more of it
        raise (state and state.error) or NoSuchModel(server, name)

    def key_of(self, model_id: int) -> tuple[str, str]:
        """Server and name of a model that may be gone."""
        return next(key for key, known in self._ids.items() if known == model_id)

    def find(self, words: str) -> list[Model]:
        """Models by exact name or `server/name`; failing that, those with all the words in it."""
        wanted = words.strip().casefold()
        labels = [(model, f"{model.server}/{model.name}".casefold()) for model in self.models()]
        exact = [model for model, label in labels if wanted in (label, model.name.casefold())]
        return exact or [model for model, label in labels if all(word in label for word in wanted.split())]

    def named(self, name: str) -> Model | None:
        """The model that a pipeline means by `server/name`, or by `name`: the first of several servers that have it."""
        models, names = self.models(), (name, f"{name}:latest")
        exact = (model for model in models if f"{model.server}/{model.name}" in names)
        return next(exact, None) or next((model for model in models if model.name in names), None)

    async def meant(self, name: str) -> Model:
        """The same, after a second look if need be; raises what its server says, or NoSuchModel."""
        if model := self.named(name):
            return model
        for (server, model_name), model_id in self._ids.items():
            if f"{server}/{model_name}" == name:
                return await self.present(model_id)
        await self.refresh()
        if model := self.named(name):
            return model
        raise NoSuchModel("", name)

    def backend(self, model: Model) -> Backend:
        return self._servers.backend(model.server)

    def tokens_per_unit(self, model_id: int) -> float | None:
        """Tokens for a unit of engine.tokens.units; None until that was learned."""
        return self._tokens_per_unit.get(model_id)

    async def learn(self, model_id: int, units: float, tokens: int) -> None:
        """Note that a prompt of `units` was `tokens` long; only what changes the estimate is written."""
        if units < TELLING_UNITS:
            return
        known = self._tokens_per_unit.get(model_id)
        seen = tokens / units
        learned = seen if known is None else 0.8 * known + 0.2 * seen
        if known is not None and abs(learned / known - 1) < 0.02:
            return
        self._tokens_per_unit[model_id] = learned
        await self._database.write("UPDATE models SET tokens_per_unit = ? WHERE id = ?", learned, model_id)

    def _present(self) -> list[Model]:
        return [
            Model(model_id, state.name, info)
            for state in self._servers.states()
            if state.error is None
            for info in state.models
            if (model_id := self._ids.get((state.name, info.name))) is not None
        ]
