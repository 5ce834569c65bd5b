"""Weights that are taken keep a score in [0, 1]; others are refused, and the field is named."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given

from memsvc.core.weights import STANDARD, Weights
from memsvc.errors import InvalidRequest
from tests.core.made import shares, three, weights

ROUNDING = 1e-12


def final(weighing: Weights, relevance: float, r: float, i: float, t: float) -> float:
    """The formula, word for word."""
    return relevance * (
        1 - weighing.retention * (1 - r) - weighing.importance * (1 - i) - weighing.trust * (1 - t)
    )


@given(weights(), shares, three)
def test_a_score_stays_in_0_to_1_and_below_its_relevance(
    weighing: Weights, relevance: float, memory: tuple[float, float, float]
) -> None:
    assert -ROUNDING <= final(weighing, relevance, *memory) <= relevance


@given(weights(), shares)
def test_what_lacks_nothing_keeps_its_relevance(weighing: Weights, relevance: float) -> None:
    assert final(weighing, relevance, 1.0, 1.0, 1.0) == relevance


@given(three)
def test_weights_that_could_leave_0_to_1_are_refused(parts: tuple[float, float, float]) -> None:
    assume(sum(parts) > 1.0 + ROUNDING)
    with pytest.raises(InvalidRequest, match=r"^settings\.ranking: "):
        Weights(*parts)


def test_the_standard_weights_take_a_fifth_at_most() -> None:
    assert final(STANDARD, 1.0, 0.0, 0.0, 0.0) == pytest.approx(0.8)


@pytest.mark.parametrize("name", ["retention", "importance", "trust"])
@pytest.mark.parametrize(
    "value", [-0.1, math.nextafter(1.0, 2.0), 2.0, math.nan, math.inf, -math.inf]
)
def test_a_weight_beyond_0_to_1_is_refused(name: str, value: float) -> None:
    with pytest.raises(InvalidRequest, match=rf"^settings\.ranking\.{name}: ") as refused:
        Weights(**{name: value})
    assert [one.location for one in refused.value.violations] == [f"settings.ranking.{name}"]


@pytest.mark.parametrize("tenths", [(a, b, 10 - a - b) for a in range(11) for b in range(11 - a)])
def test_decimals_that_sum_to_1_are_taken_in_any_order(tenths: tuple[int, int, int]) -> None:
    Weights(*(one / 10 for one in tenths))
