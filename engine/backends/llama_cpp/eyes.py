"""Pictures for a model: opened by the file that is its eyes, turned into what it reads in place of tokens.

Runs in the child, in the computing thread. In a prompt a picture is a run of negative stand-ins for its positions.
"""

import base64
import ctypes
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import llama_cpp
from llama_cpp import mtmd_cpp

from engine.backends.llama_cpp.marks import MARK, digest, stand_ins
from engine.backends.llama_cpp.opening import CannotRun
from engine.backends.llama_cpp.vocabulary import Vocabulary

SIGNATURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM")
"""Other bytes are not tried: the library would start a program for films to look at them."""
MOST_PICTURES = 64
"""Opened ones that are kept, for the next turn of a dialog."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a picture as the library cut it; `chunk` is its pointer, `length` counts positions."""

    chunk: Any
    length: int


@dataclass(frozen=True, slots=True)
class Picture:
    """`tokens` are marks of the model around stand-ins; `chunks` owns the pieces."""

    tokens: tuple[int, ...]
    pieces: dict[int, Piece]
    """By the first stand-in."""
    chunks: Any


class Eyes:
    """`model` is a llama_model pointer that must outlive this."""

    def __init__(self, path: str, model: Any, use_gpu: bool, n_threads: int) -> None:
        params = mtmd_cpp.mtmd_context_params_default()
        params.use_gpu, params.n_threads = use_gpu, n_threads
        params.print_timings = params.warmup = False
        self._library = mtmd_cpp.mtmd_init_from_file(path.encode(), model, params)
        if not self._library or not mtmd_cpp.mtmd_support_vision(self._library):
            raise CannotRun("bad_eyes", path)
        self._pictures: OrderedDict[str, Picture] = OrderedDict()

    def tokens(self, prompt: str, pictures: Iterable[str], vocabulary: Vocabulary) -> list[int]:
        """Tokens of a rendered prompt; marks of `pictures`, which are base64, become what stands for them."""
        files = {digest(data): data for data in map(base64.b64decode, pictures)}
        first, *rest = MARK.split(prompt)
        tokens = vocabulary.tokens(first)
        for name, text in zip(rest[::2], rest[1::2], strict=True):
            if name in files:
                tokens += self._opened(name, files[name]).tokens
            tokens += vocabulary.text_after_mark(text)
        return tokens

    def piece(self, stand_in: int) -> Piece | None:
        """The piece that begins with this stand-in."""
        return next((found for one in self._pictures.values() if (found := one.pieces.get(stand_in))), None)

    def see(self, piece: Piece, context: Any, position: int, sequence: int, batch: int) -> int:
        """Compute it into a sequence; answers as llama_decode does."""
        if mtmd_cpp.mtmd_encode_chunk(self._library, piece.chunk) != 0:
            return -1
        numbers = mtmd_cpp.mtmd_get_output_embd(self._library)
        behind = llama_cpp.llama_pos(0)
        no_callback = mtmd_cpp.mtmd_helper_post_decode_callback()
        return int(
            mtmd_cpp.mtmd_helper_decode_image_chunk(
                *(self._library, context, piece.chunk, numbers, position, sequence, batch),
                *(ctypes.byref(behind), no_callback, None),
            )
        )

    def _opened(self, name: str, data: bytes) -> Picture:
        picture = self._pictures.get(name)
        if picture is None:
            picture = self._pictures[name] = self._open(name, data)
        self._pictures.move_to_end(name)
        if len(self._pictures) > MOST_PICTURES:
            mtmd_cpp.mtmd_input_chunks_free(self._pictures.popitem(last=False)[1].chunks)
        return picture

    def _open(self, name: str, data: bytes) -> Picture:
        if not data.startswith(SIGNATURES):
            raise CannotRun("bad_picture", "no picture that is known")
        buffer = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
        bitmap = mtmd_cpp.mtmd_helper_bitmap_init_from_buf(self._library, buffer, len(data), False)
        if not bitmap:
            raise CannotRun("bad_picture", "it cannot be opened")
        chunks = mtmd_cpp.mtmd_input_chunks_init()
        try:
            text = mtmd_cpp.mtmd_default_marker()
            place = mtmd_cpp.mtmd_input_text(text=text, text_len=len(text), add_special=False, parse_special=True)
            bitmaps = (mtmd_cpp.mtmd_bitmap_p_ctypes * 1)(bitmap)
            if mtmd_cpp.mtmd_tokenize(self._library, chunks, ctypes.byref(place), bitmaps, 1) != 0:
                raise CannotRun("bad_picture", "it cannot be taken apart")
        finally:
            mtmd_cpp.mtmd_bitmap_free(bitmap)
        return _picture(name, chunks)


def _picture(name: str, chunks: Any) -> Picture:
    tokens: list[int] = []
    pieces = {}
    for index in range(mtmd_cpp.mtmd_input_chunks_size(chunks)):
        chunk = mtmd_cpp.mtmd_input_chunks_get(chunks, index)
        if mtmd_cpp.mtmd_input_chunk_get_type(chunk) == mtmd_cpp.MTMD_INPUT_CHUNK_TYPE_TEXT:
            count = ctypes.c_size_t(0)
            words = mtmd_cpp.mtmd_input_chunk_get_tokens_text(chunk, ctypes.byref(count))
            tokens += words[: count.value]
            continue
        length = int(mtmd_cpp.mtmd_input_chunk_get_n_pos(chunk))
        stands = stand_ins(f"{name} {index}", length)
        pieces[stands[0]] = Piece(chunk, length)
        tokens += stands
    return Picture(tuple(tokens), pieces, chunks)
