"""Days and moments as callers of mem0 write them: dates, Unix seconds, times without an offset.

A time without an offset is in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DAY = timedelta(days=1)


def day_of(value: Any) -> date | None:
    """The day that `YYYY-MM-DD` names; None for anything else."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def start_of(day: date) -> datetime:
    """When the day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def moment_of(value: Any) -> datetime:
    """The moment that is meant, of a date its beginning; raises ValueError."""
    day = day_of(value)
    if day is not None:
        return start_of(day)
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
            aware = found.replace(tzinfo=UTC) if found.tzinfo is None else found
            return aware.astimezone(UTC)
    except (OverflowError, OSError, ValueError):
        pass
    raise ValueError("must be a date such as 2026-01-31, a time, or seconds since 1970")


def expiry_of(day: date) -> datetime:
    """When what is kept through a day is erased: as the next one begins."""
    try:
        return start_of(day + _DAY)
    except OverflowError:
        raise ValueError("is out of range") from None


def last_day(expires_at: datetime) -> str:
    """The last day on which something is there that is erased at that moment."""
    return (expires_at - timedelta(microseconds=1)).date().isoformat()


def conditions(field: str, operators: dict[str, Any]) -> list[dict[str, Any]]:
    """Comparisons of a time with moments or days, in the house's grammar; raises ValueError.

    A day is all of it: `lte` reaches to its end, `gt` begins there, `eq` is within it.
    """
    found: list[dict[str, Any]] = []
    for operator, value in operators.items():
        day = day_of(value)
        if value is None or operator in {"in", "nin"}:
            found.append({field: {operator: value}})
        elif day is None:
            found.append({field: {operator: moment_of(value).isoformat()}})
        else:
            begins, ends = start_of(day).isoformat(), expiry_of(day).isoformat()
            within: dict[str, Any] = {field: {"gte": begins, "lt": ends}}
            compared: dict[str, dict[str, Any]] = {
                "eq": within,
                "ne": {"NOT": within},
                "gt": {field: {"gte": ends}},
                "gte": {field: {"gte": begins}},
                "lt": {field: {"lt": begins}},
                "lte": {field: {"lt": ends}},
            }
            found.append(compared.get(operator, {field: {operator: begins}}))
    return found
