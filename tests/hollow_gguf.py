"""GGUF files of any size that take no room on the disk: a whole header, and zeros for weights.

llama.cpp loads and runs them (its answers are nonsense), so their memory can be forecast and measured.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import gguf

Architecture = Literal["llama", "qwen3", "qwen3moe", "gemma3", "deepseek2", "mamba", "lfm2", "jamba", "qwen35"]


@dataclass(frozen=True, slots=True)
class Hollow:
    """A shape. `head` 0: n_embd / n_head; `experts` 0: dense; in hybrids every fourth layer attends."""

    arch: Architecture = "llama"
    n_embd: int = 512
    n_layer: int = 4
    n_head: int = 8
    n_head_kv: int = 8
    head: int = 0
    n_ff: int = 1024
    n_vocab: int = 4000
    experts: int = 0
    window: int = 0
    tied: bool = False
    weights: gguf.GGMLQuantizationType = gguf.GGMLQuantizationType.Q8_0
    n_ctx_train: int = 131072

    @property
    def head_length(self) -> int:
        return self.head or self.n_embd // self.n_head


@dataclass(slots=True)
class _Tensors:
    """Names and sizes of tensors as they are added to the writer."""

    writer: gguf.GGUFWriter
    kind: gguf.GGMLQuantizationType
    size_bytes: int = 0

    def add(self, name: str, *shape: int, kind: gguf.GGMLQuantizationType | None = None) -> None:
        """`shape` with the longest stride first, as numpy counts."""
        if kind is None:
            kind = self.kind if len(shape) > 1 else gguf.GGMLQuantizationType.F32
        block, block_bytes = gguf.GGML_QUANT_SIZES[kind]
        elements = 1
        for length in shape:
            elements *= length
        n_bytes = elements // block * block_bytes
        self.writer.add_tensor_info(name, shape, "float32", n_bytes, raw_dtype=kind)  # type: ignore[arg-type]
        self.size_bytes += -(-n_bytes // 32) * 32


def make_hollow(path: Path, shape: Hollow) -> Path:
    """Write the header and leave the rest of the file empty."""
    writer = gguf.GGUFWriter(path, shape.arch)
    writer.add_context_length(shape.n_ctx_train)
    writer.add_embedding_length(shape.n_embd)
    writer.add_block_count(shape.n_layer)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_feed_forward_length(shape.n_ff)
    tensors = _Tensors(writer, shape.weights)
    _write_vocabulary(writer, shape.n_vocab)
    tensors.add("token_embd.weight", shape.n_vocab, shape.n_embd)
    tensors.add("token_embd_norm.weight" if shape.arch == "lfm2" else "output_norm.weight", shape.n_embd)
    if not shape.tied:
        tensors.add("output.weight", shape.n_vocab, shape.n_embd)
    match shape.arch:
        case "mamba":
            _write_recurrent(writer, tensors, shape)
        case "deepseek2":
            _write_latent(writer, tensors, shape)
        case "lfm2" | "jamba" | "qwen35":
            _write_hybrid(writer, tensors, shape)
        case _:
            _write_attention(writer, tensors, shape)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    writer.close()
    with path.open("r+b") as file:
        header_bytes = file.seek(0, 2)
        file.truncate(-(-header_bytes // 32) * 32 + tensors.size_bytes)
    return path


def _write_vocabulary(writer: gguf.GGUFWriter, n_vocab: int) -> None:
    kinds = gguf.TokenType
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    tokens += [f"~{number}" for number in range(n_vocab - len(tokens))]
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * n_vocab)
    special = [kinds.UNKNOWN, kinds.CONTROL, kinds.CONTROL, *[kinds.BYTE] * 256]
    writer.add_token_types([*special, *[kinds.NORMAL] * (n_vocab - len(special))])
    writer.add_chat_template("{% for m in messages %}{{ m['content'] }}{% endfor %}")


def _write_attention(writer: gguf.GGUFWriter, tensors: _Tensors, shape: Hollow) -> None:
    head = shape.head_length
    writer.add_head_count(shape.n_head)
    writer.add_head_count_kv(shape.n_head_kv)
    if shape.head:
        writer.add_key_length(head)
        writer.add_value_length(head)
    if shape.window:
        writer.add_sliding_window(shape.window)
    if shape.experts:
        writer.add_expert_count(shape.experts)
        writer.add_expert_used_count(2)
        writer.add_expert_feed_forward_length(shape.n_ff)
    for layer in range(shape.n_layer):
        block = f"blk.{layer}"
        tensors.add(f"{block}.attn_norm.weight", shape.n_embd)
        _add_attention(tensors, block, shape, norms=shape.arch != "llama")
        if shape.arch == "gemma3":
            tensors.add(f"{block}.post_attention_norm.weight", shape.n_embd)
            tensors.add(f"{block}.post_ffw_norm.weight", shape.n_embd)
        _add_feed_forward(tensors, block, shape)


def _add_attention(tensors: _Tensors, block: str, shape: Hollow, *, norms: bool) -> None:
    head = shape.head_length
    gate = 2 if shape.arch == "qwen35" else 1
    tensors.add(f"{block}.attn_q.weight", gate * head * shape.n_head, shape.n_embd)
    tensors.add(f"{block}.attn_k.weight", head * shape.n_head_kv, shape.n_embd)
    tensors.add(f"{block}.attn_v.weight", head * shape.n_head_kv, shape.n_embd)
    tensors.add(f"{block}.attn_output.weight", shape.n_embd, head * shape.n_head)
    if norms:
        tensors.add(f"{block}.attn_q_norm.weight", head)
        tensors.add(f"{block}.attn_k_norm.weight", head)


def _add_feed_forward(tensors: _Tensors, block: str, shape: Hollow, *, norm: bool = True) -> None:
    if norm:
        tensors.add(f"{block}.ffn_norm.weight", shape.n_embd)
    if not shape.experts:
        tensors.add(f"{block}.ffn_gate.weight", shape.n_ff, shape.n_embd)
        tensors.add(f"{block}.ffn_up.weight", shape.n_ff, shape.n_embd)
        tensors.add(f"{block}.ffn_down.weight", shape.n_embd, shape.n_ff)
        return
    tensors.add(f"{block}.ffn_gate_inp.weight", shape.experts, shape.n_embd, kind=gguf.GGMLQuantizationType.F32)
    tensors.add(f"{block}.ffn_gate_exps.weight", shape.experts, shape.n_ff, shape.n_embd)
    tensors.add(f"{block}.ffn_up_exps.weight", shape.experts, shape.n_ff, shape.n_embd)
    tensors.add(f"{block}.ffn_down_exps.weight", shape.experts, shape.n_embd, shape.n_ff)


def _write_latent(writer: gguf.GGUFWriter, tensors: _Tensors, shape: Hollow) -> None:
    """Attention over a short latent row, the same for keys and values."""
    latent, rope, plain, value, query = 512, 64, 128, 128, 256
    writer.add_head_count(shape.n_head)
    writer.add_head_count_kv(1)
    writer.add_key_length(latent + rope)
    writer.add_value_length(latent)
    writer.add_key_length_mla(plain + rope)
    writer.add_value_length_mla(value)
    writer.add_kv_lora_rank(latent)
    writer.add_q_lora_rank(query)
    writer.add_rope_dimension_count(rope)
    writer.add_leading_dense_block_count(shape.n_layer)
    writer.add_expert_count(0)
    writer.add_expert_used_count(0)
    writer.add_expert_shared_count(0)
    writer.add_expert_feed_forward_length(shape.n_ff)
    for layer in range(shape.n_layer):
        block = f"blk.{layer}"
        tensors.add(f"{block}.attn_norm.weight", shape.n_embd)
        tensors.add(f"{block}.attn_q_a.weight", query, shape.n_embd)
        tensors.add(f"{block}.attn_q_a_norm.weight", query)
        tensors.add(f"{block}.attn_q_b.weight", shape.n_head * (plain + rope), query)
        tensors.add(f"{block}.attn_kv_a_mqa.weight", latent + rope, shape.n_embd)
        tensors.add(f"{block}.attn_kv_a_norm.weight", latent)
        tensors.add(f"{block}.attn_k_b.weight", shape.n_head, latent, plain)
        tensors.add(f"{block}.attn_v_b.weight", shape.n_head, value, latent)
        tensors.add(f"{block}.attn_output.weight", shape.n_embd, shape.n_head * value)
        _add_feed_forward(tensors, block, shape)


ATTENDS_EVERY = 4


def _write_hybrid(writer: gguf.GGUFWriter, tensors: _Tensors, shape: Hollow) -> None:
    """Every fourth layer attends; the others keep a state of one size, of a short convolution or of Mamba's kind."""
    attends = [layer % ATTENDS_EVERY == ATTENDS_EVERY - 1 for layer in range(shape.n_layer)]
    writer.add_head_count(shape.n_head)
    by_layer = [shape.n_head_kv if attending else 0 for attending in attends]
    writer.add_head_count_kv(shape.n_head_kv if shape.arch == "qwen35" else by_layer)
    match shape.arch:
        case "lfm2":
            writer.add_shortconv_l_cache(SHORT)
        case "qwen35":
            _write_delta_sizes(writer, shape)
        case _:
            _write_state_sizes(writer, shape)
    for layer, attending in enumerate(attends):
        block = f"blk.{layer}"
        tensors.add(f"{block}.attn_norm.weight", shape.n_embd)
        if attending:
            _add_attention(tensors, block, shape, norms=shape.arch != "jamba")
        elif shape.arch == "qwen35":
            _add_delta(tensors, block, shape)
        elif shape.arch == "lfm2":
            tensors.add(f"{block}.shortconv.conv.weight", shape.n_embd, SHORT, kind=F32)
            tensors.add(f"{block}.shortconv.in_proj.weight", 3 * shape.n_embd, shape.n_embd)
            tensors.add(f"{block}.shortconv.out_proj.weight", shape.n_embd, shape.n_embd)
        else:
            _add_state(tensors, block, shape)
            for name, length in (("dt", _step(shape)), ("b", STATE), ("c", STATE)):
                tensors.add(f"{block}.ssm_{name}_norm.weight", length)
        if shape.arch == "qwen35":
            tensors.add(f"{block}.post_attention_norm.weight", shape.n_embd)
            _add_feed_forward(tensors, block, shape, norm=False)
        else:
            _add_feed_forward(tensors, block, shape)


