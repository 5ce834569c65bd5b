"""Which relevant behaviors an offer holds: the best, and now and then one that is on trial.

By rating alone a behavior that looks bad is hardly offered again, and never gets the evidence that
would retire it, or clear it. So in some offers the last place goes to a behavior on trial: one
without a verdict, the worst-looking first, until it has one or has had its share of offers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from memsvc.core.handbook.offered import LEAST_OFFERS

OFFERED = 5
TRIAL_PROBABILITY = 0.35
"""How many offers have a place for one on trial. At .25 some 7 % of the harmful behaviors of
`memsvc bench handbook` are left after 20,000 tasks, at .35 some 2 %, for a point of success."""
TRIAL_OFFERS = 300
"""After so many offers without a verdict a behavior is no longer on trial."""


def on_trial(
    low: NDArray[np.float64], high: NDArray[np.float64], offered: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which behaviors are on trial, by the bounds of their effects; arrays of one shape."""
    is_open = (low <= 0.0) & (high >= 0.0) & (offered < TRIAL_OFFERS)
    # Bounds may tell early, but nobody concludes from so few offers.
    return is_open | (offered < LEAST_OFFERS)


def chosen(
    ranks: NDArray[np.float64],
    trial: NDArray[np.bool_],
    has_trial: NDArray[np.bool_],
    most: int = OFFERED,
) -> NDArray[np.int64]:
    """Places of what is offered, best first; shape (..., min(most, candidates)), -1 for none.

    `ranks` are those of the candidates, in their last axis; of what is no candidate (irrelevant,
    not active) minus infinity. `trial` says which are on trial, `has_trial`, shape (...), for which
    offers the last place may go to one of these. Ties go to the earlier place.
    """
    most = min(most, ranks.shape[-1])
    order = np.argsort(-ranks, axis=-1, kind="stable")
    best = order[..., :most]
    is_candidate = np.isfinite(ranks)
    left_out = trial & is_candidate
    np.put_along_axis(left_out, best, values=False, axis=-1)
    worst = np.argmin(np.where(left_out, ranks, np.inf), axis=-1)
    picked = np.where(np.take_along_axis(is_candidate, best, axis=-1), best, -1)
    swaps = has_trial & left_out.any(axis=-1)
    picked[..., -1] = np.where(swaps, worst, picked[..., -1])
    return picked
