"""Frames between the bot and the process of a model: four bytes of length, then JSON. Knows no pipes."""

import json
from dataclasses import dataclass
from typing import Literal

Problem = Literal[
    "not_installed", "bad_file", "bad_eyes", "bad_picture", "cannot_spell", "no_memory", "too_long", "refused"
]
Reason = Literal["stop", "length", "stopped"]

LENGTH_BYTES = 4
MAX_FRAME_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One message as chat templates want it."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Open:
    """Read the vocabulary and template only: enough to count."""

    id: int
    path: str


@dataclass(frozen=True, slots=True)
class Load:
    """Load the model; `n_gpu_layers` None: as many as the build can. `repack` False: weights stay as in the file.

    `split` shares the layers out among the GPUs; () leaves that to llama.cpp. Of a sliding window's cache `full_swa`
    keeps what has slid out too. `n_slots` dialogs are computed together; `kept_bytes` of main memory are for those that
    had to make room. `states` is the folder for files of them, "" for none, `model` this model's name in it,
    `states_bytes` the most they may take, and `waiting_bytes` what may wait in main memory to be written.
    """

    id: int
    path: str
    n_ctx: int
    n_gpu_layers: int | None
    n_threads: int
    embeds: bool
    repack: bool
    n_slots: int = 1
    kept_bytes: int = 0
    split: tuple[int, ...] = ()
    cache_type: str = "f16"
    full_swa: bool = True
    states: str = ""
    model: str = ""
    states_bytes: int = 0
    waiting_bytes: int = 0
    least_batch: int = 0
    eyes: str | None = None
    """The file by which the model sees; opened with the first picture."""


@dataclass(frozen=True, slots=True)
class Generate:
    """Answer `lines`; `dialog` names the conversation, whose computed beginning is used again.

    `logit_bias` are pairs of a token and what is added to its logit, `schema` is the JSON schema of the answer.
    """

    id: int
    lines: tuple[ChatLine, ...]
    temperature: float | None
    top_p: float | None
    max_tokens: int | None
    seed: int | None
    stop: tuple[str, ...]
    think: bool | None
    dialog: str | None = None
    top_k: int | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    logit_bias: tuple[tuple[int, float], ...] = ()
    schema: str | None = None
    pictures: tuple[str, ...] = ()
    """Whole files in base64; the lines tell where each belongs, by its mark."""


@dataclass(frozen=True, slots=True)
class Count:
    id: int
    lines: tuple[ChatLine, ...]


@dataclass(frozen=True, slots=True)
class Embed:
    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Stop:
    """End request `id` at once, or take it out of the queue."""

    id: int


@dataclass(frozen=True, slots=True)
class Forget:
    """Let go of what is computed of a dialog and its stages; if not `wholly`, only write none of it to files."""

    id: int
    dialog: str
    wholly: bool


@dataclass(frozen=True, slots=True)
class Settle:
    """Write what is computed of all dialogs to files, at most for so long; nothing is asked after this."""

    id: int
    within_s: float


@dataclass(frozen=True, slots=True)
class Done:
    """What was asked is done."""

    id: int


@dataclass(frozen=True, slots=True)
class Share:
    """Use at most so many threads from now on: other models answer too, or no longer."""

    id: int
    n_threads: int


@dataclass(frozen=True, slots=True)
class Ready:
    """llama.cpp is imported; `gpu` tells whether its build can use a graphics card."""

    id: int
    gpu: bool


@dataclass(frozen=True, slots=True)
class Opened:
    id: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """Bytes of weights, context and work, in RAM and on each GPU."""

    id: int
    load_s: float
    ram: tuple[int, int, int]
    gpus: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Queued:
    """The request waits until there is room for it; 1 is next."""

    id: int
    place: int


@dataclass(frozen=True, slots=True)
class Reading:
    """So many tokens of the prompt are computed; also the sign of life during a long prompt."""

    id: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Text:
    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    id: int
    reason: Reason
    prompt_tokens: int
    reused_tokens: int
    answer_tokens: int
    prompt_s: float
    answer_s: float
    queue_s: float


@dataclass(frozen=True, slots=True)
class Counted:
    id: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Vector:
    id: int
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    id: int
    problem: Problem
    detail: str = ""
    prompt_tokens: int | None = None
    n_ctx: int | None = None


Request = Open | Load | Generate | Count | Embed | Stop | Forget | Settle | Share
Reply = Ready | Opened | Loaded | Queued | Reading | Text | Finished | Counted | Vector | Done | Failed
Frame = Request | Reply

KINDS: dict[str, type[Frame]] = {
    kind.__name__: kind
    for kind in (
        *(Open, Load, Generate, Count, Embed, Stop, Forget, Settle, Share),
        *(Ready, Opened, Loaded, Queued, Reading, Text, Finished, Counted, Vector, Done, Failed),
    )
}


def pack(frame: Frame) -> bytes:
    """One frame as bytes, its length in front."""
    fields = {name: getattr(frame, name) for name in frame.__slots__}
    if isinstance(frame, Generate | Count):
        fields["lines"] = [(line.role, line.content) for line in frame.lines]
    body = json.dumps([type(frame).__name__, fields]).encode()
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def unpack(body: bytes) -> Frame:
    """One frame from its bytes, without the length; raises ValueError when they are none."""
    try:
        kind, fields = json.loads(body)
        if "lines" in fields:
            fields["lines"] = tuple(ChatLine(role, content) for role, content in fields["lines"])
        if "gpus" in fields:
            fields["gpus"] = tuple(map(tuple, fields["gpus"]))
        for name in ("stop", "ram", "split", "pictures"):
            if name in fields:
                fields[name] = tuple(fields[name])
        if "logit_bias" in fields:
            fields["logit_bias"] = tuple((token, bias) for token, bias in fields["logit_bias"])
        return KINDS[kind](**fields)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a frame: {body[:80]!r}") from error


class Unpacker:
    """Bytes in as they arrive, whole frames out."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """Frames completed by `data`; raises ValueError when this cannot be a stream of frames."""
        self._buffer += data
        frames = []
        while len(self._buffer) >= LENGTH_BYTES:
            end = LENGTH_BYTES + int.from_bytes(self._buffer[:LENGTH_BYTES], "big")
            if end > MAX_FRAME_BYTES:
                raise ValueError(f"a frame of {end} bytes")
            if len(self._buffer) < end:
                break
            frames.append(unpack(bytes(self._buffer[LENGTH_BYTES:end])))
            del self._buffer[:end]
        return frames
