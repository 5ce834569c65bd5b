"""Effects on success: in which way they add up, and what they come to in points."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.handbook.effects import NOBODY, Tasks, tasks_of
from memsvc.core.handbook.success import Adding, success_effects

EFFECTS = np.array([0.2, 0.15, 0.15, 0.1, 0.0, -0.15, 0.1, 0.0])


def lived(adding: Adding, baseline: float, count: int, seed: int) -> tuple[Tasks, np.ndarray]:
    """Tasks of one class, a tenth held out, others with four of eight; and the true changes."""
    draw = np.random.default_rng(seed)
    offered = draw.permuted(np.tile(np.arange(8), (count, 1)), axis=1)[:, :4]
    held = draw.uniform(size=count) < 0.1
    effects = EFFECTS[offered]
    if adding is Adding.POINTS:
        wanted = baseline + effects.sum(axis=1)
        without = wanted[:, None] - effects
    else:
        odds = np.log((0.5 + effects) / (0.5 - effects))
        total = math.log(baseline / (1 - baseline)) + odds.sum(axis=1)
        wanted = 1 / (1 + np.exp(-total))
        without = 1 / (1 + np.exp(odds - total[:, None]))
    change = wanted[:, None] - without
    given = ~held[:, None, None] & (offered[:, :, None] == np.arange(8))
    truth = (change[:, :, None] * given).sum(axis=(0, 1)) / given.sum(axis=(0, 1))
    wanted = np.where(held, baseline, wanted)
    behaviors = np.where(held[:, None], NOBODY, offered + 1)
    members = np.concatenate([np.zeros((count, 1), int), behaviors], axis=1)
    values = (draw.uniform(size=count) < wanted).astype(float)
    return tasks_of(members, values, 1, 9), truth


@pytest.mark.parametrize(("adding", "baseline"), [(Adding.POINTS, 0.3), (Adding.LOG_ODDS, 0.7)])
def test_outcomes_tell_how_effects_add_up(adding: Adding, baseline: float) -> None:
    tasks, truth = lived(adding, baseline, 12_000, seed=1)

    found = success_effects(tasks)

    assert found.adding is adding
    assert (found.effects.low <= truth).all()
    assert (truth <= found.effects.high).all()
    assert found.effects.estimate == pytest.approx(truth, abs=0.04)
    assert found.effects.high[5] < 0.0 < found.effects.low[0]
    assert found.effects.low[4] < 0.0 < found.effects.high[4]


def test_where_chances_saturate_points_would_clear_what_harms() -> None:
    """The behavior takes from good company, which points would ascribe to it."""
    tasks, truth = lived(Adding.LOG_ODDS, 0.85, 30_000, seed=2)

    found = success_effects(tasks)

    assert found.adding is Adding.LOG_ODDS
    assert truth[5] < 0.0
    assert found.effects.high[5] < 0.0


def test_good_company_is_no_merit() -> None:
    """A useless behavior that mostly comes with good ones, a good one that comes with bad ones."""
    draw = np.random.default_rng(4)
    truth = np.array([0.0, 0.2, 0.2, 0.15, -0.2, -0.2])
    count = 6000
    follows = draw.uniform(size=count) < 0.5
    others = np.where(follows[:, None], [2, 3], [5, 6])
    stays = draw.uniform(size=count) < 0.1
    companion = np.where(follows ^ stays, 1, 4)
    members = np.concatenate([np.zeros((count, 1), int), companion[:, None], others], axis=1)
    wanted = np.clip(0.45 + truth[members[:, 1:] - 1].sum(axis=1), 0.02, 0.98)
    values = (draw.uniform(size=count) < wanted).astype(float)
    raw = [values[(members == one).any(axis=1)].mean() for one in (1, 4)]

    found = success_effects(tasks_of(members, values, 1, 7)).effects

    assert raw[0] > raw[1] + 0.3
    assert found.estimate[3] > found.estimate[0] + 0.08
    assert found.high[0] > 0.0 > found.low[0]


def test_a_start_changes_nothing() -> None:
    tasks, _ = lived(Adding.LOG_ODDS, 0.6, 3000, seed=5)
    alone = success_effects(tasks)

    for start in (np.full(9, 3.0), alone.log_odds, np.linspace(-5, 5, 9)):
        again = success_effects(tasks, start=start)
        assert again.adding is alone.adding
        assert again.log_odds == pytest.approx(alone.log_odds, abs=1e-6)
        assert again.effects.high == pytest.approx(alone.effects.high, abs=1e-6)


@given(
    st.lists(
        st.tuples(st.lists(st.integers(1, 5), max_size=3, unique=True), st.floats(0, 1)),
        max_size=15,
    )
)
def test_anything_can_be_told(told: list[tuple[list[int], float]]) -> None:
    members = np.full((len(told), 4), NOBODY)
    for at, (offered, _) in enumerate(told):
        members[at, : len(offered) + 1] = [0, *offered]
    seen = {one for offered, _ in told for one in offered}

    found = success_effects(tasks_of(members, np.array([value for _, value in told]), 1, 6))

    low, estimate, high = found.effects.low, found.effects.estimate, found.effects.high
    assert (low <= estimate).all()
    assert (estimate <= high).all()
    for one in range(1, 6):
        assert math.isfinite(high[one - 1]) == (one in seen)
        assert estimate[one - 1] == 0.0 or one in seen
    assert np.isfinite(found.log_odds).all()


def test_the_same_luck_without_end() -> None:
    """Nothing but wins: no coefficient runs away."""
    members = np.concatenate([np.zeros((300, 1), int), np.ones((300, 1), int)], axis=1)

    found = success_effects(tasks_of(members, np.ones(300), 1, 2))

    assert np.abs(found.log_odds).max() < 10
    assert found.effects.low[0] < 0.0 < found.effects.high[0]
