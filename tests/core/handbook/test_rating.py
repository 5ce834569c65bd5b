"""Ratings: Bayes' rule for a team, folded over outcomes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.handbook.offered import OfferOutcome
from memsvc.core.handbook.rating import (
    NEW_CLASS,
    NEW_LINE,
    NOISE_VARIANCE,
    NOTHING_KNOWN,
    Rating,
    drawn,
    matched,
    ratings,
    sure,
)
from tests.core.handbook.outcomes import NAMES, any_outcome, lived

MANY = st.lists(any_outcome(), max_size=30)


@given(MANY, MANY, MANY)
def test_going_on_is_the_fold_from_scratch(
    one: list[OfferOutcome], two: list[OfferOutcome], three: list[OfferOutcome]
) -> None:
    by_turns = ratings(three, known=ratings(two, known=ratings(one)))

    assert by_turns == ratings(one + two + three)


@given(st.lists(st.tuples(any_outcome(), st.booleans()), max_size=30))
def test_what_is_gone_was_never_there(told: list[tuple[OfferOutcome, bool]]) -> None:
    """One outcome at a time, remembering every step; then without those that go."""
    known = NOTHING_KNOWN
    for outcome, survives in told:
        if survives:
            known = ratings([outcome], known=known)

    assert known == ratings(outcome for outcome, survives in told if survives)
    assert set(known.lines) == {
        name for outcome, survives in told if survives for name in outcome.offered
    }


@given(any_outcome())
def test_the_order_within_an_offer_does_not_matter(outcome: OfferOutcome) -> None:
    turned = OfferOutcome(
        outcome.task_class,
        outcome.offered[::-1],
        outcome.held_out,
        outcome.success,
        outcome.input_tokens,
        outcome.output_tokens,
    )

    assert ratings([outcome] * 3) == ratings([turned] * 3)


@given(
    st.lists(st.tuples(st.floats(-1, 1), st.floats(0.01, 1)), min_size=1, max_size=6),
    st.floats(0, 1),
)
def test_one_step_is_bayes_rule(members: list[tuple[float, float]], outcome: float) -> None:
    """Marginals of the exact posterior, by matrix algebra."""
    mu = np.array([one for one, _ in members])
    prior = np.diag([variance for _, variance in members])
    ones = np.ones(len(members))
    precision = np.linalg.inv(prior) + np.outer(ones, ones) / NOISE_VARIANCE
    covariance = np.linalg.inv(precision)
    mean = covariance @ (np.linalg.inv(prior) @ mu + ones * outcome / NOISE_VARIANCE)

    mus, variances = matched(mu.tolist(), np.diagonal(prior).tolist(), outcome)

    assert mus == pytest.approx(mean.tolist())
    assert variances == pytest.approx(np.diagonal(covariance).tolist())


def test_many_worlds_at_once_are_each_as_alone() -> None:
    draw = np.random.default_rng(1)
    mus, variances = list(draw.normal(size=(4, 9))), list(draw.uniform(0.1, 1, (4, 9)))
    outcome = draw.uniform(size=9)

    found_mus, found_variances = matched(mus, variances, outcome)

    for world in range(9):
        alone = matched(
            [float(one[world]) for one in mus],
            [float(one[world]) for one in variances],
            float(outcome[world]),
        )
        assert [float(one[world]) for one in found_mus] == pytest.approx(alone[0])
        assert [float(one[world]) for one in found_variances] == pytest.approx(alone[1])


@given(st.lists(any_outcome(), min_size=1, max_size=30))
def test_outcomes_never_make_less_sure(told: list[OfferOutcome]) -> None:
    before, after = ratings(told[:-1]), ratings(told)

    for name in told[-1].offered:
        assert 0.0 < after.line(name).sigma < before.line(name).sigma
    of = told[-1].task_class
    assert after.task_class(of).sigma < before.task_class(of).sigma
    assert after.line("behavior_never") == NEW_LINE
    assert after.task_class("never") == NEW_CLASS


def test_members_of_one_team_are_told_apart() -> None:
    effects = dict(zip(NAMES, (0.15, 0.1, 0.05, 0.0, -0.05, -0.1, 0.15), strict=True))

    known = ratings(lived(effects, 6000, seed=3))

    for name, effect in effects.items():
        mu, sigma = known.line(name)
        assert mu == pytest.approx(effect, abs=0.06)
        assert sigma < 0.03
    # Where behaviors come with every offer, what they share of a class is learnt last.
    law, maths = known.task_class("law").mu, known.task_class("maths").mu
    assert maths - law == pytest.approx(0.2, abs=0.05)
    assert law == pytest.approx(0.2, abs=0.1)


def test_ranks() -> None:
    assert sure(Rating(0.5, 0.1)) == pytest.approx(0.2)
    assert drawn(0.5, 0.1, -2.0) == pytest.approx(0.3)
    assert sure(NEW_LINE) < sure(Rating(NEW_LINE.mu, 0.01))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"success": math.nan}, "success"),
        ({"success": 1.01}, "success"),
        ({"input_tokens": -1}, "negative"),
        ({"output_tokens": -1}, "negative"),
        ({"held_out": True}, "offers nothing"),
        ({"offered": ("a", "a")}, "once"),
        ({"cited": frozenset("b")}, "cited"),
    ],
)
def test_what_cannot_have_come_of_an_offer(change: dict, message: str) -> None:
    outcome: dict[str, Any] = {
        "task_class": "law",
        "offered": ("a",),
        "held_out": False,
        "success": 1.0,
        "input_tokens": 1,
        "output_tokens": 1,
        "cited": frozenset("a"),
    }
    OfferOutcome(**outcome)

    with pytest.raises(ValueError, match=message):
        OfferOutcome(**outcome | change)
