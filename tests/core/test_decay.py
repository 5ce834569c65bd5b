"""Retention over time."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from memsvc.core.decay import (
    INITIAL_DIFFICULTY,
    MICROSECONDS_PER_DAY,
    Policy,
    initial_stability,
    limit,
    retention,
    retention_of,
    retentions,
    staleness,
)
from memsvc.core.memory import Draft, Kind
from tests.core.made import NOW, memory

days = st.floats(min_value=0, max_value=36_500)
stabilities = st.floats(min_value=0.01, max_value=36_500)


@pytest.mark.parametrize(
    ("elapsed", "stability", "expected"),
    [
        # 81 + 19 t/S is a square, n * n, and R is 9/n.
        (7.0, 7.0, 9 / 10),
        (9.25 / 19, 1.0, 9 / 9.5),
        (7.0 * 37, 7.0, 9 / 28),
        (40.0, 1.0, 9 / 29),
        (0.5 * 117, 0.5, 9 / 48),
    ],
)
def test_retention_follows_the_power_law(elapsed: float, stability: float, expected: float) -> None:
    assert retention(elapsed, stability) == pytest.approx(expected, abs=1e-12)


@given(stabilities)
def test_retention_starts_at_one_and_is_nine_tenths_at_stability(stability: float) -> None:
    assert retention(0.0, stability) == 1.0
    assert retention(stability, stability) == pytest.approx(0.9, abs=1e-12)


@given(days, stabilities)
def test_retention_is_a_chance_that_never_reaches_nothing(elapsed: float, stability: float) -> None:
    assert 0.0 < retention(elapsed, stability) <= 1.0


@given(days, days, stabilities)
def test_retention_falls_with_time(one: float, other: float, stability: float) -> None:
    earlier, later = sorted((one, other))
    assert retention(earlier, stability) >= retention(later, stability)

    assume(later - earlier > 1e-3 * stability)
    assert retention(earlier, stability) > retention(later, stability)


@given(days, stabilities, stabilities)
def test_retention_rises_with_stability(elapsed: float, one: float, other: float) -> None:
    weaker, stronger = sorted((one, other))
    assert retention(elapsed, weaker) <= retention(elapsed, stronger)

    assume(stronger > 1.01 * weaker and elapsed > 0.01 * stronger)
    assert retention(elapsed, weaker) < retention(elapsed, stronger)


@given(st.floats(max_value=0, allow_nan=False), stabilities)
def test_a_clock_that_jumped_back_counts_as_no_time(elapsed: float, stability: float) -> None:
    assert retention(elapsed, stability) == 1.0


@given(st.lists(st.tuples(st.floats(-36_500, 36_500), stabilities), max_size=8))
def test_many_fade_as_each_would(memories: list[tuple[float, float]]) -> None:
    elapsed, stability = np.array(memories, float).reshape(-1, 2).T

    faded = retentions(elapsed, stability)

    assert faded.shape == (len(memories),)
    assert faded == pytest.approx([retention(*one) for one in memories], rel=1e-12)
    assert ((faded > 0.0) & (faded <= 1.0)).all()


@pytest.mark.parametrize(
    ("kind", "importance", "expected"),
    [
        (Kind.EPISODIC, 0.5, 7.0),
        (Kind.SEMANTIC, 0.5, 60.0),
        (Kind.PROCEDURAL, 0.5, 180.0),
        (Kind.EPISODIC, 0.0, 3.5),
        (Kind.EPISODIC, 1.0, 10.5),
        (Kind.SEMANTIC, 1.0, 90.0),
    ],
)
def test_importance_stretches_the_first_stability(
    kind: Kind, importance: float, expected: float
) -> None:
    assert initial_stability(kind, importance) == pytest.approx(expected)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_first_stability(kind: Kind) -> None:
    assert initial_stability(kind, Draft(content="x").importance) > 0


def test_a_memory_starts_with_the_values_a_plain_episode_gets() -> None:
    assert memory().stability_days == initial_stability(Kind.EPISODIC, 0.5)
    assert memory().difficulty == INITIAL_DIFFICULTY


def test_time_counts_in_fractional_days_from_creation() -> None:
    made = memory(created_at=NOW - timedelta(hours=84), stability_days=3.5)

    assert retention_of(made, NOW) == pytest.approx(0.9)


def test_use_starts_the_time_anew() -> None:
    used = memory(
        created_at=NOW - timedelta(days=300),
        last_used_at=NOW - timedelta(days=7),
        stability_days=7.0,
    )

    assert retention_of(used, NOW) == pytest.approx(0.9)


def test_neither_change_nor_event_time_starts_it() -> None:
    made = memory(
        created_at=NOW - timedelta(days=7),
        updated_at=NOW,
        event_time=NOW - timedelta(days=900),
        stability_days=7.0,
    )

    assert retention_of(made, NOW) == pytest.approx(0.9)


def test_a_memory_from_the_future_is_fresh() -> None:
    assert retention_of(memory(created_at=NOW + timedelta(days=3)), NOW) == 1.0


def test_pinned_memories_do_not_fade() -> None:
    old = NOW - timedelta(days=10_000)

    assert retention_of(memory(created_at=old, pinned=True), NOW) == 1.0
    assert retention_of(memory(created_at=old), NOW) < 0.1


policies = st.sampled_from(Policy)
falling = st.sampled_from([one for one in Policy if one is not Policy.NONE])


@given(policies, days, days, stabilities, stabilities)
def test_by_every_policy_retention_falls_with_time_and_rises_with_stability(
    policy: Policy, one: float, other: float, weak: float, strong: float
) -> None:
    earlier, later = sorted((one, other))
    weaker, stronger = sorted((weak, strong))

    assert 0.0 <= retention(later, weaker, policy) <= 1.0
    assert retention(0.0, weaker, policy) == 1.0
    assert retention(-later, weaker, policy) == 1.0
    assert retention(earlier, weaker, policy) >= retention(later, weaker, policy)
    assert retention(later, weaker, policy) <= retention(later, stronger, policy)


@given(falling, st.floats(0.01, 50), stabilities)
def test_what_falls_falls_at_once(policy: Policy, spent: float, stability: float) -> None:
    assert retention(spent * stability, stability, policy) < retention(
        0.9 * spent * stability, stability, policy
    )
    # In S as well: the released code of MemoryBank has it the other way round.
    assert retention(spent * stability, stability, policy) < retention(
        spent * stability, 1.2 * stability, policy
    )


@pytest.mark.parametrize("policy", [Policy.FSRS, Policy.EXPONENTIAL])
@given(stability=stabilities)
def test_nine_tenths_are_left_after_as_many_days_as_the_stability(
    policy: Policy, stability: float
) -> None:
    assert retention(stability, stability, policy) == pytest.approx(0.9, abs=1e-12)


@pytest.mark.parametrize(
    ("policy", "elapsed", "stability", "expected"),
    [
        (Policy.MEMORYBANK, 3.0, 2.0, 0.22313016014842982),
        (Policy.EXPONENTIAL, 21.0, 7.0, 0.729),
        (Policy.NONE, 36_500.0, 0.1, 1.0),
    ],
)
def test_the_other_curves(
    policy: Policy, elapsed: float, stability: float, expected: float
) -> None:
    assert retention(elapsed, stability, policy) == pytest.approx(expected, rel=1e-12)


@given(st.lists(st.tuples(st.floats(-36_500, 36_500), stabilities, policies), max_size=8))
def test_many_fade_each_by_its_policy(made: list[tuple[float, float, Policy]]) -> None:
    elapsed, stability = np.array([one[:2] for one in made], float).reshape(-1, 2).T
    codes = np.array([policy.code for *_, policy in made], np.int64)

    faded = retentions(elapsed, stability, codes)

    assert faded == pytest.approx([retention(*one) for one in made], rel=1e-12, abs=1e-300)
    for policy in Policy:
        alike = retentions(elapsed, stability, policy.code)
        assert alike == pytest.approx(
            [retention(t, s, policy) for t, s, _ in made], rel=1e-12, abs=1e-300
        )


@given(falling, st.floats(0.0001, 0.99), stabilities, st.floats(0.5, 1.5))
def test_the_limit_is_where_retention_falls_below_the_threshold(
    policy: Policy, threshold: float, stability: float, near: float
) -> None:
    assume(abs(near - 1.0) > 1e-9)
    at = limit(policy, threshold)
    elapsed = near * at * stability

    assert retention(at, 1.0, policy) == pytest.approx(threshold, rel=1e-9)
    assert (retention(elapsed, stability, policy) < threshold) == (elapsed / stability > at)


@pytest.mark.parametrize("policy", Policy)
def test_without_a_threshold_nothing_is_ever_below_it(policy: Policy) -> None:
    assert limit(policy, 0.0) == math.inf
    assert limit(Policy.NONE, 0.5) == math.inf
    assert 0.0 <= policy.threshold < 1.0


@pytest.mark.parametrize(
    ("policy", "lasting"), [(Policy.FSRS, 716), (Policy.EXPONENTIAL, 199), (Policy.MEMORYBANK, 6)]
)
def test_an_event_that_is_never_used_is_archived_after_so_many_days(
    policy: Policy, lasting: int
) -> None:
    stability = initial_stability(Kind.EPISODIC, 0.5, policy)

    assert retention(lasting, stability, policy) > policy.threshold
    assert retention(lasting + 1, stability, policy) < policy.threshold


@pytest.mark.parametrize("kind", Kind)
def test_memorybank_starts_every_memory_at_one_day(kind: Kind) -> None:
    assert initial_stability(kind, 1.0, Policy.MEMORYBANK) == 1.0


def test_staleness_is_time_by_stability_in_whole_microseconds() -> None:
    made = memory(created_at=NOW - timedelta(days=14, microseconds=1), stability_days=7.0)

    assert staleness(made, NOW) == (14 * MICROSECONDS_PER_DAY + 1) / 7.0
    assert staleness(made, NOW - timedelta(days=30)) == 0.0
