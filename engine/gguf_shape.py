"""What a model's header says about memory: layer by layer, its weights and what the cache keeps for each token.

Numbers only; it knows no files and makes no forecast.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Value = int | float | bool | str | tuple[int | float | bool, ...]

DENSE_EVERY = {
    "cohere2": 4,
    "exaone4": 4,
    "gemma2": 2,
    "gemma3": 6,
    "gemma3n": 5,
    "gpt-oss": 2,
    "olmo2": 4,
    "smallthinker": 4,
}
"""Of so many layers one sees the whole window, the others a sliding part of it (source: llama-model.cpp). An
architecture that is not here and does not write its pattern into the file sees the whole window everywhere."""
FULL_ATTENTION_EVERY = 4
"""In hybrid models that name no interval (source: llama-model.cpp)."""


DELTA_NETS = ("qwen3next", "qwen35")
SCAN, SCAN_DELTA = 6.5, 24.5
"""Numbers at hand for each token and inner number: of Mamba's kind, and of gated delta nets (fitted to llama.cpp's
own reservations)."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """`columns` is the length of its last dimension: tokens, in the embedding."""

    name: str
    kind: int
    elements: int
    columns: int
    size_bytes: int
    end: int


@dataclass(frozen=True, slots=True)
class Layer:
    """`key_row` and `value_row` are numbers that the cache keeps for a token; `state_bytes` are kept for a dialog."""

    weights_bytes: int
    key_row: int
    value_row: int
    slides: bool = False
    state_bytes: int = 0


@dataclass(frozen=True, slots=True)
class ModelShape:
    """`input_bytes` is the token embedding, `output_bytes` the rest outside the layers; tied: both are one matrix.

    `n_scan` are the numbers that a recurrent layer has at hand for each token of a batch.
    """

    layers: tuple[Layer, ...]
    input_bytes: int
    output_bytes: int
    largest_bytes: int
    n_embd: int
    n_query: int
    n_feed: int
    n_head: int
    n_vocab: int
    window_tokens: int
    n_scan: int = 0

    @property
    def tied(self) -> bool:
        return self.output_bytes < self.input_bytes // 2

    @property
    def weights_bytes(self) -> int:
        return self.input_bytes + self.output_bytes + sum(layer.weights_bytes for layer in self.layers)


def model_shape(values: Mapping[str, Value], tensors: Sequence[Tensor]) -> ModelShape:
    """The shape in a header's keys and tensors; what a header does not say is 0."""
    keys = _Keys(values)
    by_layer: dict[int, int] = {}
    for tensor in tensors:
        by_layer[_layer_of(tensor.name)] = by_layer.get(_layer_of(tensor.name), 0) + tensor.size_bytes
    embedding = next((tensor for tensor in tensors if tensor.name == "token_embd.weight"), None)
    input_bytes = embedding.size_bytes if embedding else 0
    n_layer = min(keys.whole("block_count"), MAX_LAYERS)
    n_head = max(keys.per_layer("attention.head_count", n_layer), default=0)
    return ModelShape(
        layers=tuple(_layer(keys, index, by_layer.get(index, 0), n_layer) for index in range(n_layer)),
        input_bytes=input_bytes,
        output_bytes=by_layer.get(OUTSIDE, 0) - input_bytes,
        largest_bytes=max((tensor.size_bytes for tensor in tensors), default=0),
        n_embd=keys.whole("embedding_length"),
        n_query=n_head * keys.head_length("key_length"),
        n_feed=_feed(keys, n_layer),
        n_scan=round(keys.whole("ssm.inner_size") * (SCAN_DELTA if keys.is_delta else SCAN)),
        n_head=n_head,
        n_vocab=embedding.columns if embedding else 0,
        window_tokens=keys.whole("attention.sliding_window"),
    )


MAX_LAYERS = 4096
OUTSIDE = -1


def _layer_of(name: str) -> int:
    """17 for `blk.17.attn_q.weight`."""
    first, _, rest = name.partition(".")
    number = rest.partition(".")[0]
    return int(number) if first == "blk" and number.isdecimal() and len(number) < 6 else OUTSIDE


