"""What a Python object weighs, roughly."""

from __future__ import annotations

from collections.abc import Mapping
from sys import getsizeof
from typing import Any


def footprint(value: Any) -> int:
    """Bytes of a JSON-like value with all its parts; texts shared with others count in full."""
    if value is None or isinstance(value, bool):
        return 0
    size = getsizeof(value)
    if isinstance(value, Mapping):
        return size + sum(footprint(key) + footprint(one) for key, one in value.items())
    if isinstance(value, list | tuple):
        return size + sum(footprint(one) for one in value)
    return size