def _write_recurrent(writer: gguf.GGUFWriter, tensors: _Tensors, shape: Hollow) -> None:
    """Layers that keep a state of one size instead of a row for each token."""
    _write_state_sizes(writer, shape)
    for layer in range(shape.n_layer):
        tensors.add(f"blk.{layer}.attn_norm.weight", shape.n_embd)
        _add_state(tensors, f"blk.{layer}", shape)


F32 = gguf.GGMLQuantizationType.F32
STATE, KERNEL, SHORT = 16, 4, 3


def _step(shape: Hollow) -> int:
    return max(1, shape.n_embd // 16)


def _write_state_sizes(writer: gguf.GGUFWriter, shape: Hollow) -> None:
    writer.add_ssm_conv_kernel(KERNEL)
    writer.add_ssm_inner_size(2 * shape.n_embd)
    writer.add_ssm_state_size(STATE)
    writer.add_ssm_time_step_rank(_step(shape))


def _add_state(tensors: _Tensors, block: str, shape: Hollow) -> None:
    """The tensors of one layer of Mamba."""
    inner, step = 2 * shape.n_embd, _step(shape)
    tensors.add(f"{block}.ssm_in.weight", 2 * inner, shape.n_embd)
    tensors.add(f"{block}.ssm_conv1d.weight", inner, KERNEL, kind=F32)
    tensors.add(f"{block}.ssm_conv1d.bias", inner)
    tensors.add(f"{block}.ssm_x.weight", step + 2 * STATE, inner)
    tensors.add(f"{block}.ssm_dt.weight", inner, step)
    tensors.add(f"{block}.ssm_dt.bias", inner)
    tensors.add(f"{block}.ssm_a", inner, STATE, kind=F32)
    tensors.add(f"{block}.ssm_d", inner)
    tensors.add(f"{block}.ssm_out.weight", shape.n_embd, inner)


DELTA_HEAD = 128


def _write_delta_sizes(writer: gguf.GGUFWriter, shape: Hollow) -> None:
    """As many heads of values as of keys."""
    writer.add_ssm_conv_kernel(KERNEL)
    writer.add_ssm_state_size(DELTA_HEAD)
    writer.add_ssm_group_count(shape.n_embd // DELTA_HEAD)
    writer.add_ssm_time_step_rank(shape.n_embd // DELTA_HEAD)
    writer.add_ssm_inner_size(shape.n_embd)
    writer.add_full_attention_interval(ATTENDS_EVERY)
    writer.add_rope_dimension_sections([11, 11, 10, 0])
    writer.add_rope_dimension_count(shape.head_length)


def _add_delta(tensors: _Tensors, block: str, shape: Hollow) -> None:
    """The tensors of one layer of a gated delta net."""
    n_heads = shape.n_embd // DELTA_HEAD
    tensors.add(f"{block}.attn_qkv.weight", 3 * shape.n_embd, shape.n_embd)
    tensors.add(f"{block}.attn_gate.weight", shape.n_embd, shape.n_embd)
    tensors.add(f"{block}.ssm_conv1d.weight", 3 * shape.n_embd, KERNEL, kind=F32)
    tensors.add(f"{block}.ssm_dt.bias", n_heads)
    tensors.add(f"{block}.ssm_a", n_heads)
    tensors.add(f"{block}.ssm_beta.weight", n_heads, shape.n_embd)
    tensors.add(f"{block}.ssm_alpha.weight", n_heads, shape.n_embd)
    tensors.add(f"{block}.ssm_norm.weight", DELTA_HEAD)
    tensors.add(f"{block}.ssm_out.weight", shape.n_embd, shape.n_embd)
