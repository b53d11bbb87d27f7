"""Real GGUF files, made in a moment: random weights, a whole tokenizer, a chat template; llama.cpp loads and runs them.

A file either babbles (any of its words in any order, never an end) or says a script: after the prompt come the
script's pieces one by one, then the end token or the script again. The trick is honest: a few dimensions of the
residual stream are left alone by all layers, and the output matrix reads the next piece from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import gguf
import numpy as np

Arch = Literal["llama", "qwen3", "mamba", "gemma3", "jamba", "lfm2"]
Vocabulary = Literal["bytes", "bpe", "no_bytes", "words"]
WeightType = Literal["f32", "f16", "q8_0"]

CONTROLS = ("<|system|>", "<|user|>", "<|assistant|>", "<|end|>")
THINK_MARKS = ("<think>", "</think>")
WORDS = tuple(
    f" {word}" for word in ("one", "two", "river", "stone", "house", "light", "дом", "река", "свет", "камень", "зима")
)

TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
THINKING_TEMPLATE = TEMPLATE.replace(
    "<|assistant|>{% endif %}",
    "<|assistant|>{% if enable_thinking is defined and not enable_thinking %}<think></think>{% endif %}{% endif %}",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of a model. `n_vocab` pads the vocabulary with filler words up to that many tokens."""

    n_embd: int = 64
    n_layer: int = 2
    n_head: int = 4
    n_head_kv: int = 2
    n_ff: int = 128
    n_vocab: int = 0


TINY = Shape()
REALISTIC = Shape(n_embd=768, n_layer=14, n_head=12, n_head_kv=4, n_ff=2560, n_vocab=32000)
"""About 0.15B weights: 160 MB as q8_0."""

BABBLE_GAIN = 0.3
SSM_KERNEL, SSM_STATE, SSM_RANK = 4, 16, 8
CONV_LENGTH = 3
SCRIPT_GAIN = 40.0
NEVER = -1000.0


def make_gguf(
    path: Path,
    *,
    arch: Arch = "llama",
    shape: Shape = TINY,
    vocabulary: Vocabulary = "bytes",
    n_ctx_train: int = 4096,
    chat_template: str | None = TEMPLATE,
    says: Sequence[str] = (),
    ends: bool = True,
    pooling: int | None = None,
    name: str = "tiny",
    weight_type: WeightType = "f32",
    split_max_tensors: int = 0,
    space_prefix: bool = False,
    window: int = 32,
    seed: int = 1,
) -> Path:
    """Write one model file (or its parts, when split) and return its path (that of the first part).

    `says` is the script: pieces of text, each a token of its own and each used once; one byte can be written as
    "<0x0A>". `ends` closes the script with the end token, else it begins anew. `pooling` (1 mean, 2 cls, 3 last)
    makes an embedding model. "mamba" has a recurrent memory and no attention, "jamba" and "lfm2" have both (every
    second layer each), "gemma3" looks back only `window` tokens in all layers but each sixth. "no_bytes" is a
    vocabulary that cannot spell what it has no word for, "words" one whose words in a text are those very tokens.
    With `space_prefix` every text begins with a blank, as in many vocabularies.
    """
    random = np.random.default_rng(seed)
    tokens = _tokens(vocabulary, says, shape.n_vocab)
    writer = gguf.GGUFWriter(path, arch, split_max_tensors=split_max_tensors)
    writer.add_name(name)
    writer.add_context_length(n_ctx_train)
    writer.add_embedding_length(shape.n_embd)
    writer.add_block_count(shape.n_layer)
    writer.add_feed_forward_length(shape.n_ff)
    writer.add_head_count(shape.n_head)
    writer.add_head_count_kv(_heads_kv(arch, shape))
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_file_type(
        {"f32": gguf.LlamaFileType.ALL_F32, "f16": gguf.LlamaFileType.MOSTLY_F16}.get(
            weight_type, gguf.LlamaFileType.MOSTLY_Q8_0
        )
    )
    _write_memory(writer, arch, shape, window)
    if pooling is not None:
        writer.add_pooling_type(gguf.PoolingType(pooling))
    _write_tokenizer(writer, vocabulary, tokens, space_prefix)
    if chat_template is not None:
        writer.add_chat_template(chat_template)
    _write_tensors(writer, arch, shape, _Weights(random, weight_type), tokens, says, ends)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    if not split_max_tensors:
        return path
    return next(path.parent.glob(f"{path.stem}-00001-of-*.gguf"))


