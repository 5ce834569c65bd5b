"""The kinds of value that wire models are made of, with their limits."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from memsvc.core import limits
from memsvc.core.handbook.told import MOST_TOKENS

CONTENT_CHARS = limits.CONTENT_CHARS
QUERY_CHARS = 8_192
NAME_CHARS = limits.NAME_CHARS
BATCH = 1000
SEARCH_LIMIT = 200
CONTEXT_LIMIT = 200
SMALLEST_BUDGET = 50
LARGEST_BUDGET = 32_000
PAGE_LIMIT = 500
JSON_DEPTH = limits.JSON_DEPTH
METADATA_BYTES = limits.METADATA_BYTES
FILTER_DEPTH = 24
FILTER_BYTES = 65_536
LIST_ITEMS = limits.LIST_ITEMS

INT64 = 2**63


class Wire(BaseModel):
    """Base of all wire models: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


def _no_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not contain NUL characters")
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be blank")
    return value


def _pattern(pattern: str, least: int, most: int) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": "string", "minLength": least, "maxLength": most, "pattern": pattern}
    )


_SOMETHING = r"^[^\u0000]*[^\u0000\s][^\u0000]*$"

Content = Annotated[
    str,
    Field(min_length=1, max_length=CONTENT_CHARS),
    AfterValidator(_no_nul),
    AfterValidator(_not_blank),
    _pattern(_SOMETHING, 1, CONTENT_CHARS),
]
Query = Annotated[
    str,
    Field(min_length=1, max_length=QUERY_CHARS),
    AfterValidator(_no_nul),
    AfterValidator(_not_blank),
    _pattern(_SOMETHING, 1, QUERY_CHARS),
]
Name = Annotated[
    str,
    Field(min_length=1, max_length=NAME_CHARS),
    AfterValidator(_no_nul),
    AfterValidator(_not_blank),
    _pattern(_SOMETHING, 1, NAME_CHARS),
]
"""A name, an identity or a tag: 1 to 256 characters, not blank."""

ID_PATTERN = r"^[A-Za-z0-9._:@+=~-]{1,128}$"
MemoryId = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
AGENT_PATTERN = r"^[^\x00-\x1f\x7f/]{1,256}$"
SubgoalName = Annotated[str, StringConstraints(pattern=AGENT_PATTERN)]
"""It stands in paths."""


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of range") from None


_DATE_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d")


def _text_only(value: Any) -> Any:
    # Pydantic would take numbers, in quotes too, for Unix times; the contract is RFC 3339.
    if not isinstance(value, str) or not _DATE_AND_TIME.match(value):
        raise ValueError("must be an RFC 3339 time such as 2026-01-31T12:00:00Z")
    return value


Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_text_only),
    AfterValidator(_utc),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An RFC 3339 time with an offset; naive times are refused."""

Share = Annotated[float, Field(ge=0.0, le=1.0, strict=True, allow_inf_nan=False)]
Flag = Annotated[bool, Field(strict=True)]


def _depth(value: Any, allowed: int, most: int) -> None:
    if allowed < 0:
        raise ValueError(f"must not be nested deeper than {most}")
    if isinstance(value, str):
        _no_nul(value)
        value.encode()
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _no_nul(key)
            key.encode()
            _depth(inner, allowed - 1, most)
    elif isinstance(value, list):
        for inner in value:
            _depth(inner, allowed - 1, most)
    elif isinstance(value, int) and not -INT64 <= value < INT64:
        raise ValueError("must not hold integers beyond 64 bits")
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("must not hold NaN or infinite numbers")


def _size(value: Any) -> int:
    """Roughly the bytes of the value as JSON."""
    if isinstance(value, str):
        return len(value.encode()) + 2
    if isinstance(value, Mapping):
        return 2 + sum(_size(key) + _size(inner) + 2 for key, inner in value.items())
    if isinstance(value, list):
        return 2 + sum(_size(inner) + 1 for inner in value)
    return 8


def _bounded(depth: int, size: int) -> BeforeValidator:
    def check(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise ValueError("must be an object")
        try:
            _depth(value, depth, depth)
            found = _size(value)
        except UnicodeEncodeError:
            raise ValueError("must not contain lone surrogates") from None
        if found > size:
            raise ValueError(f"must not be larger than {size} bytes as JSON")
        return value

    return BeforeValidator(check)


_OBJECT = WithJsonSchema({"type": "object", "additionalProperties": True})

# Any: the check above is complete, and pydantic's own would name keys that the caller chose.
JsonObject = Annotated[dict[str, Any], _bounded(JSON_DEPTH, METADATA_BYTES), _OBJECT]
"""A JSON object of bounded depth and size."""

FilterObject = Annotated[dict[str, Any], _bounded(FILTER_DEPTH, FILTER_BYTES), _OBJECT]
"""A filter, before its grammar is checked."""


_ENDINGS = {"success": 1.0, "failure": 0.0}


def _success(value: Any) -> Any:
    if isinstance(value, str):
        if value not in _ENDINGS:
            raise ValueError("must be success, failure, or a number from 0 to 1")
        return _ENDINGS[value]
    return value


OutcomeValue = Annotated[
    Share,
    BeforeValidator(_success),
    WithJsonSchema(
        {
            "oneOf": [
                {"type": "string", "enum": list(_ENDINGS)},
                {"type": "number", "minimum": 0.0, "maximum": 1.0},
            ]
        }
    ),
]
"""How a task went: a number from 0 (failure) to 1 (success), or one of these words."""
TokenCount = Annotated[int, Field(ge=0, le=MOST_TOKENS, strict=True)]
