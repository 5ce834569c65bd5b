"""How good each behavior is believed to be: a Gaussian (mu, sigma), in points of success.

An outcome says something of the whole team: the task's class and the behaviors offered for it. In
TrueSkill (Herbrich, Minka & Graepel 2006) a team's performance is the sum of its members', and what
is learnt of the sum is shared out by each member's own uncertainty; MEMO rates insights that way.
Here there is one team and no opponent: it plays against its expected outcome. With a belief
N(mu_i, sigma_i^2) of each member and noise of variance n,

    residual r = outcome - sum mu_i        total variance c = n + sum sigma_i^2
    mu_i     <- mu_i + sigma_i^2 / c * r
    sigma_i^2 <- sigma_i^2 * (1 - sigma_i^2 / c)

which is Bayes' rule, with the members taken as independent again after each outcome (moments
matched). The class is a member like others, so its baseline is learnt from offers and held-out
tasks alike.

Ratings decide what is offered, quickly; they are overconfident where behaviors always come
together. What is retired is decided by `core.handbook.success`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from memsvc.core.handbook.offered import OfferOutcome

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Number = TypeVar("Number", float, NDArray[np.float64])
else:
    Number = TypeVar("Number")

NOISE_VARIANCE = 0.25
"""The most that an outcome in [0, 1] can vary."""
SURELY = 3.0
"""How many sigma a careful rank stays below mu, as in TrueSkill's leaderboards."""


class Rating(NamedTuple):
    """A belief about success: what it changes (a behavior), or what it is (a task class)."""

    mu: float
    sigma: float


NEW_LINE = Rating(0.0, 0.15)
NEW_CLASS = Rating(0.5, 0.3)


@dataclass(frozen=True, slots=True)
class Ratings:
    """The ratings of all that outcomes spoke of; of anything else they are as new."""

    lines: Mapping[str, Rating] = field(default_factory=dict)
    classes: Mapping[str, Rating] = field(default_factory=dict)

    def line(self, name: str) -> Rating:
        """The rating of a behavior."""
        return self.lines.get(name, NEW_LINE)

    def task_class(self, name: str) -> Rating:
        """The believed baseline of a task class."""
        return self.classes.get(name, NEW_CLASS)


NOTHING_KNOWN = Ratings()


def ratings(outcomes: Iterable[OfferOutcome], known: Ratings = NOTHING_KNOWN) -> Ratings:
    """The fold over outcomes in order, from `known` on.

    `ratings(a + b)` equals `ratings(b, known=ratings(a))` to the last bit.
    """
    lines, classes = dict(known.lines), dict(known.classes)
    for outcome in outcomes:
        # In one order, whatever order the offer listed them in: sums of floats depend on it.
        names = sorted(outcome.offered)
        members = [classes.get(outcome.task_class, NEW_CLASS)]
        members += [lines.get(name, NEW_LINE) for name in names]
        mus, variances = matched(
            [one.mu for one in members], [one.sigma**2 for one in members], outcome.success
        )
        after = [Rating(mu, math.sqrt(var)) for mu, var in zip(mus, variances, strict=True)]
        classes[outcome.task_class] = after[0]
        lines.update(zip(names, after[1:], strict=True))
    return Ratings(lines, classes)


def matched(
    mus: Sequence[Number], variances: Sequence[Number], outcome: Number
) -> tuple[list[Number], list[Number]]:
    """Means and variances of a team's members after an outcome.

    A member is a number, or an array of that member in many worlds at once; one with variance 0
    is not changed and, with mu 0, might as well be absent.
    """
    residual = outcome
    for mu in mus:
        residual = residual - mu
    total = 0.0 * residual + NOISE_VARIANCE
    for variance in variances:
        total = total + variance
    shares = [variance / total for variance in variances]
    return (
        [mu + share * residual for mu, share in zip(mus, shares, strict=True)],
        [variance * (1.0 - share) for variance, share in zip(variances, shares, strict=True)],
    )


def sure(rating: Rating) -> float:
    """A careful rank: at least that good, almost surely."""
    return rating.mu - SURELY * rating.sigma


def drawn(mu: Number, sigma: Number, standard_normal: Number) -> Number:
    """A rank by chance: how good it would be in one of the worlds believed possible.

    Offering what is best by such draws tries the unknown as often as it may be the best
    (Thompson 1933). The standard normal number comes of `core.handbook.keyed.normal`.
    """
    return mu + sigma * standard_normal
