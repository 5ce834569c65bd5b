"""Freed memory goes back to the system."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

_trim: Callable[[int], int] | None
try:
    _trim = ctypes.CDLL(None).malloc_trim
except (AttributeError, OSError, TypeError):  # not glibc: musl, macOS and Windows do it unasked
    _trim = None


def give_back() -> None:
    """Hand what was freed back: glibc would keep it, 300 bytes for each memory of a large index.

    Takes milliseconds and lets other threads work.
    """
    if _trim is not None:
        _trim(0)
