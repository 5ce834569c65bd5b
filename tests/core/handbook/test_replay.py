"""Which attempts are worth thinking over first."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.handbook.replay import priorities

attempts = st.lists(
    st.tuples(st.sampled_from([None, "sums", "mail"]), st.floats(0, 1)), min_size=1, max_size=20
)


def test_one_that_failed_among_successes_comes_first() -> None:
    found = priorities([("sums", 1.0), ("sums", 0.0), ("sums", 1.0), ("sums", 1.0)])

    assert max(found) == found[1]
    assert found[0] == found[2] == found[3]


def test_one_that_succeeded_among_failures_comes_first() -> None:
    found = priorities([("sums", 0.0), ("sums", 1.0), ("sums", 0.0)])

    assert max(found) == found[1]


def test_of_equal_surprise_the_rarer_class_comes_first() -> None:
    often = [("sums", float(at % 2)) for at in range(10)]
    rare = [("mail", 0.0), ("mail", 1.0)]
    found = priorities([*often, *rare])

    assert min(found[10:]) > max(found[:10])


def test_a_class_of_one_is_expected_to_go_either_way() -> None:
    assert priorities([("sums", 1.0)]) == priorities([("sums", 0.0)]) == [0.5]


def test_the_formula() -> None:
    expected = (1.0 + 0.0 + 0.5) / 3
    assert priorities([("a", 1.0), ("a", 1.0), ("a", 0.0)])[0] == pytest.approx(
        (1 / 3) ** 0.5 * (1.0 - expected)
    )


@given(attempts)
def test_a_priority_is_within_bounds(held: list[tuple[str | None, float]]) -> None:
    assert all(0 <= one <= 1 for one in priorities(held))


@given(attempts, st.integers())
def test_the_order_of_attempts_does_not_matter(
    held: list[tuple[str | None, float]], seed: int
) -> None:
    mixed = list(range(len(held)))
    random.Random(seed).shuffle(mixed)
    found = priorities([held[at] for at in mixed])

    assert [found[mixed.index(at)] for at in range(len(held))] == pytest.approx(priorities(held))
