"""What a caller of mem0 says of whose memories are to go: it has to name somebody."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping
from typing import Any

from memsvc.errors import InvalidRequest

ENTITIES = ("user_id", "agent_id", "app_id", "run_id")


def object_of(name: str, written: str) -> Mapping[str, Any]:
    """An object as JSON or, as the client puts one into a query, as Python writes it.

    Raises InvalidRequest, at the field `name`, for what is none.
    """
    found: Any = None
    try:
        found = _as_json(json.loads(written))
    except (ValueError, RecursionError):
        try:
            found = _as_json(ast.literal_eval(written))
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found):
        raise InvalidRequest.at(name, "must be an object, as JSON")
    return found


def _as_json(found: Any) -> Any:
    """What JSON can hold of it: no sets, no bytes, no keys but texts, no half of a character.

    Raises ValueError, TypeError and RecursionError.
    """
    written = json.dumps(found, ensure_ascii=False, allow_nan=False)
    written.encode()
    return json.loads(written)


def names_somebody(parts: Iterable[Mapping[str, Any]]) -> bool:
    """Whether every way in which these hold names a user, an agent, an application or a run."""
    for part in parts:
        for key, value in part.items():
            if key in ENTITIES and _is_a_name(value):
                return True
            if isinstance(value, list) and value:
                inside = [names_somebody([one]) for one in value if isinstance(one, Mapping)]
                if inside and (any(inside) if key == "AND" else key == "OR" and all(inside)):
                    return True
    return False


def _is_a_name(value: Any) -> bool:
    """Whether only what has this name, or one of these, can meet a condition."""
    if not isinstance(value, Mapping):
        return isinstance(value, str)
    names = value.get("in")
    several = isinstance(names, list) and names and all(isinstance(one, str) for one in names)
    return isinstance(value.get("eq"), str) or bool(several)
