"""Times that are told as seen from the moment of telling, made plain for later readers."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from memsvc.core.temporal import LATEST, Interval, intervals

_SEEN_FROM_NOW = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|last|next|this|ago|past)\b", re.IGNORECASE
)
_SINCE = re.compile(r"\b(?:since|in|last|yesterday|ago|on|for|today|this)\b", re.IGNORECASE)
_A_DAY, _A_WEEK, _A_SEASON = timedelta(days=1), timedelta(days=7), timedelta(days=100)


def dated(content: str, at: datetime | None) -> str:
    """The sentence with the date behind "last week" and the like, as seen from the moment."""
    if at is None or not _SEEN_FROM_NOW.search(content):
        return content
    for one in intervals(content, at):
        if _SEEN_FROM_NOW.search(one.words) and content.count(one.words) == 1:
            content = content.replace(one.words, f"{one.words} ({_called(one)})")
    return content


def since(content: str, at: datetime | None) -> datetime | None:
    """From when on a statement made at a moment holds: since what it says, else since then.

    Of a change "in May" the end of May counts, for then it had happened; never later than told.
    """
    if at is None or not _SINCE.search(content):
        return at
    found = intervals(content, at)
    if len(found) != 1 or found[0].start >= at:
        return at
    one = found[0]
    if one.end == LATEST:
        return one.start
    short = one.end - one.start <= _A_WEEK
    return one.start if short else min(one.end - _A_DAY, at)


def _called(one: Interval) -> str:
    start, length = one.start.astimezone(UTC), one.end - one.start
    if length <= _A_DAY:
        return f"{start:%Y-%m-%d}"
    if length <= _A_WEEK:
        last = one.end - _A_DAY
        return f"{start:%Y-%m-%d} to {last:%Y-%m-%d}"
    if one.end == LATEST or start.year < 1900:
        return f"since {start:%Y-%m-%d}"
    if length <= timedelta(days=31):
        return f"{start:%Y-%m}"
    last = one.end - _A_DAY
    return f"{start:%Y}" if length > _A_SEASON else f"{start:%Y-%m} to {last:%Y-%m}"
