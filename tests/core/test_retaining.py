"""Retention policies: which days there may be, and when something is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.memory import Kind
from memsvc.core.retaining import LONGEST_DAYS, WITHOUT_END, RetentionPolicy
from memsvc.errors import InvalidRequest

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_without_a_policy_nothing_is_ever_due() -> None:
    assert WITHOUT_END.days == {}
    assert [WITHOUT_END.due_at(kind, NOON) for kind in Kind] == [None] * 3


def test_each_kind_has_days_of_its_own() -> None:
    policy = RetentionPolicy(episodic=90, procedural=1)
    assert policy.days == {Kind.EPISODIC: 90, Kind.PROCEDURAL: 1}
    assert policy.due_at(Kind.EPISODIC, NOON) == NOON + timedelta(days=90)
    assert policy.due_at(Kind.SEMANTIC, NOON) is None
    assert policy.due_at(Kind.PROCEDURAL, NOON) == NOON + timedelta(days=1)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("days", [-1, 0, LONGEST_DAYS + 1])
def test_days_out_of_bounds_are_refused_by_their_field(kind: Kind, days: int) -> None:
    with pytest.raises(InvalidRequest) as caught:
        RetentionPolicy(**{kind: days})
    assert [one.location for one in caught.value.violations] == [f"settings.retention.{kind}.days"]


@given(st.integers(1, LONGEST_DAYS), st.datetimes(timezones=st.just(UTC)))
def test_what_is_due_is_so_after_its_days(days: int, written: datetime) -> None:
    if written.year > 9800:
        return
    due_at = RetentionPolicy(semantic=days).due_at(Kind.SEMANTIC, written)
    assert due_at is not None
    assert due_at - written == timedelta(days=days)
