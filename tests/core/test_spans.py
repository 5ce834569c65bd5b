"""Spans of the calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.spans import UNITS, latest_date, rolling, unit, weekday, whole

NOON = datetime(2024, 3, 6, 12, tzinfo=UTC)  # a Wednesday
moments = st.integers(-45_000, 60_000).map(lambda days: NOON + timedelta(days=1.01 * days))
units = st.sampled_from(sorted(UNITS))


@given(units, moments)
def test_a_whole_unit_holds_its_moment_unless_it_is_the_weekend(name: str, at: datetime) -> None:
    start, end = whole(name, at)

    assert start <= at < end or (name == "weekend" and at < start)
    assert whole(name, start) == (start, end)


@given(st.sampled_from(["week", "month", "year"]), moments)
def test_last_this_and_next_follow_each_other(name: str, at: datetime) -> None:
    last, this, following = (unit(name, turn, at) for turn in ("last", "this", "next"))

    assert last[1] == this[0] <= at < this[1] == following[0]


@given(st.integers(1, 7), moments)
def test_a_weekday_is_at_most_a_week_away(place: int, at: datetime) -> None:
    assert weekday(place, "", at)[0].isoweekday() == place
    assert weekday(place, "", at)[0] <= at < weekday(place, "next", at)[0]
    assert weekday(place, "last", at)[1] <= at < weekday(place, "last", at)[1] + timedelta(days=7)


def test_a_leap_day_is_looked_for_across_a_century_without_one() -> None:
    assert latest_date(2, 29, datetime(1904, 2, 28, tzinfo=UTC))[0].year == 1896
    assert latest_date(2, 29, datetime(1904, 2, 29, tzinfo=UTC))[0].year == 1904


def test_a_day_that_is_in_no_year_is_refused() -> None:
    with pytest.raises(ValueError, match="no such day"):
        latest_date(2, 30, NOON)


def test_the_last_days_end_with_today() -> None:
    assert rolling("day", 3, NOON) == (
        datetime(2024, 3, 3, tzinfo=UTC),
        datetime(2024, 3, 7, tzinfo=UTC),
    )