def _heads_kv(arch: Arch, shape: Shape) -> int | list[int]:
    """None in the layers that have a recurrent memory instead of attention."""
    if arch in ("jamba", "lfm2"):
        return [shape.n_head_kv * (layer % 2) for layer in range(shape.n_layer)]
    return shape.n_head_kv


def _write_memory(writer: gguf.GGUFWriter, arch: Arch, shape: Shape, window: int) -> None:
    """What the file tells of how far each layer looks back."""
    match arch:
        case "mamba" | "jamba":
            writer.add_ssm_conv_kernel(SSM_KERNEL)
            writer.add_ssm_inner_size(2 * shape.n_embd)
            writer.add_ssm_state_size(SSM_STATE)
            writer.add_ssm_time_step_rank(SSM_RANK)
        case "lfm2":
            writer.add_shortconv_l_cache(CONV_LENGTH)
        case "gemma3":
            writer.add_sliding_window(window)
            writer.add_key_length(shape.n_embd // shape.n_head)
            writer.add_value_length(shape.n_embd // shape.n_head)


def make_mmproj(path: Path) -> Path:
    """A file as those that hold the eyes of a model: it is no model by itself."""
    writer = gguf.GGUFWriter(path, "clip")
    writer.add_type("mmproj")
    writer.add_name("eyes")
    writer.add_tensor("v.patch_embd.weight", np.zeros((4, 4), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def cut(path: Path, keep: float) -> Path:
    """Leave only the first part of the file, as a download that broke off does."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    return path


def spoil_magic(path: Path) -> Path:
    """Make the file begin with something that is not GGUF."""
    data = path.read_bytes()
    path.write_bytes(b"JUNK" + data[4:])
    return path


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    kind: gguf.TokenType
    score: float = 0.0


def _tokens(vocabulary: Vocabulary, says: Sequence[str], n_vocab: int) -> list[_Token]:
    """Control tokens first (0 unknown, 1 begin, 2 end), then what spells anything, then words, then filler."""
    kinds = gguf.TokenType
    tokens = [_Token("<unk>", kinds.UNKNOWN), _Token("<s>", kinds.CONTROL), _Token("</s>", kinds.CONTROL)]
    tokens += [_Token(text, kinds.CONTROL) for text in CONTROLS]
    tokens += [_Token(text, kinds.USER_DEFINED) for text in THINK_MARKS]
    if vocabulary in ("bytes", "words"):
        tokens += [_Token(f"<0x{byte:02X}>", kinds.BYTE) for byte in range(256)]
    elif vocabulary == "bpe":
        tokens += [_Token(letter, kinds.NORMAL) for letter in _BYTE_LETTERS]
    letters = "abcdefghijklmnopqrstuvwxyz" if vocabulary == "no_bytes" else ""
    known = {token.text for token in tokens}
    for text in (*letters, *WORDS, *says):
        spelled = text if text in known else _spelled(text, vocabulary)
        if spelled not in known:
            known.add(spelled)
            kind = kinds.USER_DEFINED if vocabulary == "words" else kinds.NORMAL
            tokens.append(_Token(spelled, kind, score=-float(len(tokens))))
    tokens += [_Token(f"~{number}", kinds.NORMAL, score=-1e6) for number in range(n_vocab - len(tokens))]
    return tokens


def _spelled(text: str, vocabulary: Vocabulary) -> str:
    if vocabulary == "bpe":
        return "".join(_BYTE_LETTERS[byte] for byte in text.encode())
    if vocabulary == "words":
        return text
    return text.replace(" ", "\u2581")


def _byte_letters() -> list[str]:
    """The letter that stands for each byte in a byte-level vocabulary: itself if it can be seen, else from 256 up."""
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in visible]
    return [chr(byte) if byte in visible else chr(256 + hidden.index(byte)) for byte in range(256)]


_BYTE_LETTERS = _byte_letters()


def _write_tokenizer(writer: gguf.GGUFWriter, vocabulary: Vocabulary, tokens: list[_Token], space_prefix: bool) -> None:
    if vocabulary == "bpe":
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("gpt-2")
        writer.add_token_merges(["o n", "r e"])
    else:
        writer.add_tokenizer_model("llama")
        writer.add_token_scores([token.score for token in tokens])
        writer.add_add_space_prefix(space_prefix)
    writer.add_token_list([token.text for token in tokens])
    writer.add_token_types([token.kind for token in tokens])
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(True)


@dataclass(frozen=True, slots=True)
class _Weights:
    random: np.random.Generator
    weight_type: WeightType

    def matrix(self, rows: int, columns: int) -> Any:
        return self.random.standard_normal((rows, columns), dtype=np.float32) / np.float32(columns**0.5)

    def add(self, writer: gguf.GGUFWriter, name: str, weights: Any) -> None:
        match self.weight_type:
            case "f32":
                writer.add_tensor(name, weights)
            case "f16":
                writer.add_tensor(name, weights.astype(np.float16))
            case "q8_0":
                kind = gguf.GGMLQuantizationType.Q8_0
                writer.add_tensor(name, gguf.quants.quantize(weights, kind), raw_dtype=kind)


def _write_tensors(
    writer: gguf.GGUFWriter,
    arch: str,
    shape: Shape,
    weights: _Weights,
    tokens: list[_Token],
    says: Sequence[str],
    ends: bool,
) -> None:
    embedding, output = _vocabulary_weights(shape, weights, tokens, says, ends)
    weights.add(writer, "token_embd.weight", embedding)
    norm = "token_embd_norm" if arch == "lfm2" else "output_norm"
    writer.add_tensor(f"{norm}.weight", np.ones(shape.n_embd, dtype=np.float32))
    weights.add(writer, "output.weight", output)
    untouched = 1 + len(says)
    for layer in range(shape.n_layer):
        block = f"blk.{layer}"
        _write_mixing(writer, arch, layer, shape, weights, untouched)
        if arch != "mamba":
            _write_feed_forward(writer, arch, block, shape, weights, untouched)


def _write_mixing(
    writer: gguf.GGUFWriter, arch: str, layer: int, shape: Shape, weights: _Weights, untouched: int
) -> None:
    """The half of a layer that looks at other tokens."""
    block = f"blk.{layer}"
    writer.add_tensor(f"{block}.attn_norm.weight", np.ones(shape.n_embd, dtype=np.float32))
    if arch == "mamba" or (arch == "jamba" and layer % 2 == 0):
        _write_recurrent_layer(writer, block, shape.n_embd, weights, untouched)
        if arch == "jamba":
            for name, size in (("dt", SSM_RANK), ("b", SSM_STATE), ("c", SSM_STATE)):
                writer.add_tensor(f"{block}.ssm_{name}_norm.weight", np.ones(size, dtype=np.float32))
    elif arch == "lfm2" and layer % 2 == 0:
        _write_short_convolution(writer, block, shape.n_embd, weights, untouched)
    else:
        _write_attention(writer, arch, block, shape, weights, untouched)


def _write_attention(
    writer: gguf.GGUFWriter, arch: str, block: str, shape: Shape, weights: _Weights, untouched: int
) -> None:
    head = shape.n_embd // shape.n_head
    out = weights.matrix(shape.n_embd, shape.n_embd)
    out[:untouched] = 0
    weights.add(writer, f"{block}.attn_q.weight", weights.matrix(shape.n_embd, shape.n_embd))
    weights.add(writer, f"{block}.attn_k.weight", weights.matrix(head * shape.n_head_kv, shape.n_embd))
    weights.add(writer, f"{block}.attn_v.weight", weights.matrix(head * shape.n_head_kv, shape.n_embd))
    weights.add(writer, f"{block}.attn_output.weight", out)
    if arch in ("qwen3", "gemma3", "lfm2"):
        writer.add_tensor(f"{block}.attn_q_norm.weight", np.ones(head, dtype=np.float32))
        writer.add_tensor(f"{block}.attn_k_norm.weight", np.ones(head, dtype=np.float32))
    if arch == "gemma3":
        writer.add_tensor(f"{block}.post_attention_norm.weight", np.ones(shape.n_embd, dtype=np.float32))


def _write_feed_forward(
    writer: gguf.GGUFWriter, arch: str, block: str, shape: Shape, weights: _Weights, untouched: int
) -> None:
    out = weights.matrix(shape.n_embd, shape.n_ff)
    out[:untouched] = 0
    ones = np.ones(shape.n_embd, dtype=np.float32)
    writer.add_tensor(f"{block}.ffn_norm.weight", ones)
    weights.add(writer, f"{block}.ffn_gate.weight", weights.matrix(shape.n_ff, shape.n_embd))
    weights.add(writer, f"{block}.ffn_up.weight", weights.matrix(shape.n_ff, shape.n_embd))
    weights.add(writer, f"{block}.ffn_down.weight", out)
    if arch == "gemma3":
        writer.add_tensor(f"{block}.post_ffw_norm.weight", ones)


def _write_short_convolution(
    writer: gguf.GGUFWriter, block: str, n_embd: int, weights: _Weights, untouched: int
) -> None:
    out = weights.matrix(n_embd, n_embd)
    out[:untouched] = 0
    writer.add_tensor(f"{block}.shortconv.conv.weight", weights.matrix(n_embd, CONV_LENGTH))
    weights.add(writer, f"{block}.shortconv.in_proj.weight", weights.matrix(3 * n_embd, n_embd))
    weights.add(writer, f"{block}.shortconv.out_proj.weight", out)


def _write_recurrent_layer(writer: gguf.GGUFWriter, block: str, n_embd: int, weights: _Weights, untouched: int) -> None:
    inner = 2 * n_embd
    out = weights.matrix(n_embd, inner)
    out[:untouched] = 0
    decay = np.tile(np.arange(1, SSM_STATE + 1, dtype=np.float32), (inner, 1)) / SSM_STATE
    weights.add(writer, f"{block}.ssm_in.weight", weights.matrix(2 * inner, n_embd))
    writer.add_tensor(f"{block}.ssm_conv1d.weight", weights.matrix(inner, SSM_KERNEL))
    writer.add_tensor(f"{block}.ssm_conv1d.bias", np.zeros(inner, dtype=np.float32))
    weights.add(writer, f"{block}.ssm_x.weight", weights.matrix(SSM_RANK + 2 * SSM_STATE, inner))
    weights.add(writer, f"{block}.ssm_dt.weight", weights.matrix(inner, SSM_RANK))
    writer.add_tensor(f"{block}.ssm_dt.bias", np.full(inner, -2.0, dtype=np.float32))
    writer.add_tensor(f"{block}.ssm_a", -decay)
    writer.add_tensor(f"{block}.ssm_d", np.ones(inner, dtype=np.float32))
    weights.add(writer, f"{block}.ssm_out.weight", out)


def _vocabulary_weights(
    shape: Shape, weights: _Weights, tokens: list[_Token], says: Sequence[str], ends: bool
) -> tuple[Any, Any]:
    """Embedding and output matrices. Dimension 0 is on for every token; dimension i+1 only for the script's piece i."""
    n_vocab, n_script = len(tokens), len(says)
    if n_script + 8 > shape.n_embd:
        raise ValueError(f"a script of {n_script} pieces needs n_embd >= {n_script + 8}")
    embedding = weights.matrix(n_vocab, shape.n_embd)
    output = weights.matrix(n_vocab, shape.n_embd) * BABBLE_GAIN
    embedding[:, : n_script + 1] = output[:, : n_script + 1] = 0
    embedding[:, 0] = 1.0
    for token_id, token in enumerate(tokens):
        is_word = token.kind == gguf.TokenType.NORMAL or token.text in WORDS
        if n_script or not is_word or token.text in _BYTE_LETTERS:
            output[token_id, 0] = NEVER
    if n_script:
        script = [_token_id(tokens, piece) for piece in says]
        output[script, 0] = 0.0
        output[script[0], 0] = SCRIPT_GAIN / 4
        for place, token_id in enumerate(script):
            embedding[token_id, 1 + place] = 4.0
            following = script[place + 1] if place + 1 < n_script else (2 if ends else script[0])
            output[following, 1 + place] = SCRIPT_GAIN
        output[2, 0] = 0.0
    return embedding, output


def _token_id(tokens: list[_Token], piece: str) -> int:
    spellings = {piece, piece.replace(" ", "\u2581"), _spelled(piece, "bpe")}
    return next(token_id for token_id, token in enumerate(tokens) if token.text in spellings)
