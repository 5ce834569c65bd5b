"""Retention: the chance that a memory is still worth recalling, as a pure function of time.

FSRS power law: R(t) = (1 + F t / S)^D with D = -0.5 and F = 0.9^(1/D) - 1 = 19/81, so that
R(S) = 0.9; t in fractional days since the last use, S (stability) in days. Averaged over many
items forgetting follows a power law (Wickelgren; Wixted & Ebbesen 1991).
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from memsvc.core.memory import Kind, Memory

Floats = NDArray[np.float64]

EXPONENT = -0.5
FACTOR = 19 / 81
SECONDS_PER_DAY = 86_400.0
INITIAL_DIFFICULTY = 5.0

_INITIAL_STABILITY_DAYS = {Kind.EPISODIC: 7.0, Kind.SEMANTIC: 60.0, Kind.PROCEDURAL: 180.0}


def initial_stability(kind: Kind, importance: float) -> float:
    """Days until a new, unused memory falls to R = 0.9.

    A factor of 0.5 to 1.5 follows importance in [0, 1]; 0.5 leaves the kind's own figure.
    """
    return _INITIAL_STABILITY_DAYS[kind] * (0.5 + importance)


def retention(elapsed_days: float, stability_days: float) -> float:
    """R in (0, 1]; a clock that jumped back counts as no time at all."""
    elapsed = max(elapsed_days, 0.0)
    return float((1.0 + FACTOR * elapsed / stability_days) ** EXPONENT)


def retentions(elapsed_days: Floats, stability_days: Floats) -> Floats:
    """`retention` for many at once, of shape (n,)."""
    faded: Floats = (1.0 + FACTOR * np.maximum(elapsed_days, 0.0) / stability_days) ** EXPONENT
    return faded


def retention_of(memory: Memory, now: datetime) -> float:
    """Retention of a memory at `now`; pinned memories do not fade."""
    if memory.pinned:
        return 1.0
    since = memory.last_used_at or memory.created_at
    return retention((now - since).total_seconds() / SECONDS_PER_DAY, memory.stability_days)
