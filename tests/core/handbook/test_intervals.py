"""Intervals, against published values and against how often they hold."""

from __future__ import annotations

import math
from itertools import chain
from statistics import fmean, variance

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.handbook.intervals import (
    Arm,
    Interval,
    arm,
    difference,
    t_quantile,
    welch,
    wilson,
)


@pytest.mark.parametrize(
    ("successes", "count", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_newcombe_tabled_it(successes: int, count: int, low: float, high: float) -> None:
    """Newcombe 1998, two-sided intervals for the single proportion, table I, method 3."""
    found = wilson(successes, count)

    assert tuple(found) == pytest.approx((successes / count, low, high), abs=5e-5)


def test_difference_as_newcombe_tabled_it() -> None:
    """Newcombe 1998, interval estimation for the difference, table II (a) and (h), method 10."""
    one = difference(wilson(56, 70), wilson(48, 80))
    other = difference(wilson(10, 10), wilson(0, 10))

    assert tuple(one) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert tuple(other) == pytest.approx((1.0, 0.6075, 1.0), abs=5e-5)


@given(st.integers(0, 500).flatmap(lambda n: st.tuples(st.floats(0, n), st.just(n))))
def test_wilson_stays_within_bounds_and_holds_its_estimate(told: tuple[float, int]) -> None:
    found = wilson(*told)

    assert 0.0 <= found.low <= found.estimate <= found.high <= 1.0
    assert found.holds(found.estimate)


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [(4, 2.7764), (5, 2.5706), (10, 2.2281), (29, 2.0452), (120, 1.9799), (math.inf, 1.95996)],
)
def test_students_quantiles(freedom: float, quantile: float) -> None:
    assert t_quantile(0.95, freedom) == pytest.approx(quantile, rel=1e-3)


def test_there_must_be_freedom() -> None:
    with pytest.raises(ValueError, match="freedom"):
        t_quantile(0.95, 0.5)


def test_welch_as_in_the_textbook() -> None:
    """One stratum: Welch's own formula."""
    one, other = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9], [27.1, 22.0, 20.8, 23.4, 23.4, 23.5]
    first, second = variance(one) / 6, variance(other) / 6
    freedom = (first + second) ** 2 / (first**2 / 5 + second**2 / 5)
    reach = t_quantile(0.95, freedom) * math.sqrt(first + second)
    middle = fmean(one) - fmean(other)

    found = welch([(arm(one), arm(other))])

    assert found is not None
    assert tuple(found) == pytest.approx((middle, middle - reach, middle + reach))


def test_strata_that_differ_do_not_widen_it() -> None:
    draw = np.random.default_rng(5)
    pairs = [
        (list(draw.normal(middle, 1, 40)), list(draw.normal(middle, 1, 40)))
        for middle in (0, 50, 100)
    ]
    within = welch([(arm(one), arm(other)) for one, other in pairs])
    one, other = (arm(chain.from_iterable(side)) for side in zip(*pairs, strict=True))
    mixed = welch([(one, other)])

    assert within is not None
    assert mixed is not None
    assert within.estimate == pytest.approx(mixed.estimate)
    assert within.high - within.low < (mixed.high - mixed.low) / 10


def test_small_strata_are_taken_together() -> None:
    large = (arm([1.0, 2.0, 3.0] * 4), arm([2.0, 4.0, 5.0] * 4))
    small = (arm([9.0]), arm([8.0, 7.0]))
    rest = (arm([5.0] * 4 + [6.0]), arm([4.0, 3.0, 5.0]))
    both = (arm([9.0] + [5.0] * 4 + [6.0]), arm([8.0, 7.0, 4.0, 3.0, 5.0]))

    assert welch([large, small, rest]) == welch([large, both])
    assert welch([large, small]) == welch([(large[0].joined(small[0]), large[1].joined(small[1]))])


@pytest.mark.parametrize("strata", [[], [(arm([1.0]), arm([1.0, 2.0]))], [(arm([]), arm([]))]])
def test_of_too_few_nothing_is_said(strata: list[tuple[Arm, Arm]]) -> None:
    assert welch(strata) is None


def test_no_variance_is_no_width() -> None:
    assert welch([(arm([2.0] * 9), arm([1.0] * 9))]) == Interval(1.0, 1.0, 1.0)


@pytest.mark.parametrize("sizes", [(40, 400), (400, 40)])
def test_welch_holds_the_truth_as_often_as_it_says(sizes: tuple[int, int]) -> None:
    """2,000 times, unequal sizes and variances, skewed like tokens; 4 standard errors are 2 %."""
    draw = np.random.default_rng(6)
    held = 0
    for _ in range(2000):
        one, other = draw.lognormal(0, 0.4, sizes[0]), 3 * draw.lognormal(0, 0.6, sizes[1])
        found = welch([(arm(one.tolist()), arm(other.tolist()))])
        assert found is not None
        held += found.holds(math.exp(0.08) - 3 * math.exp(0.18))

    assert held / 2000 == pytest.approx(0.95, abs=0.025)
