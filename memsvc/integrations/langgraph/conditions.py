"""Conditions on the values of items, as LangGraph writes them.

What the service's filters can say restricts the search itself; all of it is held against what
comes back once more, since lists and objects are compared as a whole here.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Conditions: TypeAlias = Mapping[str, Any]

_SAID = {"$eq": "eq", "$ne": "ne", "$gt": "gt", "$gte": "gte", "$lt": "lt", "$lte": "lte"}
_ORDER: Mapping[str, Callable[[float, float], bool]] = {
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}


def check(conditions: Conditions) -> None:
    """Raise ValueError for an operator that there is none of."""
    for wanted in conditions.values():
        if _is_operation(wanted) and not _SAID.keys() >= wanted.keys():
            raise ValueError(f"Unsupported operator; use {', '.join(_SAID)}.")


def said(conditions: Conditions) -> tuple[list[dict[str, Any]], bool]:
    """The conditions in the service's grammar, and whether these are all of them."""
    parts: list[dict[str, Any]] = []
    is_all = True
    for name, wanted in conditions.items():
        for sign, value in wanted.items() if _is_operation(wanted) else (("$eq", wanted),):
            is_sayable = isinstance(value, str | int | float | bool) and "." not in name
            if is_sayable and (sign not in _ORDER or _number(value) is not None):
                parts.append({f"metadata.value.{name}": {_SAID[sign]: value}})
            else:
                is_all = False
    return parts, is_all


def hold(conditions: Conditions, value: Mapping[str, Any]) -> bool:
    """Whether all conditions hold of a value; what is missing counts as null."""
    return all(_holds(value.get(name), wanted) for name, wanted in conditions.items())


def _holds(value: Any, wanted: Any) -> bool:
    if _is_operation(wanted):
        return all(_compares(value, sign, one) for sign, one in wanted.items())
    if isinstance(wanted, Mapping):
        return isinstance(value, Mapping) and hold(wanted, value)
    return bool(value == (list(wanted) if isinstance(wanted, tuple) else wanted))


def _compares(value: Any, sign: str, wanted: Any) -> bool:
    if sign in ("$eq", "$ne"):
        return bool(value == wanted) is (sign == "$eq")
    one, other = _number(value), _number(wanted)
    return one is not None and other is not None and _ORDER[sign](one, other)


def _is_operation(wanted: Any) -> bool:
    return isinstance(wanted, Mapping) and any(str(key).startswith("$") for key in wanted)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None
