"""What each behavior does to outcomes, with bounds that hold however often one looks.

*Adjusted.* An outcome depends on its task class and on all that was offered together, so a
behavior that often comes with good ones looks good. All are therefore estimated at once: outcome =
baseline of the class + sum of the effects of what was offered + noise, by Bayesian linear
regression with a wide normal prior on each coefficient (ridge). Held-out tasks fix the baselines.

*Always valid.* Whether to retire is asked again and again. A plain 95 % bound, asked often enough,
is wrong some time about almost any behavior without effect. The bounds here are a confidence
sequence: with probability `level` they hold at all times at once. It is the one-sided normal
mixture of Robbins (1970), in the closed form of Howard, Ramdas, McAuliffe & Sekhon (2021,
"Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49(2)): for
a sum S with intrinsic time v, with probability 1 - a at no time S >= sqrt(2 (v + rho)
log(sqrt((v + rho) / rho) / (2 a) + 1)). With v the information on one coefficient once all others
are integrated out, this carries over to regression (Lindon, Ham, Tingley & Bojinov 2022,
"Anytime-valid linear models and regression adjusted causal inference in randomized experiments").

What stays an approximation: offers lean on earlier outcomes, and effects may add up in another way
than the model says. `memsvc bench handbook` counts what comes of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVEL = 0.95
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is known beforehand of the coefficients of a model, in its units.

    `noise_variance` None: estimated from what the regression leaves over. `mixture_sd` is the size
    of effect at which the bounds are tightest.
    """

    baseline_mean: float
    baseline_sd: float
    effect_sd: float
    mixture_sd: float
    noise_variance: float | None


POINTS = Quantity(0.5, 0.5, 0.25, 0.15, 0.25)
"""Success in [0, 1], which is 1/2-sub-Gaussian (Hoeffding): its noise need not be estimated."""
LOG_TOKENS = Quantity(7.0, 3.0, 0.5, 0.15, None)
"""The natural logarithm of 1 + tokens: an effect of -0.1 is about 10 % fewer."""


@dataclass(frozen=True, slots=True)
class Tasks:
    """Tasks with the members of each, and what was measured of them; made by `tasks_of`.

    `members` (tasks, most) numbers the class and the behaviors of each task, `size` standing for
    nobody; of `size` members the first `classes` are classes. `values` (tasks,). `pairs` numbers
    each two members of a task, themselves included, in one order.
    """

    members: Ints
    values: Floats
    classes: int
    size: int
    pairs: Ints

    def sums(self, values: Floats) -> Floats:
        """The sum of a value of each task over each member's tasks."""
        weights = np.repeat(values, self.members.shape[1])
        summed = np.bincount(self.members.ravel(), weights, self.size + 1)
        return summed[: self.size].astype(np.float64, copy=False)

    def together(self, weights: Floats) -> Floats:
        """For each two members, the sum of a weight of each task over those that they shared."""
        repeated = np.repeat(weights, self.pairs.shape[1])
        flat = np.bincount(self.pairs.ravel(), repeated, (self.size + 1) ** 2)
        square = flat.astype(np.float64, copy=False).reshape(self.size + 1, self.size + 1)
        half = square[: self.size, : self.size]
        # Members come in any order, so a pair may lie on either side.
        whole: Floats = half + half.T
        whole[np.diag_indices_from(whole)] /= 2.0
        return whole

    def added_up(self, coefficients: Floats) -> Floats:
        """For each task the sum of its members' coefficients."""
        added: Floats = np.append(coefficients, 0.0)[self.members].sum(axis=1)
        return added


def tasks_of(members: Ints, values: Floats, classes: int, size: int) -> Tasks:
    """Tasks whose members are numbered as in Tasks, none twice, NOBODY filling up."""
    known = np.where(members == NOBODY, size, members)
    one, other = np.triu_indices(known.shape[1])
    return Tasks(known, values, classes, size, known[:, one] * (size + 1) + known[:, other])


