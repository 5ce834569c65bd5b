"""What an offer holds: the best, and the worst-looking on trial."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.handbook.choosing import TRIAL_OFFERS, chosen, on_trial
from memsvc.core.handbook.offered import LEAST_OFFERS

RANK = st.one_of(st.just(-np.inf), st.floats(-1, 1))


@given(
    st.lists(st.tuples(RANK, st.booleans()), min_size=1, max_size=9),
    st.booleans(),
    st.integers(1, 5),
)
def test_as_by_hand(candidates: list[tuple[float, bool]], has_trial: bool, most: int) -> None:
    there = [at for at, (rank, _) in enumerate(candidates) if rank > -np.inf]
    best = sorted(there, key=lambda at: (-candidates[at][0], at))[:most]
    left = [at for at in there if at not in best and candidates[at][1]]
    if has_trial and left:
        best[-1] = min(left, key=lambda at: (candidates[at][0], at))
    ranks = np.array([rank for rank, _ in candidates])
    trial = np.array([it_is for _, it_is in candidates])

    found = chosen(ranks, trial, np.array(has_trial), most)

    assert found.shape == (min(most, len(candidates)),)
    assert [at for at in found.tolist() if at >= 0] == best
    assert (found[len(best) :] == -1).all()


def test_many_at_once_are_each_as_alone() -> None:
    draw = np.random.default_rng(2)
    ranks = draw.normal(size=(50, 12))
    ranks[draw.uniform(size=ranks.shape) < 0.5] = -np.inf
    trial, has_trial = draw.uniform(size=ranks.shape) < 0.5, draw.uniform(size=50) < 0.5

    found = chosen(ranks, trial, has_trial)

    for world in range(50):
        alone = chosen(ranks[world], trial[world], has_trial[world])
        assert found[world].tolist() == alone.tolist()


def test_a_trial_ends_with_a_verdict_or_with_its_share_of_offers() -> None:
    cases = {
        (-0.1, 0.1, 0): True,
        (-0.1, 0.1, TRIAL_OFFERS): False,
        (0.01, 0.1, LEAST_OFFERS): False,
        (-0.1, -0.01, LEAST_OFFERS): False,
        (-0.1, -0.01, LEAST_OFFERS - 1): True,
        (-np.inf, np.inf, 0): True,
    }
    low, high, offered = (np.array(column) for column in zip(*cases, strict=True))

    assert on_trial(low, high, offered.astype(np.int64)).tolist() == list(cases.values())
