"""How unevenly memories are used, and how retention is spread."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.figures import BINS, gini, histogram

held = st.dictionaries(st.integers(0, 50), st.integers(1, 30), min_size=1, max_size=8)


def plainly(memories: dict[int, int]) -> float:
    """By its definition: the mean difference of all pairs, in twice the mean."""
    uses = [used for used, count in memories.items() for _ in range(count)]
    apart = sum(abs(one - other) for one in uses for other in uses)
    return apart / (2 * len(uses) * sum(uses))


@given(held)
def test_gini_is_that_of_its_definition(memories: dict[int, int]) -> None:
    found = gini(memories)

    if not any(memories):
        assert found is None
    else:
        assert found == pytest.approx(plainly(memories), abs=1e-12)


def test_gini_at_its_ends() -> None:
    assert gini({3: 40}) == pytest.approx(0.0)
    assert gini({0: 999, 7: 1}) == pytest.approx(0.999)
    assert gini({}) is None


@given(st.lists(st.floats(0, 1)))
def test_every_memory_is_in_one_bin(retentions: list[float]) -> None:
    bins = histogram(retentions)

    assert (len(bins), sum(bins)) == (BINS, len(retentions))


def test_bins_are_closed_below_and_the_last_one_above() -> None:
    assert histogram([0.0, 0.1, 0.95, 1.0]) == [1, 1, 0, 0, 0, 0, 0, 0, 0, 2]
