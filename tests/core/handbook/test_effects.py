"""Effects: adjusted for what else was offered, with bounds that hold however often one looks."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.handbook.effects import (
    LOG_TOKENS,
    NOBODY,
    POINTS,
    Quantity,
    Tasks,
    linear_effects,
    log_tokens,
    tasks_of,
)

KNOWN_NOISE = Quantity(0.0, 1.0, 0.5, 0.3, 1.0)


@st.composite
def any_tasks(draw: st.DrawFn) -> Tasks:
    """Of two classes and six behaviors."""
    count = draw(st.integers(0, 12))
    members = np.full((count, 4), NOBODY)
    for at in range(count):
        held = draw(st.lists(st.integers(2, 7), max_size=3, unique=True))
        members[at, : len(held) + 1] = [draw(st.integers(0, 1)), *held]
    values = draw(st.lists(st.floats(0, 1), min_size=count, max_size=count))
    return tasks_of(members, np.array(values), 2, 8)


def design_of(tasks: Tasks) -> np.ndarray:
    """One row of zeros and ones a task."""
    design = np.zeros((len(tasks.values), tasks.size + 1))
    np.put_along_axis(design, tasks.members, 1.0, axis=1)
    return design[:, : tasks.size]


@given(any_tasks(), st.integers(0, 9))
def test_sums_are_those_of_the_design(tasks: Tasks, seed: int) -> None:
    design, draw = design_of(tasks), np.random.default_rng(seed)
    weights, coefficients = draw.uniform(size=len(tasks.values)), draw.normal(size=8)

    assert tasks.together(weights) == pytest.approx(design.T @ (design * weights[:, None]))
    assert tasks.sums(weights) == pytest.approx(design.T @ weights)
    assert tasks.added_up(coefficients) == pytest.approx(design @ coefficients)


@given(any_tasks())
def test_the_order_of_tasks_and_members_does_not_matter(tasks: Tasks) -> None:
    turned = tasks_of(
        np.where(tasks.members == 8, NOBODY, tasks.members)[::-1, ::-1], tasks.values[::-1], 2, 8
    )

    for one, other in zip(
        linear_effects(tasks, POINTS), linear_effects(turned, POINTS), strict=True
    ):
        assert one == pytest.approx(other)


def test_it_is_bayesian_regression_with_the_own_prior_taken_out() -> None:
    draw = np.random.default_rng(3)
    behaviors = draw.permuted(np.tile(np.arange(2, 8), (60, 1)), axis=1)[:, :3]
    members = np.concatenate([draw.integers(0, 2, (60, 1)), behaviors], axis=1)
    tasks = tasks_of(members, draw.normal(size=60), 2, 8)
    design, prior_sd = design_of(tasks), np.array([1.0, 1.0] + [0.5] * 6)

    found = linear_effects(tasks, KNOWN_NOISE)

    for behavior in range(2, 8):
        # All but the asked one are integrated out: they are noise of a known covariance.
        rest = np.delete(np.arange(8), behavior)
        spread = np.eye(60) + (design[:, rest] * prior_sd[rest] ** 2) @ design[:, rest].T
        weighed = np.linalg.solve(spread, design[:, behavior])
        information = float(design[:, behavior] @ weighed)
        estimate = float(weighed @ tasks.values) / information
        rho = 0.3**-2
        reach = math.sqrt(
            2 * (information + rho) * math.log(math.sqrt((information + rho) / rho) / 0.1 + 1)
        )
        assert found.estimate[behavior - 2] == pytest.approx(estimate)
        assert found.high[behavior - 2] == pytest.approx(estimate + reach / information)
        assert found.low[behavior - 2] == pytest.approx(estimate - reach / information)


def test_of_what_was_never_offered_nothing_is_said() -> None:
    found = linear_effects(tasks_of(np.array([[0, 1]]), np.array([1.0]), 1, 3), POINTS)

    assert found.estimate[1] == 0.0
    assert (found.low[1], found.high[1]) == (-math.inf, math.inf)
    assert -math.inf < found.low[0] < 0.0 < found.high[0] < math.inf


def looked_at(draw: np.random.Generator) -> tuple[bool, bool]:
    """Whether a bound of a behavior without effect is ever below zero, at 80 looks.

    The bound that always holds, and a plain one of the same regression.
    """
    count = 2000
    others = draw.integers(0, 2, (count, 2))
    there = draw.uniform(size=count) < 0.5
    wanted = 0.4 + 0.15 * others[:, 0] - 0.15 * others[:, 1]
    columns = [there, others[:, 0] == 1, others[:, 1] == 1]
    behaviors = [np.where(it_is, at, NOBODY) for at, it_is in enumerate(columns, start=1)]
    members = np.stack([np.zeros(count, int), *behaviors], axis=1)
    values = (draw.uniform(size=count) < wanted).astype(float)
    always = plain = False
    for until in range(25, count + 1, 25):
        tasks = tasks_of(members[:until], values[:until], 1, 4)
        found = linear_effects(tasks, POINTS)
        always |= bool(found.high[0] < 0.0)
        design = tasks.together(np.ones(until)) / 0.25 + np.diag([4.0, 16.0, 16.0, 16.0])
        error = math.sqrt(np.linalg.inv(design)[1, 1])
        plain |= bool(found.estimate[0] + 1.645 * error < 0.0)
    return always, plain


def test_looking_again_and_again_does_no_harm() -> None:
    """In 150 worlds: 5 % are 7.5, and 15 nearly three standard errors more; a plain bound fails."""
    looks = [looked_at(np.random.default_rng([7, seed])) for seed in range(150)]

    assert sum(always for always, _ in looks) <= 15
    assert sum(plain for _, plain in looks) > 22


def test_noise_that_nobody_knows_is_estimated() -> None:
    draw = np.random.default_rng(8)
    count = 4000
    members = np.stack([draw.integers(0, 2, count), draw.integers(2, 8, count)], axis=1)
    log_change = np.linspace(-0.2, 0.2, 6)
    tokens = np.exp(7.5 + log_change[members[:, 1] - 2] + draw.normal(0, 0.4, count))
    values = np.array([log_tokens(round(one)) for one in tokens])
    tasks = tasks_of(members, values, 2, 8)

    found = linear_effects(tasks, LOG_TOKENS)
    known = linear_effects(tasks, replace(LOG_TOKENS, noise_variance=0.16))

    # Each task has one behavior: only differences can be told, the rest is the prior's.
    assert found.estimate - found.estimate.mean() == pytest.approx(log_change, abs=0.06)
    assert found.high - found.low == pytest.approx(known.high - known.low, rel=0.05)
    nothing = tasks_of(np.zeros((0, 2), int), np.zeros(0), 2, 8)
    assert linear_effects(nothing, LOG_TOKENS).high.tolist() == [math.inf] * 6


def test_the_level_is_kept_and_evidence_narrows() -> None:
    draw = np.random.default_rng(9)
    members = np.stack([np.zeros(500, int), draw.choice([1, NOBODY], 500)], axis=1)
    values = draw.uniform(size=500)
    more = tasks_of(members, values, 1, 2)

    wide = linear_effects(tasks_of(members[:100], values[:100], 1, 2), POINTS)
    narrow = linear_effects(more, POINTS)
    assert narrow.high[0] - narrow.low[0] < wide.high[0] - wide.low[0]
    assert linear_effects(more, POINTS, level=0.999).high[0] > narrow.high[0]