def _layer(keys: "_Keys", index: int, weights_bytes: int, n_layer: int) -> Layer:
    heads = max(0, keys.per_layer("attention.head_count_kv", n_layer)[index])
    if _is_recurrent(keys, index, heads):
        return Layer(weights_bytes, 0, 0, state_bytes=_state_bytes(keys))
    if index >= n_layer - keys.whole("attention.shared_kv_layers"):
        return Layer(weights_bytes, 0, 0)  # it reads what an earlier layer keeps
    is_latent = keys.whole("attention.key_length_mla") > 0
    value_row = 0 if is_latent else heads * keys.head_length("value_length")
    return Layer(weights_bytes, heads * keys.head_length("key_length"), value_row, slides=_slides(keys, index))


def _is_recurrent(keys: "_Keys", index: int, heads: int) -> bool:
    """Whether the layer keeps a state instead of rows: all of Mamba, some of a hybrid."""
    if keys.is_delta:
        return (index + 1) % (keys.whole("full_attention_interval") or FULL_ATTENTION_EVERY) != 0
    return heads == 0


def _state_bytes(keys: "_Keys") -> int:
    """The convolution's and the recurrence's numbers, f32 (source: llama-hparams.cpp, n_embd_r and n_embd_s)."""
    if short := keys.whole("shortconv.l_cache"):
        return 4 * keys.whole("embedding_length") * (short - 1)
    if head := keys.whole("wkv.head_size"):
        return 4 * keys.whole("embedding_length") * (head + 2)
    inner, state = keys.whole("ssm.inner_size"), keys.whole("ssm.state_size")
    kept = max(0, keys.whole("ssm.conv_kernel") - 1)
    return 4 * (kept * (inner + 2 * keys.whole("ssm.group_count") * state) + inner * state)


def _slides(keys: "_Keys", index: int) -> bool:
    if not keys.whole("attention.sliding_window"):
        return False
    pattern = keys.get("attention.sliding_window_pattern")
    if isinstance(pattern, tuple):
        return index < len(pattern) and bool(pattern[index])
    every = keys.whole("attention.sliding_window_pattern") or DENSE_EVERY.get(keys.architecture, 1)
    return index % every < every - 1


def _feed(keys: "_Keys", n_layer: int) -> int:
    """Numbers between the feed-forward matrices for one token, all experts that it uses together."""
    dense = max(keys.per_layer("feed_forward_length", n_layer), default=0)
    used = keys.whole("expert_used_count")
    return max(dense if not used else 0, used * (keys.whole("expert_feed_forward_length") or dense))


class _Keys:
    """The keys of a header without the architecture in front."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values
        self.architecture = text(values, "general.architecture")
        self.is_delta = self.whole("ssm.inner_size") > 0 and self.architecture.startswith(DELTA_NETS)

    def get(self, key: str) -> Value | None:
        return self._values.get(f"{self.architecture}.{key}")

    def whole(self, key: str) -> int:
        return whole(self._values, f"{self.architecture}.{key}")

    def per_layer(self, key: str, n_layer: int) -> list[int]:
        """Given once or for each layer; KV heads that are not given are as many as heads."""
        value = self.get(key)
        if value is None and key == "attention.head_count_kv":
            value = self.get("attention.head_count")
        if not isinstance(value, tuple):
            return [value if isinstance(value, int) else 0] * n_layer
        return [*(int(number) for number in value[:n_layer]), *[0] * (n_layer - len(value))]

    def head_length(self, key: str) -> int:
        """Given, else the embedding shared out among the heads."""
        n_head = self.get("attention.head_count")
        most = max(map(int, n_head), default=0) if isinstance(n_head, tuple) else self.whole("attention.head_count")
        return self.whole(f"attention.{key}") or self.whole("embedding_length") // max(1, most)


def text(values: Mapping[str, Value], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""


def whole(values: Mapping[str, Value], key: str) -> int:
    """The whole number under `key`; 0 when there is none."""
    value = values.get(key)
    return value if isinstance(value, int) and value >= 0 else 0
