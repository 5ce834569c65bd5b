"""What offers go by, followed outcome by outcome: ratings, and bounds as of looks now and then.

Both are functions of the outcomes that there are, in order. Ratings cost little and follow each
outcome. Bounds cost an inversion of a matrix of all behaviors, so they are those of the first
`looked(count - LAG)` outcomes: from the outcome that completes a look until its bounds are gone by,
there is the time of `LAG` outcomes to reckon them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from memsvc.core.handbook.choosing import on_trial
from memsvc.core.handbook.offered import OfferOutcome
from memsvc.core.handbook.rating import NOTHING_KNOWN, Ratings, ratings
from memsvc.core.handbook.success import success_effects
from memsvc.core.handbook.totals import Totals, totals
from memsvc.core.handbook.worth import tasks_in

LOOK_EVERY = 200
"""Outcomes between looks, as in `memsvc bench handbook`; see `looked`."""
LAG = 100
"""Outcomes between the end of a look and its use."""
_DOUBLED_FROM = 8_000


def looked(count: int) -> int:
    """How many outcomes the last look took in that ended at, or before, so many.

    Looks come every 200 outcomes; from 8,000 outcomes on every 400, from 16,000 on every 800 and so
    forth: the more there are, the less some more change.
    """
    if count <= 0:
        return 0
    doublings = max(0, (count // (_DOUBLED_FROM // 2)).bit_length() - 1)
    every = LOOK_EVERY << doublings
    return count // every * every


class Bounds(NamedTuple):
    """Lower and upper bound of the effect of each behavior that was offered, by name."""

    low: Mapping[str, float]
    high: Mapping[str, float]


NO_BOUNDS = Bounds({}, {})


@dataclass(frozen=True, slots=True)
class Followed:
    """What `count` outcomes come to: ratings, how often each behavior was offered, and totals."""

    count: int = 0
    ratings: Ratings = NOTHING_KNOWN
    offered: Mapping[str, int] = field(default_factory=dict)
    totals: Totals = field(default_factory=dict)

    def then(self, outcomes: Sequence[OfferOutcome]) -> Followed:
        """The same after some more outcomes."""
        offered = dict(self.offered)
        for outcome in outcomes:
            for name in outcome.offered:
                offered[name] = offered.get(name, 0) + 1
        count = self.count + len(outcomes)
        known = totals(outcomes, self.totals)
        return Followed(count, ratings(outcomes, self.ratings), offered, known)


def bounds_of(outcomes: Sequence[OfferOutcome]) -> Bounds:
    """The bounds of all behaviors that were offered.

    Costs some inversions of a matrix of these: of 200 of them milliseconds, of 2,000 seconds.
    """
    # Not by what they are called: sums, to the last digit, are the same under other names.
    names = list(dict.fromkeys(name for one in outcomes for name in one.offered))
    if not names:
        return NO_BOUNDS
    classes = list(dict.fromkeys(one.task_class for one in outcomes))
    effects = success_effects(tasks_in(outcomes, classes, names)).effects
    return Bounds(
        dict(zip(names, effects.low.tolist(), strict=True)),
        dict(zip(names, effects.high.tolist(), strict=True)),
    )


def are_on_trial(names: Sequence[str], followed: Followed, bounds: Bounds) -> NDArray[np.bool_]:
    """Which of these behaviors are on trial, shape (names,); what no look saw has no bounds."""
    return on_trial(
        np.array([bounds.low.get(name, -math.inf) for name in names], np.float64),
        np.array([bounds.high.get(name, math.inf) for name in names], np.float64),
        np.array([followed.offered.get(name, 0) for name in names], np.int64),
    )
