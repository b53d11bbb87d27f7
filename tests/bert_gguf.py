"""A tiny encoder as embedding models are: it reads a text in both directions, and its places end with its window."""

from pathlib import Path
from typing import Any

import gguf
import numpy as np

N_EMBD, N_HEAD, N_LAYER, N_FF = 32, 4, 2, 64
LETTERS = "abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюя0123456789.,!?"
MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


def make_bert(path: Path, *, pooling: int = 1, n_ctx_train: int = 64, seed: int = 1) -> Path:
    """Write the file; `pooling` is 1 mean, 2 the first token, 3 the last."""
    tokens = [*MARKS, *(f"\u2581{letter}" for letter in LETTERS), *LETTERS]
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_name("tiny encoder")
    writer.add_context_length(n_ctx_train)
    writer.add_embedding_length(N_EMBD)
    writer.add_block_count(N_LAYER)
    writer.add_feed_forward_length(N_FF)
    writer.add_head_count(N_HEAD)
    writer.add_layer_norm_eps(1e-6)
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType(pooling))
    writer.add_tokenizer_model("bert")
    writer.add_token_list(tokens)
    kinds = [gguf.TokenType.CONTROL] * len(MARKS) + [gguf.TokenType.NORMAL] * (len(tokens) - len(MARKS))
    writer.add_token_types(kinds)
    writer.add_token_type_count(2)
    writer.add_pad_token_id(0)
    writer.add_unk_token_id(1)
    writer.add_bos_token_id(2)
    writer.add_sep_token_id(3)
    writer.add_eos_token_id(3)
    _write_tensors(writer, len(tokens), n_ctx_train, np.random.default_rng(seed))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _write_tensors(writer: gguf.GGUFWriter, n_vocab: int, n_ctx: int, random: np.random.Generator) -> None:
    def matrix(name: str, rows: int, columns: int, *, bias: bool = True) -> None:
        weights: Any = random.standard_normal((rows, columns), dtype=np.float32) / np.float32(columns**0.5)
        writer.add_tensor(f"{name}.weight", weights)
        if bias:
            writer.add_tensor(f"{name}.bias", np.zeros(rows, dtype=np.float32))

    def norm(name: str) -> None:
        writer.add_tensor(f"{name}.weight", np.ones(N_EMBD, dtype=np.float32))
        writer.add_tensor(f"{name}.bias", np.zeros(N_EMBD, dtype=np.float32))

    matrix("token_embd", n_vocab, N_EMBD, bias=False)
    matrix("position_embd", n_ctx, N_EMBD, bias=False)
    matrix("token_types", 2, N_EMBD, bias=False)
    norm("token_embd_norm")
    for layer in range(N_LAYER):
        block = f"blk.{layer}"
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            matrix(f"{block}.{name}", N_EMBD, N_EMBD)
        norm(f"{block}.attn_output_norm")
        matrix(f"{block}.ffn_up", N_FF, N_EMBD)
        matrix(f"{block}.ffn_down", N_EMBD, N_FF)
        norm(f"{block}.layer_output_norm")
