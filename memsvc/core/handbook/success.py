"""Effects on success, adding up in points or in log-odds: whichever the outcomes speak for.

If two behaviors gain 15 points each, what do both together? 30 points, or as much less as there is
less left to gain? Whoever assumes the one in a world of the other goes wrong: with points, where
chances saturate, a harmful behavior among good ones gets its share of their gain for its own; with
log-odds, where they do not, a useless one seems to hold good ones back. So both models are fitted
to all outcomes, and the one with the smaller squared error speaks. They have as many coefficients,
so neither has an advantage.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import numpy as np

from memsvc.core.handbook.effects import (
    LEVEL,
    POINTS,
    Effects,
    Floats,
    Quantity,
    Tasks,
    bounded,
    linear,
    prior_of,
)

LOG_ODDS = Quantity(0.0, 2.0, 1.0, 0.7, None)
"""15 points at a chance of one half are 0.62."""
CONVERGED = 1e-7
MOST_STEPS = 50


class Adding(StrEnum):
    """In what effects add up."""

    POINTS = "points"
    LOG_ODDS = "log_odds"


class Found(NamedTuple):
    """Effects in points of success, and in what they add up.

    With log-odds an effect in points is the average over the tasks that a behavior was offered for,
    beside what else was offered. `log_odds` are that model's coefficients, of use as a start.
    """

    adding: Adding
    effects: Effects
    log_odds: Floats


def success_effects(
    tasks: Tasks,
    level: float = LEVEL,
    start: Floats | None = None,
    converged: float = CONVERGED,
) -> Found:
    """Effects of the behaviors on success; values must be in [0, 1].

    Costs some inversions of a matrix of the members. A `start` near the coefficients saves some;
    they are the same to about `converged`.
    """
    in_points, covariance = linear(tasks, POINTS)
    in_odds, odds_covariance = _logistic(tasks, start, converged)
    wanted = np.clip(tasks.added_up(in_points), 0.0, 1.0)
    if _error(tasks, wanted) <= _error(tasks, _chance(tasks.added_up(in_odds))):
        effects = bounded(in_points[tasks.classes :], covariance, POINTS, level)
        return Found(Adding.POINTS, effects, in_odds)
    found = bounded(in_odds[tasks.classes :], odds_covariance, LOG_ODDS, level)
    return Found(Adding.LOG_ODDS, _in_points(tasks, in_odds, found), in_odds)


def _error(tasks: Tasks, wanted: Floats) -> float:
    return float(np.sum((tasks.values - wanted) ** 2))


def _chance(log_odds: Floats) -> Floats:
    chance: Floats = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -_FARTHEST, _FARTHEST)))
    return chance


_FARTHEST = 30.0
_LEAST_WEIGHT = 0.02
_LONGEST_STEP = 2.0


def _logistic(tasks: Tasks, start: Floats | None, converged: float) -> tuple[Floats, Floats]:
    """Coefficients and covariance of a logistic regression, by Newton's method (Laplace).

    A success between 0 and 1 varies less than a win or loss with that chance, so the covariance is
    rather too large.
    """
    prior = prior_of(tasks, LOG_ODDS)
    mean = prior.mean.copy() if start is None else start.copy()
    bend = np.diag(prior.precision)
    for _ in range(MOST_STEPS):
        chance = _chance(tasks.added_up(mean))
        bend = tasks.together(np.maximum(chance * (1.0 - chance), _LEAST_WEIGHT))
        bend[np.diag_indices_from(bend)] += prior.precision
        slope = tasks.sums(tasks.values - chance) - prior.precision * (mean - prior.mean)
        # A third of the work of an inverse, which only the last step's is needed of.
        step = np.linalg.solve(bend, slope)
        farthest = float(np.abs(step).max(initial=0.0))
        mean = mean + step * min(1.0, _LONGEST_STEP / max(farthest, _LONGEST_STEP))
        if farthest < converged:
            break
    covariance: Floats = np.linalg.inv(bend).astype(np.float64, copy=False)
    return mean, covariance


def _in_points(tasks: Tasks, log_odds: Floats, found: Effects) -> Effects:
    """What effects in log-odds come to in points, in the tasks a behavior was offered for."""
    rows, places = np.nonzero((tasks.members >= tasks.classes) & (tasks.members < tasks.size))
    which = tasks.members[rows, places] - tasks.classes
    count = tasks.size - tasks.classes
    without = tasks.added_up(log_odds)[rows] - log_odds[tasks.classes + which]
    offered = np.maximum(np.bincount(which, minlength=count), 1)
    plain = _chance(without)

    def points(effect: Floats) -> Floats:
        change = _chance(without + effect[which]) - plain
        mean: Floats = np.bincount(which, change, count) / offered
        return np.where(np.isfinite(effect), mean, effect)

    return Effects(*(points(one) for one in found))
