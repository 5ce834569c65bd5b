from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.runs import numbers_in, runs_of

numbers = st.lists(st.integers(0, 60))


def test_consecutive_numbers_are_one_run() -> None:
    assert runs_of([7, 3, 1, 2, 9, 3]) == [[1, 3], [7, 7], [9, 9]]
    assert runs_of([]) == []


@given(numbers)
def test_runs_say_the_same_numbers(given_: list[int]) -> None:
    assert numbers_in(runs_of(given_)) == tuple(sorted(set(given_)))


@given(numbers)
def test_runs_are_as_few_as_can_be(given_: list[int]) -> None:
    runs = runs_of(given_)

    assert all(first <= last for first, last in runs)
    assert all(one[1] + 1 < other[0] for one, other in pairwise(runs))
