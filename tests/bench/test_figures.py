"""Percentiles are numpy's, medians decide, and a bar counts as kept when it is just reached."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.bench.figures import Check, Latency, Sense, Spread, percentile, quotients

TIMES = st.lists(st.floats(0, 1e6), min_size=1, max_size=60)


@given(TIMES, st.floats(0, 1))
def test_percentiles_are_those_of_numpy(times: list[float], share: float) -> None:
    expected = float(np.quantile(times, share))

    assert percentile(times, share) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(TIMES)
def test_a_latency_never_falls_with_its_share(times: list[float]) -> None:
    latency = Latency.of(times)

    assert min(times) <= latency.p50_ms <= latency.p95_ms <= latency.p99_ms <= max(times)


def test_a_spread_is_median_least_and_most() -> None:
    assert Spread.of([3.0, 1.0, 2.0]) == Spread(median=2.0, least=1.0, most=3.0)


@pytest.mark.parametrize(
    ("sense", "values", "passed"),
    [
        ("at most", [2.0], True),
        ("at most", [2.1], False),
        ("at most", [1.0, 1.5, 9.0], True),
        ("at least", [2.0], True),
        ("at least", [1.9], False),
        ("at least", [0.1, 2.5, 3.0], True),
    ],
)
def test_the_median_decides(sense: Sense, values: list[float], passed: bool) -> None:
    check = Check.of("speed", sense, 2.0, values)

    assert check.passed is passed


def test_quotients_pair_rounds() -> None:
    assert quotients([2.0, 9.0], [1.0, 3.0]) == [2.0, 3.0]
    with pytest.raises(ValueError, match="argument 2"):
        quotients([1.0], [1.0, 2.0])
