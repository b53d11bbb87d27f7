"""The eyes of a tiny model: a picture encoder with a projector, as the mmproj files beside vision models are."""

import struct
import zlib
from pathlib import Path
from typing import Any

import gguf
import numpy as np

SIDE, PATCH = 28, 14
N_EMBD, N_HEAD, N_LAYER, N_FF = 32, 4, 2, 64
N_PATCHES = (SIDE // PATCH) ** 2


def make_eyes(
    path: Path, *, width: int = 64, name: str = "", projector: str = "mlp", side: int = SIDE, seed: int = 1
) -> Path:
    """Write the file; `width` is that of the model's own numbers. A picture becomes N_PATCHES tokens.

    With the projector "gemma3" the model looks at a whole picture at once, of a sixteenth of the patches of `side`.
    """
    random = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, "clip")
    writer.add_type("mmproj")
    if name:
        writer.add_name(name)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_string("clip.projector_type", projector)
    writer.add_bool("clip.use_gelu", True)
    for key, value in {
        "image_size": side,
        "patch_size": PATCH,
        "embedding_length": N_EMBD,
        "feed_forward_length": N_FF,
        "projection_dim": width,
        "block_count": N_LAYER,
        "attention.head_count": N_HEAD,
    }.items():
        writer.add_uint32(f"clip.vision.{key}", value)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-5)
    writer.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    writer.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])

    def matrix(tensor: str, *shape: int) -> None:
        weights: Any = random.standard_normal(shape, dtype=np.float32) / np.float32(shape[-1] ** 0.5)
        writer.add_tensor(f"{tensor}.weight", weights)

    def with_bias(tensor: str, *shape: int) -> None:
        matrix(tensor, *shape)
        writer.add_tensor(f"{tensor}.bias", np.zeros(shape[0], dtype=np.float32))

    def norm(tensor: str) -> None:
        writer.add_tensor(f"{tensor}.weight", np.ones(N_EMBD, dtype=np.float32))
        writer.add_tensor(f"{tensor}.bias", np.zeros(N_EMBD, dtype=np.float32))

    matrix("v.patch_embd", N_EMBD, 3, PATCH, PATCH)
    matrix("v.position_embd", (side // PATCH) ** 2, N_EMBD)
    norm("v.pre_ln")
    for layer in range(N_LAYER):
        block = f"v.blk.{layer}"
        for part in ("attn_q", "attn_k", "attn_v", "attn_out"):
            with_bias(f"{block}.{part}", N_EMBD, N_EMBD)
        norm(f"{block}.ln1")
        norm(f"{block}.ln2")
        with_bias(f"{block}.ffn_up", N_FF, N_EMBD)
        with_bias(f"{block}.ffn_down", N_EMBD, N_FF)
    if projector == "gemma3":
        matrix("mm.input_projection", N_EMBD, width)
        writer.add_tensor("mm.soft_emb_norm.weight", np.ones(N_EMBD, dtype=np.float32))
    else:
        with_bias("mm.0", width, N_EMBD)
        with_bias("mm.2", width, width)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def picture(red: int, green: int, blue: int, side: int = SIDE) -> bytes:
    """A PNG of one colour that fades to the right."""
    rows = [bytes([0]) + b"".join(bytes([red, green * x // side, blue]) for x in range(side)) for _ in range(side)]
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
