"""The values of a conversation: what goes to a model and what it cost. No storage, no streams."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["system", "user", "assistant"]
FinishReason = Literal["stop", "length", "stopped"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt. `images` are whole picture files (PNG, JPEG, WebP)."""

    role: Role
    text: str
    images: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Params:
    """How a model is asked to answer; None leaves the choice to the model's server.

    `max_tokens` limits the answer, `n_ctx` is the window in tokens, `n_gpu_layers` counts layers (-1: all).
    `top_k` 0 lets every token be picked, `min_p` is a share of the likeliest one's chance, `repeat_penalty` 1 punishes
    nothing, `logit_bias` are pairs of a token of the model's vocabulary and what is added to its logit. A server whose
    protocol lacks one of these goes without.
    """

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    n_ctx: int | None = None
    n_gpu_layers: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    think: bool | None = None
    top_k: int | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    logit_bias: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer cost: tokens and seconds as the server reports them; None where it does not."""

    prompt_tokens: int | None = None
    reused_tokens: int | None = None
    answer_tokens: int | None = None
    load_s: float | None = None
    prompt_s: float | None = None
    answer_s: float | None = None
    queue_s: float | None = None
