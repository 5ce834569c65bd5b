"""Numbers and times as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

MINUTE, HOUR, DAY = 60, 3600, 86_400
YEAR_DAYS = 365.25
NOTHING = "\N{EN DASH}"
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def number(value: float | None, decimals: int = 0) -> str:
    """1234567 as 1,234,567; nothing as a dash."""
    return NOTHING if value is None else f"{value:,.{decimals}f}"


def counted(value: float, one: str, many: str = "") -> str:
    """1 agent, 1,234 agents; `many` where an s does not make it."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def size(value: float | None) -> str:
    """Bytes in the unit that leaves one to four digits."""
    if value is None:
        return NOTHING
    place = 0
    while value >= 1024 and place < len(_UNITS) - 1:
        value, place = value / 1024, place + 1
    return f"{value:,.0f} {_UNITS[place]}" if place == 0 else f"{value:,.1f} {_UNITS[place]}"


def share(value: float | None, decimals: int = 0) -> str:
    """0.123 as 12%."""
    return NOTHING if value is None else f"{value * 100:.{decimals}f}%"


def spell(word: object) -> str:
    """`pending_review` as "pending review"."""
    return str(word).replace("_", " ")


def plain(value: Any) -> str:
    """Text as it is, anything else as JSON."""
    if isinstance(value, str):
        return value
    return orjson.dumps(value, default=_mapping, option=orjson.OPT_NON_STR_KEYS).decode()


def _mapping(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError


def span(seconds: float) -> str:
    """How long, in the largest unit that says something: "3 days", "20 s"."""
    seconds = abs(seconds)
    if seconds < MINUTE:
        return f"{seconds:.0f} s"
    if seconds < HOUR:
        return f"{seconds / MINUTE:.0f} min"
    if seconds < 2 * DAY:
        return f"{seconds / HOUR:.0f} h"
    days = seconds / DAY
    if days < 2 * YEAR_DAYS:
        return f"{days:.0f} days"
    return f"{days / YEAR_DAYS:.0f} years"


def ago(moment: datetime, now: datetime) -> str:
    """When it was or will be, seen from now."""
    gone = (now - moment).total_seconds()
    if abs(gone) < 5:
        return "just now"
    return f"{span(gone)} ago" if gone > 0 else f"in {span(gone)}"


def instant(moment: datetime) -> str:
    """To the second, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def days_between(start: datetime, end: datetime) -> float:
    """Fractional days from one moment to another."""
    return (end - start) / timedelta(days=1)
