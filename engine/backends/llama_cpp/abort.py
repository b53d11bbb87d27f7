"""A flag that ends a computation of llama.cpp from another thread. Knows nothing of what is computed."""

import ctypes
import sys

import llama_cpp


class AbortFlag:
    """Raised in one thread, seen by llama.cpp in another.

    The callback is the C function strlen over two bytes: it needs no GIL, so it costs nothing a step. Keep this
    object alive as long as any context it is set for.
    """

    def __init__(self) -> None:
        self._bytes = ctypes.create_string_buffer(2)
        library = ctypes.CDLL("msvcrt" if sys.platform == "win32" else None)
        self.callback = ctypes.cast(library.strlen, llama_cpp.ggml_abort_callback)
        self.data = ctypes.cast(self._bytes, ctypes.c_void_p)

    def up(self) -> None:
        self._bytes[0] = b"\x01"

    def down(self) -> None:
        self._bytes[0] = b"\x00"
