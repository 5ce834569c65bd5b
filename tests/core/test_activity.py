"""What is counted by the hour, and percentiles from sums of histograms."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from memsvc.core.activity import (
    BUCKETS,
    FIRST_S,
    RATIO,
    TIMED,
    WRITES,
    Measure,
    buckets,
    hour_of,
    percentile_s,
    start_of,
    told,
    took,
    written,
)
from memsvc.core.memory import Event
from memsvc.core.reinforcement import Outcome

seconds = st.floats(FIRST_S, 250.0)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_lies_in_its_hour(moment: datetime) -> None:
    assume(moment < datetime(9999, 1, 1, tzinfo=UTC))

    begins = start_of(hour_of(moment))

    assert begins <= moment < begins + timedelta(hours=1)


@given(st.lists(seconds, min_size=1, max_size=40), st.lists(seconds, max_size=40))
def test_a_percentile_of_a_sum_is_near_that_of_all(first: list[float], second: list[float]) -> None:
    counts: Counter[str] = Counter()
    for some in (first, second):
        counts.update(Counter(took(Measure.SEARCH, one) for one in some))
    ordered = sorted([*first, *second])
    for share in (0.5, 0.95, 0.99):
        truth = ordered[max(math.ceil(share * len(ordered)), 1) - 1]

        found = percentile_s(buckets(Measure.SEARCH, counts), share)

        assert found == pytest.approx(truth, rel=math.sqrt(RATIO) - 1 + 1e-9)


def test_what_is_faster_or_slower_than_all_buckets_has_one() -> None:
    assert took(Measure.WRITE, 0.0) == "seconds.write.00"
    assert took(Measure.WRITE, 1e9) == f"seconds.write.{BUCKETS - 1}"
    assert percentile_s({}, 0.5) is None


def test_every_event_and_outcome_has_a_measure() -> None:
    assert {written(one) for one in Event} == set(WRITES)
    assert len({told(one) for one in Outcome}) == len(Outcome)


def test_names_of_measures_are_no_other_s() -> None:
    names = [name for measure in Measure for name in measure.names]

    assert len(set(names)) == len(names)
    assert all(len(one.names) == BUCKETS for one in TIMED)
    for one in TIMED:
        assert all(name in one.names for name in (took(one, 0.0003), took(one, 12.0)))
