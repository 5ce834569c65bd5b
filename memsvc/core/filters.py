"""The filter grammar: which memories a question is about.

mem0's grammar: `{"AND": [{"session_id": "s1"}, {"event_time": {"gte": "2026-01-01T00:00:00Z"}},
{"metadata.topic": {"in": ["a", "b"]}}]}` with `AND OR NOT` and
`eq ne gt gte lt lte in nin contains icontains`; several fields in one object all have to hold.

A filter is a small tree; `matches` is its meaning, and what an index does with its columns has to
agree with it. A missing value satisfies only `ne`, `nin` and `eq null`; on lists (`tags`,
`subject_ids`) `eq`, `in` and `contains` speak of membership.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from memsvc.core.memory import Json, Memory
from memsvc.errors import InvalidRequest

MAX_DEPTH = 8
MAX_CONDITIONS = 64
MAX_CHOICES = 1000

CODE_FIELDS = frozenset(
    {"id", "kind", "status", "trust", "channel", "user_id", "session_id", "role", "speaker"}
)
TIME_FIELDS = frozenset(
    {
        "event_time",
        "created_at",
        "updated_at",
        "last_used_at",
        "valid_from",
        "valid_to",
        "expires_at",
        "superseded_at",
    }
)
NUMBER_FIELDS = frozenset({"importance", "confidence", "use_count", "stability_days"})
FLAG_FIELDS = frozenset({"pinned"})
LIST_FIELDS = frozenset({"subject_ids", "tags"})
FIELDS = CODE_FIELDS | TIME_FIELDS | NUMBER_FIELDS | FLAG_FIELDS | LIST_FIELDS
METADATA_PREFIX = "metadata."

ORDERING = frozenset({"gt", "gte", "lt", "lte"})
OPERATORS = ORDERING | {"eq", "ne", "in", "nin", "contains", "icontains"}


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison. `value` is a datetime for time fields and a tuple for `in` and `nin`."""

    field: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class And:
    """All hold; of nothing, true."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one holds."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Filter


Filter: TypeAlias = Condition | And | Or | Not

EVERYTHING = And(())


def parse(source: Mapping[str, Json], location: str = "filters") -> Filter:
    """The filter a request's JSON means.

    Raises InvalidRequest naming the place, never the value, when the grammar is broken or a limit
    (depth 8, 64 conditions, 1000 choices) is passed.
    """
    filter_ = _parse_object(source, location, depth=1)
    if _size(filter_) > MAX_CONDITIONS:
        raise InvalidRequest.at(location, f"more than {MAX_CONDITIONS} conditions")
    return filter_


def _parse_object(source: Any, location: str, depth: int) -> Filter:
    if depth > MAX_DEPTH:
        raise InvalidRequest.at(location, f"nested deeper than {MAX_DEPTH}")
    if not isinstance(source, Mapping):
        raise InvalidRequest.at(location, "must be an object")
    parts: list[Filter] = []
    for key, value in source.items():
        if key in ("AND", "OR"):
            if not isinstance(value, list) or (key == "OR" and not value):
                raise InvalidRequest.at(f"{location}.{key}", "must be a list of filters")
            inner = tuple(
                _parse_object(part, f"{location}.{key}[{place}]", depth + 1)
                for place, part in enumerate(value)
            )
            parts.append(And(inner) if key == "AND" else Or(inner))
        elif key == "NOT":
            # mem0 writes NOT with a list; none of its parts may hold.
            negated = value if isinstance(value, list) else [value]
            parts += [
                Not(_parse_object(part, f"{location}.NOT[{place}]", depth + 1))
                for place, part in enumerate(negated)
            ]
        else:
            parts += _parse_field(key, value, location)
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _parse_field(name: str, value: Any, location: str) -> list[Filter]:
    if name not in FIELDS and not (name.startswith(METADATA_PREFIX) and name != METADATA_PREFIX):
        raise InvalidRequest.at(
            location, f"unknown field; use AND, OR, NOT, metadata.* or {', '.join(sorted(FIELDS))}"
        )
    location = f"{location}.{name if name in FIELDS else 'metadata'}"
    if not isinstance(value, Mapping):
        return [Condition(name, "eq", _checked(name, "eq", value, location))]
    if not value or not OPERATORS.issuperset(value):
        raise InvalidRequest.at(location, f"use operators out of {', '.join(sorted(OPERATORS))}")
    return [Condition(name, op, _checked(name, op, v, location)) for op, v in value.items()]


def _checked(name: str, operator: str, value: Any, location: str) -> Any:
    if operator in ("in", "nin"):
        if not isinstance(value, list) or len(value) > MAX_CHOICES:
            raise InvalidRequest.at(location, f"{operator} takes a list of at most {MAX_CHOICES}")
        return tuple(_checked(name, "eq", one, location) for one in value)
    if isinstance(value, list | Mapping):
        raise InvalidRequest.at(location, f"{operator} takes a single value")
    if operator in ("contains", "icontains"):
        if not isinstance(value, str) or name in TIME_FIELDS | NUMBER_FIELDS | FLAG_FIELDS:
            raise InvalidRequest.at(location, f"{operator} compares text with text")
        return value
    if operator in ORDERING and name in CODE_FIELDS | LIST_FIELDS | FLAG_FIELDS:
        raise InvalidRequest.at(location, f"{operator} does not order this field")
    if value is None:
        if operator in ORDERING:
            raise InvalidRequest.at(location, f"{operator} needs a value")
        return None
    return _typed(name, value, location)


def _typed(name: str, value: Any, location: str) -> Any:
    if name in TIME_FIELDS:
        return _moment(value, location)
    if name in FLAG_FIELDS and not isinstance(value, bool):
        raise InvalidRequest.at(location, "must be true or false")
    if name in NUMBER_FIELDS and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise InvalidRequest.at(location, "must be a number")
    if name in CODE_FIELDS | LIST_FIELDS and not isinstance(value, str):
        raise InvalidRequest.at(location, "must be text")
    return value


def _moment(value: Any, location: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise InvalidRequest.at(location, "must carry a UTC offset, such as Z")
        return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        # In UTC the first and last hours of the calendar may fall outside of it.
        raise InvalidRequest.at(location, "must be an RFC 3339 time") from None


def _size(filter_: Filter) -> int:
    if isinstance(filter_, Condition):
        return 1
    if isinstance(filter_, Not):
        return _size(filter_.part)
    # A group of nothing counts as well, or a filter could grow without bound.
    return max(1, sum(_size(part) for part in filter_.parts))


def matches(filter_: Filter, memory: Memory) -> bool:
    """Whether the memory is one the filter speaks of."""
    if isinstance(filter_, And):
        return all(matches(part, memory) for part in filter_.parts)
    if isinstance(filter_, Or):
        return any(matches(part, memory) for part in filter_.parts)
    if isinstance(filter_, Not):
        return not matches(filter_.part, memory)
    return compare(value_of(memory, filter_.field), filter_.operator, filter_.value)


def value_of(memory: Memory, field: str) -> Any:
    """The memory's value under a filter's field name; None when it has none."""
    if not field.startswith(METADATA_PREFIX):
        return getattr(memory, field)
    return metadata_value(memory.metadata, field)


def metadata_value(metadata: Mapping[str, Json], field: str) -> Any:
    """Follow `metadata.a.b`: the whole rest as one key first, then step by step."""
    path = field.removeprefix(METADATA_PREFIX)
    if path in metadata:
        return metadata[path]
    here: Any = metadata
    for step in path.split("."):
        if not isinstance(here, Mapping) or step not in here:
            return None
        here = here[step]
    return here


def compare(value: Any, operator: str, wanted: Any) -> bool:
    """One comparison; values of different types are unequal and unordered."""
    if operator == "ne":
        return not compare(value, "eq", wanted)
    if operator == "nin":
        return not compare(value, "in", wanted)
    if operator == "in":
        return any(compare(value, "eq", one) for one in wanted)
    if operator == "eq":
        several = isinstance(value, list | tuple)
        return any(_equal(one, wanted) for one in value) if several else _equal(value, wanted)
    if value is None:
        return False
    if operator == "contains":
        return isinstance(value, str | list | tuple) and wanted in value
    if operator == "icontains":
        held = value if isinstance(value, list | tuple) else [value]
        return any(isinstance(one, str) and wanted.casefold() in one.casefold() for one in held)
    return _ordered(value, operator, wanted)


def _equal(value: Any, wanted: Any) -> bool:
    # bool is an int in Python; JSON true is not 1.
    return isinstance(value, bool) == isinstance(wanted, bool) and bool(value == wanted)


def _ordered(value: Any, operator: str, wanted: Any) -> bool:
    numbers = isinstance(value, int | float) and isinstance(wanted, int | float)
    if (
        isinstance(value, bool)
        or isinstance(wanted, bool)
        or not (numbers or type(value) is type(wanted))
    ):
        return False
    try:
        return bool(
            {
                "gt": value > wanted,
                "gte": value >= wanted,
                "lt": value < wanted,
                "lte": value <= wanted,
            }[operator]
        )
    except TypeError:
        return False
