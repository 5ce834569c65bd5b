"""Measures of rankings: some by hand, and what holds for every ranking."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.bench.retrieval.quality import DEPTHS, Quality, ndcg, recall, reciprocal_rank

IDS = st.integers(0, 40).map(str)
RANKINGS = st.lists(IDS, unique=True, max_size=30)
EVIDENCE = st.frozensets(IDS, min_size=1, max_size=12)
JUDGED = st.lists(st.tuples(RANKINGS, EVIDENCE), min_size=1, max_size=8)


@pytest.mark.parametrize(("depth", "share"), [(1, 0.0), (2, 0.5), (3, 0.5), (4, 1.0), (20, 1.0)])
def test_recall_is_the_share_of_evidence_so_far(depth: int, share: float) -> None:
    assert recall(["x", "a", "y", "b"], {"a", "b"}, depth) == share


def test_ndcg_discounts_by_place() -> None:
    gained = 1 / math.log2(3) + 1 / math.log2(5)
    best = 1 / math.log2(2) + 1 / math.log2(3)

    assert ndcg(["x", "a", "y", "b"], {"a", "b"}, 10) == pytest.approx(gained / best)
    assert ndcg(["x", "a"], {"a"}, 1) == 0.0


def test_the_first_evidence_counts() -> None:
    assert reciprocal_rank(["x", "a", "b"], {"a", "b"}) == 0.5
    assert reciprocal_rank(["x"], {"a"}) == 0.0
    assert reciprocal_rank([], {"a"}) == 0.0


@given(EVIDENCE, RANKINGS, st.integers(1, 20))
def test_a_perfect_order_has_ndcg_1(evidence: frozenset, others: list, depth: int) -> None:
    ranking = [*sorted(evidence), *(one for one in others if one not in evidence)]

    assert ndcg(ranking, evidence, depth) == pytest.approx(1.0)


@given(JUDGED)
def test_values_are_shares_and_grow_with_depth(judged: list) -> None:
    quality = Quality.of(judged)
    curves = [
        [curve[depth] for depth in DEPTHS] for curve in (quality.recall, quality.all_evidence)
    ]

    for values in (*curves, [quality.ndcg_10], [quality.mrr]):
        assert all(0.0 <= value <= 1.0 + 1e-12 for value in values)
        assert values == sorted(values)
    assert all(whole <= part + 1e-12 for part, whole in zip(*curves, strict=True))
    assert quality.questions == len(judged)


def test_averages_are_over_questions() -> None:
    quality = Quality.of([(["a", "b"], {"a", "b"}), (["x", "a"], {"a", "c"})])

    assert quality.recall == {1: 0.25, 3: 0.75, 5: 0.75, 10: 0.75, 20: 0.75}
    assert quality.all_evidence == {1: 0.0, 3: 0.5, 5: 0.5, 10: 0.5, 20: 0.5}
    assert quality.mrr == 0.75


def test_mrr_looks_at_what_was_asked_for() -> None:
    assert Quality.of([([str(at) for at in range(30)], {"25"})]).mrr == 0.0
