"""The network as a GGUF file, which llama.cpp loads like any other. Needs no torch."""

from pathlib import Path
from typing import Any

import gguf
import numpy as np

from guide.network_shape import EPSILON, ROPE_BASE, Shape
from guide.split import LONGEST_QUESTION
from guide.tokenizer import BEGIN, END, UNKNOWN, Tokenizer

ANSWERS_KEY = "guide.answers"
WINDOW = 2048
"""Holds the longest question even if each of its letters takes four tokens, and any answer."""
SHARPNESS = 6.0
"""Makes the network sure of its words, so that it says what it has learned at any temperature."""
TEMPLATE = (
    "{% set asked = messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | list %}"
    "{{ bos_token }}<|user|> {{ (asked | last | default('', true) | trim | lower)[:LONGEST]"
    " | replace('ё', 'е') | replace('<|', '<') }}<|guide|>"
).replace("LONGEST", str(LONGEST_QUESTION))
"""The last question alone counts, in small letters: the guide remembers nothing and has no role to play."""


def write(path: Path, shape: Shape, weights: dict[str, Any], tokenizer: Tokenizer, answers: str = "") -> None:
    """Write the file; `weights` are arrays by their names in the file, `answers` a digest of what was taught."""
    path.parent.mkdir(exist_ok=True)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("guide")
    writer.add_description("Knows only the bot Consilium")
    writer.add_languages(["ru", "en"])
    writer.add_license("MIT")
    writer.add_string(ANSWERS_KEY, answers)
    writer.add_context_length(WINDOW)
    writer.add_embedding_length(shape.n_embd)
    writer.add_block_count(shape.n_layer)
    writer.add_feed_forward_length(shape.n_ff)
    writer.add_head_count(shape.n_head)
    writer.add_head_count_kv(shape.n_head)
    writer.add_rope_dimension_count(shape.head)
    writer.add_rope_freq_base(ROPE_BASE)
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_vocab_size(shape.n_vocab)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    _write_vocabulary(writer, tokenizer)
    writer.add_chat_template(TEMPLATE)
    for name, weight in weights.items():
        sharp = weight * SHARPNESS if name == "output_norm.weight" else weight
        writer.add_tensor(name, sharp.astype(np.float16 if weight.ndim > 1 else np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _write_vocabulary(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
    kinds = gguf.TokenType
    n_marks, n_learned = len(tokenizer.marks), len(tokenizer.learned)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([*tokenizer.marks, *(f"<0x{byte:02X}>" for byte in range(256)), *tokenizer.learned])
    writer.add_token_scores([0.0] * (n_marks + 256) + [-float(place) for place in range(n_learned)])
    writer.add_token_types(
        [kinds.UNKNOWN, *[kinds.CONTROL] * (n_marks - 1), *[kinds.BYTE] * 256, *[kinds.NORMAL] * n_learned]
    )
    writer.add_unk_token_id(UNKNOWN)
    writer.add_bos_token_id(BEGIN)
    writer.add_eos_token_id(END)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)
