"""How use changes strength."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.decay import Policy
from memsvc.core.reinforcement import (
    EASIEST,
    HARDEST,
    LONGEST_DAYS,
    SHORTEST_DAYS,
    Outcome,
    reinforced,
)

MINUTE = 1 / 1440

policies = st.sampled_from(Policy)
outcomes = st.sampled_from(Outcome)
uses = st.sampled_from([Outcome.USED, Outcome.CONFIRMED, Outcome.PARTLY])
days = st.floats(0, 36_500)
stabilities = st.floats(SHORTEST_DAYS, LONGEST_DAYS)
difficulties = st.floats(EASIEST, HARDEST)


def _after(
    policy: Policy, stability: float, outcome: Outcome, gaps: list[float]
) -> tuple[float, float]:
    difficulty = 5.0
    for gap in gaps:
        stability, difficulty = reinforced(policy, stability, difficulty, gap, outcome)
    return stability, difficulty


@pytest.mark.parametrize(
    ("outcome", "stability"),
    [
        # S = 10, Df = 5, t = S: by hand, out of the formula and the weights of FSRS-5.
        (Outcome.USED, 32.95426),
        (Outcome.PARTLY, 15.31391),
        (Outcome.CONFIRMED, 78.62866),
        (Outcome.CONTRADICTED, 2.10770),
    ],
)
def test_strength_follows_the_formula(outcome: Outcome, stability: float) -> None:
    found = reinforced(Policy.FSRS, 10.0, 5.0, 10.0, outcome)

    assert found.stability_days == pytest.approx(stability, abs=1e-4)


@pytest.mark.parametrize("outcome", [Outcome.USED, Outcome.CONFIRMED])
def test_a_burst_barely_moves_strength(outcome: Outcome) -> None:
    stability, difficulty = _after(Policy.FSRS, 10.0, outcome, [MINUTE] * 100)

    assert 10.1 < stability < 10.8
    if outcome is Outcome.USED:
        assert stability == pytest.approx(10.2, abs=0.05)
    assert difficulty == pytest.approx(5.0, abs=0.01)


def test_spaced_uses_raise_it_much() -> None:
    spaced, _ = _after(Policy.FSRS, 10.0, Outcome.USED, [10.0] * 5)
    massed, _ = _after(Policy.FSRS, 10.0, Outcome.USED, [10.0, *[MINUTE] * 4])

    assert spaced > 80.0
    assert massed == pytest.approx(33.0, abs=0.1)


@given(policies, stabilities, difficulties, days)
def test_a_contradiction_never_raises_stability(
    policy: Policy, stability: float, difficulty: float, elapsed: float
) -> None:
    found = reinforced(policy, stability, difficulty, elapsed, Outcome.CONTRADICTED)

    assert SHORTEST_DAYS <= found.stability_days <= stability
    assert found.difficulty >= difficulty - 0.05


@given(policies, stabilities, difficulties, days, uses)
def test_a_use_never_lowers_it(
    policy: Policy, stability: float, difficulty: float, elapsed: float, outcome: Outcome
) -> None:
    found = reinforced(policy, stability, difficulty, elapsed, outcome)

    assert stability <= found.stability_days <= LONGEST_DAYS
    assert EASIEST <= found.difficulty <= HARDEST


@given(policies, stabilities, difficulties, days, outcomes)
def test_a_clock_that_jumped_back_counts_as_no_time(
    policy: Policy, stability: float, difficulty: float, back: float, outcome: Outcome
) -> None:
    assert reinforced(policy, stability, difficulty, -back, outcome) == reinforced(
        policy, stability, difficulty, 0.0, outcome
    )


@given(st.sampled_from([Policy.FSRS, Policy.EXPONENTIAL]), stabilities, difficulties, days, days)
def test_the_longer_the_time_between_the_more_a_use_adds(
    policy: Policy, stability: float, difficulty: float, one: float, other: float
) -> None:
    sooner, later = sorted((one, other))

    assert (
        reinforced(policy, stability, difficulty, sooner, Outcome.USED).stability_days
        <= reinforced(policy, stability, difficulty, later, Outcome.USED).stability_days
    )


def test_memorybank_adds_a_day_for_each_use_and_starts_again_when_contradicted() -> None:
    assert _after(Policy.MEMORYBANK, 1.0, Outcome.USED, [0.5, 2.0, 0.1]) == (4.0, 5.0)
    assert reinforced(Policy.MEMORYBANK, 4.0, 5.0, 1.0, Outcome.CONTRADICTED) == (1.0, 5.0)


@given(stabilities, difficulties, days, outcomes)
def test_without_a_policy_nothing_changes(
    stability: float, difficulty: float, elapsed: float, outcome: Outcome
) -> None:
    assert reinforced(Policy.NONE, stability, difficulty, elapsed, outcome) == (
        stability,
        difficulty,
    )


def test_what_is_often_wrong_gains_less_by_use() -> None:
    plain = reinforced(Policy.FSRS, 10.0, 5.0, 10.0, Outcome.USED)
    lapsed = reinforced(Policy.FSRS, 10.0, 5.0, 10.0, Outcome.CONTRADICTED)
    after = reinforced(Policy.FSRS, 10.0, lapsed.difficulty, 10.0, Outcome.USED)

    assert lapsed.difficulty == pytest.approx(6.607, abs=1e-3)
    assert after.stability_days < plain.stability_days