class Effects(NamedTuple):
    """Arrays over behaviors: the estimate, and bounds each of which holds at all times at once.

    `low` and `high` hold with the level each by itself, as one-sided bounds do.
    """

    estimate: Floats
    low: Floats
    high: Floats


class Prior(NamedTuple):
    """Means and precisions of all coefficients beforehand."""

    mean: Floats
    precision: Floats


def prior_of(tasks: Tasks, quantity: Quantity) -> Prior:
    """What is known of each member beforehand."""
    is_class = np.arange(tasks.size) < tasks.classes
    return Prior(
        np.where(is_class, quantity.baseline_mean, 0.0),
        np.where(is_class, quantity.baseline_sd, quantity.effect_sd) ** -2.0,
    )


def linear(tasks: Tasks, quantity: Quantity) -> tuple[Floats, Floats]:
    """Coefficients of all members and their covariance, effects adding up in the value's units."""
    together, sums = tasks.together(np.ones(len(tasks.values))), tasks.sums(tasks.values)
    prior = prior_of(tasks, quantity)
    noise = quantity.noise_variance
    if noise is None:
        noise = _left_over(tasks, together, sums, prior)
    return _posterior(together, sums, prior, noise)


def linear_effects(tasks: Tasks, quantity: Quantity, level: float = LEVEL) -> Effects:
    """Effects of the behaviors, adding up in the value's units."""
    mean, covariance = linear(tasks, quantity)
    return bounded(mean[tasks.classes :], covariance, quantity, level)


def bounded(mean: Floats, covariance: Floats, quantity: Quantity, level: float = LEVEL) -> Effects:
    """The effects that coefficients amount to; `covariance` is of all members, these the last."""
    variance = np.diagonal(covariance)[-len(mean) :] if len(mean) else mean
    # The prior of the others stays, that of the one asked about is taken out again: what the
    # outcomes alone say of it.
    information = np.maximum(1.0 / variance - quantity.effect_sd**-2, 0.0)
    known = information > _LEAST_INFORMATION
    held = np.where(known, information, 1.0)
    estimate = np.where(known, mean / (variance * held), 0.0)
    reach = np.where(known, _reach(held, quantity.mixture_sd, level), np.inf)
    return Effects(estimate, estimate - reach, estimate + reach)


_LEAST_INFORMATION = 1e-6
"""Below that a behavior was never offered: what is left is rounding."""


def _posterior(together: Floats, sums: Floats, prior: Prior, noise: float) -> tuple[Floats, Floats]:
    precision = together / noise
    precision[np.diag_indices_from(precision)] += prior.precision
    covariance: Floats = np.linalg.inv(precision).astype(np.float64, copy=False)
    return covariance @ (sums / noise + prior.mean * prior.precision), covariance


def _left_over(tasks: Tasks, together: Floats, sums: Floats, prior: Prior) -> float:
    """The noise, from residuals, each coefficient costing as much freedom as it was fitted."""
    if len(tasks.values) < 2:
        return 1.0
    noise = max(float(np.var(tasks.values)), _LEAST_NOISE)
    for _ in range(2):
        mean, covariance = _posterior(together, sums, prior, noise)
        residuals = tasks.values - tasks.added_up(mean)
        spent = float(np.sum(covariance * together)) / noise
        freedom = max(len(residuals) - spent, 1.0)
        noise = max(float(residuals @ residuals) / freedom, _LEAST_NOISE)
    return noise


_LEAST_NOISE = 1e-6


def _reach(information: Floats, mixture_sd: float, level: float) -> Floats:
    """How far from the estimate a one-sided bound lies; the closed form above, S = v * distance."""
    rho = mixture_sd**-2
    held = information + rho
    inside = np.sqrt(held / rho) / (2.0 * (1.0 - level)) + 1.0
    reach: Floats = np.sqrt(2.0 * held * np.log(inside)) / information
    return reach


def log_tokens(tokens: int) -> float:
    """Tokens as LOG_TOKENS counts them."""
    return math.log1p(tokens)
