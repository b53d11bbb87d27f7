"""The desk: who looks at a pipeline, in which language, and where. Handlers gather it from what the door gave them."""

from dataclasses import dataclass

from bot.parts import Parts
from bot.texts import Texts
from config.pipeline import Pipeline
from engine.catalogue import Model
from engine.dialogs import Place
from engine.pipelines.store import SavedPipeline
from engine.users import User


@dataclass(frozen=True, slots=True)
class Desk:
    """What every screen of the editor is drawn from."""

    parts: Parts
    user: User
    texts: Texts
    place: Place

    def model(self, reference: str) -> Model | None:
        """The model that a pipeline means by a name, if it is there now."""
        return self.parts.engine.catalogue.named(reference)

    def reference(self, model: Model) -> str:
        """How a pipeline names a model: by its name alone, where no other server has one of that name."""
        alike = [known for known in self.parts.engine.catalogue.models() if known.name == model.name]
        return model.name if len(alike) == 1 else f"{model.server}/{model.name}"


@dataclass(frozen=True, slots=True)
class Stored:
    """A pipeline of somebody's as it stands in the database, read."""

    id: int
    owner_id: int
    pipeline: Pipeline
    share_code: str | None


def stored(saved: SavedPipeline) -> Stored:
    return Stored(saved.id, saved.owner_id, saved.read(), saved.share_code)
