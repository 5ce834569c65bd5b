"""How good chances are: Brier scores, as they are and once fitted, and how well they order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SMALLEST = 1e-6
STEPS = 50
RESAMPLES = 400


def brier(chances: Floats, happened: Floats) -> float:
    """Mean squared distance of chances from what happened, 0 or 1 (Brier 1950)."""
    return float(np.mean((chances - happened) ** 2))


def log_odds(chances: Floats) -> Floats:
    """The logarithm of the odds; certainties count as all but certain."""
    kept = np.clip(chances, SMALLEST, 1.0 - SMALLEST)
    odds: Floats = np.log(kept / (1.0 - kept))
    return odds


def fitted(feature: Floats, happened: Floats, asked: Floats) -> Floats:
    """Chances for `asked` by a logistic curve through `feature` and what happened (Platt 1999)."""
    spread = float(feature.std()) or 1.0
    middle = float(feature.mean())

    def design(values: Floats) -> Floats:
        return np.stack([np.ones(len(values)), (values - middle) / spread], axis=1)

    given, weights = design(feature), np.zeros(2)
    for _ in range(STEPS):
        chances = _logistic(given @ weights)
        slope = given.T @ (chances - happened) + SMALLEST * weights
        bend = (given * (chances * (1.0 - chances))[:, None]).T @ given + SMALLEST * np.eye(2)
        step = np.linalg.solve(bend, slope)
        weights -= step
        if float(np.abs(step).max()) < SMALLEST:
            break
    return _logistic(design(asked) @ weights)


def _logistic(values: Floats) -> Floats:
    chances: Floats = 1.0 / (1.0 + np.exp(-np.clip(values, -50.0, 50.0)))
    return chances


def ordering(scores: Floats, happened: Floats) -> float:
    """The chance that of two, one of which happened, that one has the higher score; ties half."""
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2.0)[places]
    positive = happened == 1.0
    first, rest = int(positive.sum()), int((~positive).sum())
    if not first or not rest:
        return 0.5
    return float((ranks[positive].sum() - first * (first + 1) / 2.0) / (first * rest))


def skill_interval(
    chances: Floats, constant: float, happened: Floats, memory: NDArray[np.int64]
) -> tuple[float, float]:
    """95 % of skills, 1 - Brier / Brier of the constant, when memories are drawn anew."""
    count = int(memory.max()) + 1
    own = np.bincount(memory, (chances - happened) ** 2, count)
    other = np.bincount(memory, (constant - happened) ** 2, count)
    draw = np.random.default_rng(0)
    skills = []
    for _ in range(RESAMPLES):
        drawn = draw.integers(0, count, count)
        skills.append(1.0 - own[drawn].sum() / max(float(other[drawn].sum()), SMALLEST))
    low, high = np.quantile(skills, [0.025, 0.975])
    return float(low), float(high)
