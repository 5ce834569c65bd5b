"""Policies by kind, and what fades by them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.decay import Policy, staleness
from memsvc.core.fading import (
    STANDARD_DECAY,
    Cutoff,
    Decay,
    DecayPolicies,
    Fading,
    bounded,
    decay_in,
    fades_at,
)
from memsvc.core.memory import Kind, Status
from memsvc.errors import InvalidRequest
from tests.core.made import NOW, memory

YEARS = timedelta(days=3_650)

decays = st.builds(
    Decay,
    st.sampled_from(Policy),
    st.none() | st.just(0.0) | st.floats(0.0001, 0.99),
    st.none() | st.integers(1, 10_000_000),
)


@given(st.builds(DecayPolicies, decays, decays, decays))
def test_what_is_said_is_read_again(policies: DecayPolicies) -> None:
    assert decay_in(policies.as_json()) == policies


def test_the_standard_says_nothing() -> None:
    assert STANDARD_DECAY.as_json() == {}
    assert decay_in({}) == STANDARD_DECAY
    assert decay_in({"prospective": {"policy": "later"}}) == STANDARD_DECAY
    assert decay_in({"semantic": {"max_memories": 5}}).semantic == Decay(max_memories=5)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"policy": "ebbinghaus"}, "policy"),
        ({"policy": 1}, "policy"),
        ({"threshold": 1.0}, "threshold"),
        ({"threshold": -0.1}, "threshold"),
        ({"threshold": 1e-9}, "threshold"),
        ({"threshold": "0.5"}, "threshold"),
        ({"threshold": True}, "threshold"),
        ({"max_memories": 0}, "max_memories"),
        ({"max_memories": 10_000_001}, "max_memories"),
        ({"max_memories": 2.5}, "max_memories"),
    ],
)
def test_figures_out_of_bounds_are_named(said: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        decay_in({"semantic": said})

    assert raised.value.violations[0].location == f"settings.decay.semantic.{field}"


def test_a_memory_below_the_threshold_of_its_kind_is_shown_archived() -> None:
    fading = bounded(DecayPolicies(episodic=Decay(threshold=0.9)))
    fresh = memory(created_at=NOW - timedelta(days=6.9), stability_days=7.0)
    old = fresh._replace(created_at=NOW - timedelta(days=7.1))

    assert fading.shown_status(fresh, NOW) is Status.ACTIVE
    assert fading.shown(fresh, NOW) is fresh
    assert fading.shown(old, NOW) == old._replace(status=Status.ARCHIVED)
    assert fading.shown_status(old._replace(kind=Kind.SEMANTIC), NOW) is Status.ACTIVE
    assert fading.shown_status(old._replace(pinned=True), NOW) is Status.ACTIVE
    assert fading.shown_status(old._replace(last_used_at=NOW), NOW) is Status.ACTIVE


@pytest.mark.parametrize("status", Status)
def test_only_what_would_be_searched_is_archived(status: Status) -> None:
    old = memory(created_at=NOW - YEARS, status=status)
    shown = bounded(STANDARD_DECAY).shown_status(old, NOW)

    searched = status in (Status.ACTIVE, Status.DISPUTED)
    assert shown is (Status.ARCHIVED if searched else status)


def test_without_bounds_nothing_fades() -> None:
    old = memory(created_at=NOW - 10 * YEARS)

    assert not Fading().faded(old, NOW)
    assert not bounded(DecayPolicies(episodic=Decay(Policy.NONE))).faded(old, NOW)
    assert not bounded(DecayPolicies(episodic=Decay(threshold=0.0))).faded(old, NOW)


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([1.0, 2.0])), min_size=1, max_size=8))
def test_a_cutoff_keeps_the_least_stale_and_of_equals_the_newer(
    made: list[tuple[int, float]],
) -> None:
    held = [
        memory(number=number, created_at=NOW - timedelta(days=age), stability_days=stability)
        for number, (age, stability) in enumerate(made)
    ]
    ordered = sorted(held, key=lambda one: (staleness(one, NOW), -one.number))
    for most in range(1, len(held)):
        first = ordered[most]
        cutoffs = {Kind.EPISODIC: Cutoff(staleness(first, NOW), first.number)}
        fading = bounded(DecayPolicies(), cutoffs)

        assert [one for one in ordered if not fading.faded(one, NOW)] == ordered[:most]


@given(
    st.integers(0, 10**9),
    st.floats(0.1, 400),
    st.sampled_from([0.05, 0.2, 0.5, 0.9, 0.99]),
    st.sampled_from([Policy.FSRS, Policy.EXPONENTIAL, Policy.MEMORYBANK]),
)
def test_it_fades_in_the_very_microsecond(
    age: int, stability: float, threshold: float, policy: Policy
) -> None:
    made = memory(created_at=NOW - timedelta(microseconds=age), stability_days=stability)
    fading = bounded(DecayPolicies(episodic=Decay(policy, threshold)))

    at = fades_at(made.created_at, stability, fading.bounds[Kind.EPISODIC])

    assert fading.faded(made, at)
    assert not fading.faded(made, at - timedelta(microseconds=1))


def test_retention_goes_by_the_policy_of_the_kind() -> None:
    fading = Fading(DecayPolicies(semantic=Decay(Policy.EXPONENTIAL)))
    old = memory(created_at=NOW - timedelta(days=21), stability_days=7.0)

    assert fading.retention(old, NOW) == pytest.approx(9 / 138**0.5)
    assert fading.retention(old._replace(kind=Kind.SEMANTIC), NOW) == pytest.approx(0.729)
    assert fading.retention(old._replace(pinned=True), NOW) == 1.0
