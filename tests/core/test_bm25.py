"""What a word says about a question."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.bm25 import K1, MOST_WORDS, B, counted_first, coverage, idf

counts = st.integers(1, 1_000_000)


@pytest.mark.parametrize(
    ("count", "frequency", "expected"),
    [(1, 1, math.log(4 / 3)), (10, 0, math.log(22)), (10, 10, math.log(22 / 21)), (3, 1, 0.9808)],
)
def test_a_word_weighs_what_the_formula_says(count: int, frequency: int, expected: float) -> None:
    assert idf(count, frequency) == pytest.approx(expected, abs=1e-4)


@given(counts, st.data())
def test_a_rare_word_weighs_more_and_every_word_something(count: int, data: st.DataObject) -> None:
    rare = data.draw(st.integers(0, count - 1))
    common = data.draw(st.integers(rare + 1, count))

    assert idf(count, rare) > idf(count, common) > 0.0
    assert idf(count + 1, rare) > idf(count, rare)


def test_coverage_is_the_formula_over_the_most_it_can_give() -> None:
    frequencies = np.array([[2.0, 0.0], [1.0, 3.0]])
    weights = np.array([1.5, 0.5])
    lengths = np.array([5.0, 40.0])

    found = coverage(frequencies, weights, lengths, 10.0)

    for place, length in enumerate(lengths):
        score = sum(
            weight * f * (K1 + 1) / (f + K1 * (1 - B + B * length / 10.0))
            for weight, f in zip(weights, frequencies[:, place], strict=True)
        )
        assert found[place] == pytest.approx(score / (2.0 * (K1 + 1)))


texts = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 4000)), min_size=1, max_size=6
)
pairs = st.tuples(st.floats(0.01, 15.0), st.floats(0.01, 15.0))


@given(texts, pairs, st.floats(0.01, 500.0))
def test_coverage_is_a_share(
    found: list[tuple[int, int, int]], weights: tuple[float, float], average: float
) -> None:
    first, second, rest = np.array(found, float).T
    frequencies, lengths = np.array([first, second]), first + second + rest

    share = coverage(frequencies, np.array(weights), lengths, average)

    assert share.shape == lengths.shape
    assert ((share >= 0.0) & (share < 1.0)).all()
    assert ((share > 0.0) == (first + second > 0.0)).all()

    more = coverage(frequencies + np.eye(2, 1), np.array(weights), lengths, average)
    assert (more > share).all()
    longer = coverage(frequencies, np.array(weights), lengths + 50.0, average)
    assert ((longer < share) | (share == 0.0)).all()


def test_all_words_often_come_near_the_whole() -> None:
    assert coverage(np.full((3, 1), 1e6), np.ones(3), np.ones(1), 1.0) == pytest.approx(1.0)


@pytest.mark.parametrize("size", [0, 1, 3])
def test_a_question_without_words_is_covered_by_nothing(size: int) -> None:
    none = coverage(np.zeros((0, size)), np.zeros(0), np.ones(size), 1.0)

    assert none.tolist() == [0.0] * size


def test_without_memories_nothing_is_covered() -> None:
    assert coverage(np.zeros((2, 0)), np.ones(2), np.zeros(0), 0.0).shape == (0,)


def test_words_nobody_has_and_the_commonest_of_many_are_only_possible() -> None:
    assert counted_first([3, 0, 1]) == ([0, 2, 1], 2)
    assert counted_first([]) == ([], 0)
    many = [5] * MOST_WORDS + [1, 9]
    order, counted = counted_first(many)
    assert counted == MOST_WORDS
    assert order[:counted] == [*range(MOST_WORDS - 1), MOST_WORDS]
    assert sorted(order) == list(range(len(many)))


def test_a_word_that_is_not_counted_lowers_the_share() -> None:
    frequencies, lengths = np.array([[1.0, 0.0]]), np.array([4.0, 4.0])
    [alone, none] = coverage(frequencies, np.array([2.0]), lengths, 4.0)
    [beside, _] = coverage(frequencies, np.array([2.0, 2.0]), lengths, 4.0)
    assert (beside, none) == (pytest.approx(alone / 2), 0.0)
