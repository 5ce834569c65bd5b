from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.forget_request import (
    OVER,
    REACHED,
    UNDER_WAY,
    Regulation,
    RequestStatus,
    Step,
    alarm_at,
    due_at,
    extended_due_at,
)

moments = st.integers(0, 36_500).map(
    lambda days: datetime(2000, 1, 1, 9, 30, tzinfo=UTC) + timedelta(days=days)
)


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("regulation", "received", "due", "extended"),
    [
        (Regulation.GDPR, at(2026, 1, 15), at(2026, 2, 15), at(2026, 4, 15)),
        (Regulation.GDPR, at(2026, 1, 31), at(2026, 2, 28), at(2026, 4, 30)),
        (Regulation.GDPR, at(2028, 1, 31), at(2028, 2, 29), at(2028, 4, 30)),
        (Regulation.GDPR, at(2026, 11, 30), at(2026, 12, 30), at(2027, 2, 28)),
        (Regulation.CCPA, at(2026, 1, 31), at(2026, 3, 17), at(2026, 5, 1)),
        (Regulation.OTHER, at(2026, 1, 31), at(2026, 3, 2), at(2026, 4, 1)),
    ],
)
def test_when_a_request_is_due(
    regulation: Regulation, received: datetime, due: datetime, extended: datetime
) -> None:
    assert due_at(regulation, received) == due
    assert extended_due_at(regulation, received) == extended


@given(received=moments, regulation=st.sampled_from(Regulation))
def test_the_longer_time_is_longer_and_no_month_is_skipped(
    received: datetime, regulation: Regulation
) -> None:
    due, extended = due_at(regulation, received), extended_due_at(regulation, received)

    assert received + timedelta(days=28) <= due < extended
    if regulation is Regulation.GDPR:
        assert due <= received + timedelta(days=31)
        assert extended <= received + timedelta(days=92)
        assert (due.month - received.month) % 12 == 1
        assert (extended.month - received.month) % 12 == 3


@pytest.mark.parametrize(
    ("days", "alarm"),
    [(-1, 0), (0, 0), (4.9, 0), (5, 50), (7.9, 50), (8, 80), (9.9, 80), (10, 100), (99, 100)],
)
def test_alarms_by_the_share_of_the_time(days: float, alarm: int) -> None:
    received = at(2026, 3, 1)

    assert alarm_at(received, received + timedelta(days=10), received + timedelta(days=days)) == (
        alarm
    )


@given(received=moments, days=st.lists(st.floats(-10, 100), min_size=2, max_size=8))
def test_an_alarm_is_never_taken_back_as_time_goes_on(
    received: datetime, days: list[float]
) -> None:
    due = due_at(Regulation.GDPR, received)
    alarms = [alarm_at(received, due, received + timedelta(days=one)) for one in sorted(days)]

    assert alarms == sorted(alarms)
    assert set(alarms) <= {0, 50, 80, 100}


def test_statuses_are_reached_in_the_order_of_the_steps() -> None:
    steps = [step for step in Step if step in REACHED]

    assert [REACHED[step] for step in steps] == [
        RequestStatus.RESTRICTED,
        RequestStatus.ERASED,
        RequestStatus.PURGED,
        RequestStatus.VERIFIED,
        RequestStatus.CLOSED,
    ]
    assert not UNDER_WAY & OVER
    assert set(REACHED.values()) <= UNDER_WAY | OVER
