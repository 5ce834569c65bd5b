"""What simulated handbooks know, of many worlds side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from memsvc.bench.handbook.population import Floats, Ints
from memsvc.core.handbook.rating import NEW_CLASS, NEW_LINE
from memsvc.core.handbook.success import Adding


@dataclass(slots=True)
class State:
    """What the handbooks know.

    `mu` to `active` (worlds, B + 1): the last place is nobody's. `effect_high` (worlds, B) is the
    upper bound at the last look, `log_odds` where its fit ended, (worlds, C + B). `retired_at`
    (worlds, B): after how many tasks, -1 for what is still active.
    """

    mu: Floats
    variance: Floats
    offered: Ints
    uncited: Ints
    trial: NDArray[np.bool_]
    active: NDArray[np.bool_]
    class_mu: Floats
    class_variance: Floats
    log_odds: Floats
    adding: list[Adding]
    effect_high: Floats
    retired_at: Ints


def first_state(worlds: int, behaviors: int, classes: int) -> State:
    """Of nothing that happened yet."""
    shape = worlds, behaviors + 1
    variance = np.full(shape, NEW_LINE.sigma**2)
    variance[:, -1] = 0.0
    active = np.ones(shape, bool)
    active[:, -1] = False
    return State(
        mu=np.zeros(shape) + NEW_LINE.mu * active,
        variance=variance,
        class_mu=np.full((worlds, classes), NEW_CLASS.mu),
        class_variance=np.full((worlds, classes), NEW_CLASS.sigma**2),
        offered=np.zeros(shape, np.int64),
        uncited=np.zeros(shape, np.int64),
        trial=active.copy(),
        active=active,
        log_odds=np.zeros((worlds, classes + behaviors)),
        adding=[Adding.POINTS] * worlds,
        effect_high=np.full((worlds, behaviors), np.inf),
        retired_at=np.full((worlds, behaviors), -1),
    )
