"""Spans of the calendar: half-open, aware, UTC. The arithmetic is dateutil's.

Weeks begin on Monday (ISO 8601); seasons are the northern meteorological ones, and a winter belongs
to the year it begins in. A day that the calendar lacks raises ValueError or OverflowError.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TypeAlias

from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta

Span: TypeAlias = tuple[datetime, datetime]
Width: TypeAlias = relativedelta

HOUR, DAY, WEEK = relativedelta(hours=1), relativedelta(days=1), relativedelta(weeks=1)
MONTH, SEASON, YEAR = relativedelta(months=1), relativedelta(months=3), relativedelta(years=1)
# How long one is, and how far it is to the next.
UNITS = {
    "hour": (HOUR, HOUR),
    "day": (DAY, DAY),
    "week": (WEEK, WEEK),
    "weekend": (DAY * 2, WEEK),
    "month": (MONTH, MONTH),
    "year": (YEAR, YEAR),
}
# Steps from a midnight to where the unit around it begins. A week's weekend is its end.
_STARTS = {
    "week": (relativedelta(weekday=MO(-1)),),
    "weekend": (relativedelta(weekday=MO(-1)), relativedelta(weekday=SA(+1))),
    "month": (relativedelta(day=1),),
    "year": (relativedelta(month=1, day=1),),
}
_WEEKDAYS = (MO, TU, WE, TH, FR, SA, SU)
_LEAP_YEARS_APART = 8  # at most: 1896 and 1904


def whole(unit: str, moment: datetime, away: int = 0) -> Span:
    """The hour, day, week, weekend, month or year around the moment, or so many units away."""
    width, period = UNITS[unit]
    start = (moment + period * away).replace(minute=0, second=0, microsecond=0)
    if unit != "hour":
        start = start.replace(hour=0)
    for step in _STARTS.get(unit, ()):
        start += step
    return start, start + width


def rolling(unit: str, count: int, asof: datetime) -> Span:
    """The last so many units up to the end of the present day."""
    start = asof - UNITS[unit][1] * count
    return whole("hour" if unit == "hour" else "day", start)[0], whole("day", asof)[1]


def unit(name: str, turn: str, asof: datetime) -> Span:
    """This, the last or the next week, weekend, month or year."""
    width, period = UNITS[name]
    return _pick(turn, whole(name, asof)[0], width, period, asof)


def weekday(place: int, turn: str, asof: datetime) -> Span:
    """A day of the week, Monday being 1."""
    start = whole("week", asof)[0] + relativedelta(weekday=_WEEKDAYS[place - 1](+1))
    return _pick(turn, start, DAY, WEEK, asof)


def part_of_year(month: int, width: Width, turn: str, asof: datetime) -> Span:
    """A month or season by the month it begins with."""
    start = whole("year", asof)[0].replace(month=month)
    return _pick(turn, start, width, YEAR, asof)


def _pick(turn: str, start: datetime, width: Width, period: Width, asof: datetime) -> Span:
    """One turn of what recurs; `start` is the current period's, begun or not.

    "last" is over, "next" has not begun, "this" is going on or is the current period's; without
    such a word it is the latest that has begun.
    """
    starts = [start + period * away for away in (-2, -1, 0, 1, 2)]
    begun = max(one for one in starts if one <= asof)
    if turn == "last":
        start = max(one for one in starts if one + width <= asof)
    elif turn == "next":
        start = min(one for one in starts if one > asof)
    elif not turn or begun + width > asof:
        start = begun
    return start, start + width


def from_date(width: Width, year: int, month: int = 1, day: int = 1) -> Span:
    """So long from a date on."""
    start = datetime(year, month, day, tzinfo=UTC)
    return start, start + width


def latest_date(month: int, day: int, asof: datetime) -> Span:
    """The latest such day that has begun."""
    for year in range(asof.year, asof.year - _LEAP_YEARS_APART - 1, -1):
        with suppress(ValueError):  # 29 February is not in every year, and 31 in none
            span = from_date(DAY, year, month, day)
            if span[0] <= asof:
                return span
    raise ValueError("no such day")


def months_later(moment: datetime, months: int) -> datetime:
    """The same day and time so many months on, or the month's last day where it has no such day."""
    return moment + relativedelta(months=months)
