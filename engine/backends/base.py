"""The protocol of a backend: the one thing the rest of the engine knows about whatever makes tokens.

An adapter talks to one server (or runs one kind of embedded model), renames foreign errors into
engine.errors at this edge, and knows nothing of dialogs, prompts that do not fit, or people.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from config.settings import BackendKind
from engine.events import Chunk
from engine.forecast import Forecast, Taken
from engine.messages import Message, Params

GUIDE_NAME = "guide"
"""What the small model of our own that knows only the bot is offered as; models/guide.gguf."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a model can do. `embeds` means: makes vectors and cannot chat."""

    sees: bool = False
    thinks: bool = False
    embeds: bool = False


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model as its server lists it.

    `context_tokens` is the longest window the model knows, `loaded_tokens` the window it is loaded with now.
    """

    name: str
    size_bytes: int | None = None
    context_tokens: int | None = None
    capabilities: Capabilities = Capabilities()
    loaded: bool = False
    loaded_tokens: int | None = None
    parameters: str | None = None
    quantisation: str | None = None
    description: str = ""
    forecast: Forecast | None = None
    """Where it can be made: of the load as it is, else with the default window in RAM alone."""
    measured: Taken | None = None
    """What a loaded model really holds."""
    gives_back: Taken | None = None
    """What the system would call free again if it were unloaded; None of models on other servers."""
    uses_gpu: bool = True
    """Whether what loads it can use a GPU at all."""
    least_bytes: int | None = None
    """What it takes with the sacrifices that are made before a load is refused, where that is known."""
    digest: str | None = None
    """What its server knows the very weights by."""
    files: tuple[Path, ...] = ()
    """Where they lie on this machine, as far as we load them ourselves."""
    is_guide: bool = False
    """It is the small model of our own that knows only the bot."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A whole prompt for one model.

    `cache_key` names the dialog and the stage of its pipeline, so that the computed prefix can be found again.
    `schema` is a JSON schema: the text of the answer will be JSON that follows it, unless its end is cut off.
    """

    model: str
    messages: tuple[Message, ...]
    params: Params = Params()
    cache_key: str | None = None
    schema: Mapping[str, Any] | None = None


class Backend(Protocol):
    """One server. Every method may raise the BackendErrors of engine.errors; none blocks the event loop."""

    server: str
    kind: BackendKind
    url: str

    def stream(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        """Chunks as they come, one Finish last; closing the generator closes the connection."""
        ...

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text, in order; a text longer than the window raises ContextTooLong."""
        ...

    async def list(self) -> list[ModelInfo]:
        """The models there are now."""
        ...

    async def health(self) -> None:
        """Return if the server is there and can answer; raises ServerDown or ServerBusy. Cheap, asked often."""
        ...

    async def capabilities(self, model: str) -> Capabilities:
        """What the model can do, as far as the server tells."""
        ...

    async def load(self, model: str, params: Params) -> None:
        """Have the model in memory before the first question; does nothing where a server cannot be asked to."""
        ...

    async def unload(self, model: str) -> None:
        """Give the model's memory back, where the server can be asked to."""
        ...

    async def count_tokens(self, model: str, messages: Sequence[Message]) -> int | None:
        """Tokens of the whole prompt by the model's own tokenizer and template; None where it cannot be had."""
        ...

    def window(self, model: ModelInfo, params: Params) -> int | None:
        """The window in tokens that a request with `params` will get; None if unknown."""
        ...

    async def forget(self, cache_key: str, *, wholly: bool = True) -> None:
        """Drop what is kept of a dialog (and its stages, "<cache_key>/…"), where anything is.

        Not `wholly`: something in it was changed; the beginning that stayed the same may be used again, but nothing
        that was said may be left on a disk.
        """
        ...

    async def aclose(self) -> None:
        """Close connections and child processes."""
        ...
