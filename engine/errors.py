"""What can go wrong, as one tree; each error carries facts, the sentences live with the texts.

EngineError
├── BackendError            a model or its server
│   ├── ServerDown          nobody answers at its address
│   ├── ServerBusy          it answers, but has no room for another request
│   ├── SilentModel         connected, and no token for too long
│   ├── BrokenStream        the answer broke off in the middle
│   ├── NoSuchModel         the server does not (any longer) have it
│   │   └── ModelsAway      no model file is there at all, as when a disk was unplugged
│   ├── NoMemory            the model does not fit
│   ├── ContextTooLong      the prompt is longer than the window
│   ├── BadModelFile        a GGUF file that cannot be used
│   ├── CannotSee           a picture for a model that does not see
│   ├── BadPicture          a picture that cannot be opened
│   ├── ModelCrashed        the process of an embedded model died
│   ├── NotInstalled        llama-cpp-python is missing, so there are no embedded models
│   ├── NothingSaid         a model of a pipeline came to its end without a word
│   └── RequestRefused      any other refusal, in the server's own words
├── StorageError
│   ├── DiskFull
│   ├── DatabaseLocked
│   ├── DatabaseInUse       another Consilium runs on the same folder
│   └── DatabaseNewer       the file was written by a later version
├── DownloadError           a model's file that was to be fetched
│   ├── HubAway             nobody answers, or the line broke and stayed broken
│   ├── HubRefused          it answers, but not with the file
│   ├── NoRoomOnDisk
│   └── DownloadBroken      what came is not what the hub had promised
├── BadValue                a setting out of its range
├── NoModelChosen
├── PipelineError
│   ├── NoPipeline          there is none to run: no file, or it was deleted
│   ├── PipelineBroken      it cannot be read, or still lacks something
│   ├── ModelsMissing       no server has some of its models
│   └── StageFailed         nobody answered in a stage
├── QuestionGone            deleted before its answer began
├── NoPlacesLeft
└── InviteSpent             an invite used up, expired or unknown
"""

from dataclasses import dataclass
from typing import Literal

from config.pipeline_nodes import PipelineProblem
from engine.faults import CrashCause, FileFault


class EngineError(Exception):
    """The root: everything the engine raises on purpose."""


@dataclass(eq=False)
class BackendError(EngineError):
    """`server` is the server's name, `model` the model's name there ("" when no model is concerned)."""

    server: str
    model: str = ""


@dataclass(eq=False)
class ServerDown(BackendError):
    url: str = ""


@dataclass(eq=False)
class ServerBusy(BackendError):
    retry_after_s: float | None = None


@dataclass(eq=False)
class SilentModel(BackendError):
    waited_s: float = 0.0


@dataclass(eq=False)
class BrokenStream(BackendError):
    detail: str = ""


@dataclass(eq=False)
class NoSuchModel(BackendError):
    pass


@dataclass(eq=False)
class ModelsAway(NoSuchModel):
    """There is no model file at all in `folder`, which may be on a removable disk."""

    folder: str = ""


@dataclass(eq=False)
class NoMemory(BackendError):
    """Bytes, RAM and GPUs together; None where the server did not say. `need_parts`: weights, context, work; the
    part of GPUs in it is apart once more.

    `was_tried`: the forecast let it pass, and the machine refused. The rest is what would fit: a window, layers on
    the GPU, bits of a key in the cache, dialogs at a time (None: as asked), else another file of the same model.
    """

    need_bytes: int | None = None
    free_bytes: int | None = None
    need_vram_bytes: int = 0
    free_vram_bytes: int = 0
    need_parts: tuple[int, int, int] | None = None
    fits_n_ctx: int | None = None
    was_tried: bool = False
    fits_gpu_layers: int | None = None
    fits_key_bits: int | None = None
    fits_slots: int | None = None
    fits_model: str | None = None


@dataclass(eq=False)
class ContextTooLong(BackendError):
    """Tokens; None where the server did not say."""

    prompt_tokens: int | None = None
    n_ctx: int | None = None


@dataclass(eq=False)
class BadModelFile(BackendError):
    """`what` is what the fault is about, a missing part or a letter; `detail` is for the log."""

    file: str = ""
    detail: str = ""
    fault: FileFault = "other"
    what: str = ""


@dataclass(eq=False)
class CannotSee(BackendError):
    pass


@dataclass(eq=False)
class BadPicture(BackendError):
    detail: str = ""


@dataclass(eq=False)
class ModelCrashed(BackendError):
    """`exit_code` as the operating system gave it: negative for a signal. `detail`: its last words, for the log."""

    exit_code: int | None = None
    detail: str = ""
    cause: CrashCause = "unknown"


@dataclass(eq=False)
class NotInstalled(BackendError):
    """`guide`: the model that comes with the bot would be there otherwise."""

    detail: str = ""
    guide: bool = False


@dataclass(eq=False)
class NothingSaid(BackendError):
    pass


@dataclass(eq=False)
class RequestRefused(BackendError):
    status: int = 0
    detail: str = ""


class StorageError(EngineError):
    """The database or the disk under it."""


class DiskFull(StorageError):
    pass


class DatabaseLocked(StorageError):
    pass


class DatabaseInUse(StorageError):
    """Another Consilium runs on the same folder."""


@dataclass(eq=False)
class DatabaseNewer(StorageError):
    found: int
    known: int


@dataclass(eq=False)
class DownloadError(EngineError):
    """`file` is the file's name."""

    file: str


@dataclass(eq=False)
class HubAway(DownloadError):
    host: str


@dataclass(eq=False)
class HubRefused(DownloadError):
    status: int


@dataclass(eq=False)
class NoRoomOnDisk(DownloadError):
    need_bytes: int
    free_bytes: int


class DownloadBroken(DownloadError):
    pass


@dataclass(eq=False)
class BadValue(EngineError):
    """`key` is the setting, `value` what was given, `allowed` the range or the choices, `example` a good one."""

    key: str
    value: str
    allowed: str
    example: str = ""


class NoModelChosen(EngineError):
    """The dialog has no model, or the one it had is gone."""


class PipelineError(EngineError):
    """A pipeline cannot run, or not to its end."""


@dataclass(eq=False)
class NoPipeline(PipelineError):
    """`mode` is the dialog's: without a file for the base one, or without one made by hand."""

    mode: Literal["base", "manual"]


@dataclass(eq=False)
class PipelineBroken(PipelineError):
    problem: PipelineProblem


@dataclass(eq=False)
class ModelsMissing(PipelineError):
    """`models` as they are written in the pipeline."""

    models: tuple[str, ...]


@dataclass(eq=False)
class StageFailed(PipelineError):
    """Stage `number` of `total` came to nothing: `error` is what its first model ran into; `heard` still answered,
    which was too few. `asked` 0: it cannot begin. `sets_load`: the pipeline itself says how that model is loaded.
    """

    number: int
    total: int
    name: str
    heard: int
    asked: int
    error: EngineError
    sets_load: bool = False


class QuestionGone(EngineError):
    """It was deleted before its answer began."""


@dataclass(eq=False)
class NoPlacesLeft(EngineError):
    places: int


class InviteSpent(EngineError):
    pass
