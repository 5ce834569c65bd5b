"""`core.filters.compare` prepared for many values and one wanted value."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from memsvc.core.filters import compare

Mask: TypeAlias = NDArray[np.bool_]
Rows: TypeAlias = NDArray[np.int64]

NEGATIONS = {"ne": "eq", "nin": "in"}
ORDERINGS: dict[str, Callable[[Any, Any], Mask]] = {
    "eq": np.equal,
    "gt": np.greater,
    "gte": np.greater_equal,
    "lt": np.less,
    "lte": np.less_equal,
}


def tester(operator: str, wanted: Any) -> Callable[[Any], bool]:
    """`compare(value, operator, wanted)` as a function of the value.

    `eq` and `in` look the value up, so that 1000 choices cost no more than one.
    """
    if operator not in ("eq", "in"):
        return lambda value: compare(value, operator, wanted)
    try:
        wanted_ones = (wanted,) if operator == "eq" else tuple(wanted)
        # bool is an int in Python; JSON true is not 1.
        choices = frozenset((isinstance(one, bool), one) for one in wanted_ones if not _is_nan(one))
    except TypeError:
        return lambda value: compare(value, operator, wanted)

    def is_chosen(value: Any) -> bool:
        if isinstance(value, list | tuple):
            plain = (one for one in value if not isinstance(one, list | Mapping))
            return any((isinstance(one, bool), one) in choices for one in plain)
        return not isinstance(value, Mapping) and (isinstance(value, bool), value) in choices

    return is_chosen


def list_tester(operator: str, wanted: Any) -> Callable[[Any], bool]:
    """The same for values that are tuples of text, or None.

    Ten times as fast for what is asked of topics: whether one is among some, whether there is any.
    """
    if operator == "icontains" and wanted == "":
        # Any text holds the empty one: whether there is a text.
        return bool
    choices = (wanted,) if operator == "eq" else wanted
    if operator not in ("eq", "in") or not all(isinstance(one, str) for one in choices):
        return tester(operator, wanted)
    found = frozenset(choices)
    return lambda value: not found.isdisjoint(value or ())


def _is_nan(value: Any) -> bool:
    # It equals nothing, itself included; a set would find it by identity.
    return isinstance(value, float) and math.isnan(value)
