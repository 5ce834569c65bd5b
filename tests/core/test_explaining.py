"""A score can be computed again from its explanation alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.evidence import Evidence
from memsvc.core.explaining import Explanation, explained
from memsvc.core.ranking import FIRST_LOOK, SecondLook, judge
from memsvc.core.reading import Reading, plainly
from memsvc.core.weights import STANDARD, Weights
from tests.core.made import (
    evidence,
    evidences,
    in_one_session,
    readings,
    second_looks,
    weights,
)

CLOSE = 1e-6
PLAINLY = plainly("?")


def relevance(why: Explanation, share: float) -> float:
    """The formula, word for word."""
    exponent = (why.even - math.fsum(why.signals.values())) / why.scale
    alone = 1 / (1 + math.exp(exponent)) if exponent < 700 else 0.0
    return alone if why.reranked is None else (1 - share) * alone + share * why.reranked


def final(why: Explanation) -> float:
    """The formula, word for word."""
    taken = [
        why.weights.retention * (1 - why.retention),
        why.weights.importance * (1 - why.importance),
        why.weights.trust * (1 - why.trust),
    ]
    return why.relevance * (1 - sum(taken))


@given(evidences(), readings, weights(), st.data())
def test_every_factor_of_a_score_is_given(
    one: Evidence, reading: Reading, weighing: Weights, data: st.DataObject
) -> None:
    again = data.draw(st.just(FIRST_LOOK) | second_looks(one))
    judgement = judge(one, reading, weighing, again)

    for place, number in enumerate(one.numbers.tolist()):
        why = explained(judgement, place)
        assert all(map(math.isfinite, why.signals.values()))
        assert why.relevance == pytest.approx(relevance(why, again.share), abs=CLOSE)
        assert why.final == pytest.approx(final(why), abs=CLOSE)
        assert 0.0 <= why.final <= 1.0
        assert why.weights == weighing
        least = min(again.reranked.values(), default=None)
        assert why.reranked == again.reranked.get(number, least)
        assert why.temporal == why.signals["temporal"]
        assert (why.dense, why.retention) == (one.dense[place], one.retention[place])
        assert (why.importance, why.trust) == (one.importance[place], one.trust[place])
        assert 0.0 <= why.lexical <= 1.0
        assert (why.lexical > 0.0) == bool((one.frequencies[:, place] > 0).any())


@given(evidences(least=1), readings)
def test_the_score_shown_is_the_one_ranked_by(one: Evidence, reading: Reading) -> None:
    judgement = judge(one, reading, STANDARD)

    for hit in judgement.best(len(one)):
        assert explained(judgement, hit.place).final == hit.score


@given(evidences(), readings)
def test_ranks_count_what_is_proposed(one: Evidence, reading: Reading) -> None:
    judgement = judge(one, reading, STANDARD)
    why = {place: explained(judgement, place) for place in np.flatnonzero(one.proposed).tolist()}

    by_cosine = sorted(why, key=lambda place: why[place].dense_rank)
    assert [why[place].dense_rank for place in by_cosine] == list(range(1, len(why) + 1))
    assert by_cosine == sorted(why, key=lambda place: (-one.dense[place], place))

    by_words = sorted((w.lexical_rank, -w.lexical, place) for place, w in why.items() if w.lexical)
    assert [rank for rank, _, _ in by_words] == list(range(1, len(by_words) + 1))
    assert [rest for _, *rest in by_words] == sorted(rest for _, *rest in by_words)
    assert all((w.lexical_rank is None) == (w.lexical == 0.0) for w in why.values())


def test_one_that_only_speaks_for_others_takes_no_rank() -> None:
    one = evidence(3, dense=[0.9, 0.5, 0.4], proposed=[False, True, True])

    assert [explained(judge(one, PLAINLY, STANDARD), n).dense_rank for n in (1, 2)] == [1, 2]


def test_far_below_all_else_a_memory_is_as_good_as_irrelevant() -> None:
    """An agent of a million alike memories and one that says the contrary."""
    one = in_one_session(
        2, dense=[-1.0, 1.0], mean=0.1, spread=0.0, count=1_000_000, lengths=[4000.0, 4000.0]
    )

    far, near = (explained(judge(one, PLAINLY, STANDARD), place) for place in (0, 1))
    assert far.final == 0.0
    assert near.final > 0.0


def test_a_reranker_that_has_the_whole_say_is_the_relevance() -> None:
    again = SecondLook({}, {}, {2: 0.25}, share=1.0)
    read, unread = (
        explained(judge(evidence(2), PLAINLY, STANDARD, again), place) for place in (1, 0)
    )

    assert (read.reranked, read.relevance, read.final) == (0.25, 0.25, 0.25)
    # What was not read counts as the least that was.
    assert (unread.reranked, unread.relevance) == (0.25, 0.25)
    assert explained(judge(evidence(2), PLAINLY, STANDARD), 0).reranked is None
