"""The kinds of value in a line of an export: each is what it says, or one of `BROKEN` is raised."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from memsvc.errors import InvalidRequest

# What a value of another name, kind or size raises while it is looked at.
BROKEN = (KeyError, TypeError, ValueError, AttributeError, OverflowError, InvalidRequest)

# What the API lets an agent id be; ids of memories are narrower.
_ID = re.compile(r"[^\x00-\x1f\x7f/]{1,256}")


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def text_or_none(value: Any) -> str | None:
    return None if value is None else text(value)


def texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(text(one) for one in value)


def id_(value: Any) -> str:
    if not _ID.fullmatch(value):
        raise ValueError
    return text(value)


def count(value: Any) -> int:
    """What a column of the database holds: 31 bits."""
    if type(value) is not int or not 0 <= value < 2**31:
        raise ValueError
    return value


def large(value: Any) -> int:
    """What a wide column holds: 63 bits."""
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError
    return value


def real(value: Any) -> float:
    if type(value) not in (int, float):
        raise TypeError
    return float(value)


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def moment(value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError
    return found.astimezone(UTC)


def moment_or_none(value: Any) -> datetime | None:
    return None if value is None else moment(value)
