"""Retention: the chance that a memory is still worth recalling, as a pure function of time.

R depends on t/S alone: t in fractional days since the last use, S (stability) in days. Policies:

- `fsrs` (default): R = (1 + F t/S)^D with D = -0.5 and F = 0.9^(1/D) - 1 = 19/81, so that
  R(S) = 0.9. Averaged over many items forgetting follows a power law (Wickelgren; Wixted &
  Ebbesen 1991).
- `memorybank`: R = e^(-t/S), as MemoryBank's paper has it. Its released code computes
  e^(-(t/5) S), by which stronger memories fade faster.
- `exponential`: R = 0.9^(t/S).
- `none`: R = 1.

All but `none` fall in t/S, so that "R is below a threshold" is "t/S is above `limit`": linear, and
the same in Python, in numpy and in SQL. How use changes S is in `core.reinforcement`.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from memsvc.core.memory import Kind, Memory

Floats = NDArray[np.float64]
Codes = NDArray[np.integer]

EXPONENT = -0.5
FACTOR = 19 / 81
PER_STABILITY = 0.9
"""What is left of a memory after S days, by `fsrs` and `exponential`."""
SECONDS_PER_DAY = 86_400.0
MICROSECONDS_PER_DAY = SECONDS_PER_DAY * 1e6
INITIAL_DIFFICULTY = 5.0
MEMORYBANK_STABILITY_DAYS = 1.0
"""With what MemoryBank starts, whatever the kind."""

_INITIAL_STABILITY_DAYS = {Kind.EPISODIC: 7.0, Kind.SEMANTIC: 60.0, Kind.PROCEDURAL: 180.0}
_MICROSECOND = timedelta(microseconds=1)


class Policy(StrEnum):
    """By which curve retention falls."""

    FSRS = "fsrs"
    MEMORYBANK = "memorybank"
    EXPONENTIAL = "exponential"
    NONE = "none"

    @property
    def code(self) -> int:
        """Its number in arrays of policies."""
        return _CODES[self]

    @property
    def threshold(self) -> float:
        """The retention below which a memory is archived, unless another is set.

        A plain event that is never used (S = 7 days, by `memorybank` 1) gets there after 716 days
        by `fsrs`, 199 by `exponential`, 7 by `memorybank`; a fact (S = 60) after 17 years by
        `fsrs`, 4.7 by `exponential`.
        """
        return _THRESHOLDS[self]


_CODES = {policy: code for code, policy in enumerate(Policy)}
_THRESHOLDS = {
    Policy.FSRS: 0.2,
    Policy.MEMORYBANK: 0.001,
    Policy.EXPONENTIAL: 0.05,
    Policy.NONE: 0.0,
}


def initial_stability(kind: Kind, importance: float, policy: Policy = Policy.FSRS) -> float:
    """S of a new, unused memory, in days: by all but `memorybank` the time to R = 0.9.

    A factor of 0.5 to 1.5 follows importance in [0, 1]; 0.5 leaves the kind's own figure. With
    `memorybank` every memory starts at 1 day.
    """
    if policy is Policy.MEMORYBANK:
        return MEMORYBANK_STABILITY_DAYS
    return _INITIAL_STABILITY_DAYS[kind] * (0.5 + importance)


def retention(elapsed_days: float, stability_days: float, policy: Policy = Policy.FSRS) -> float:
    """R in [0, 1]; a clock that jumped back counts as no time at all."""
    spent = max(elapsed_days, 0.0) / stability_days
    if policy is Policy.FSRS:
        return float((1.0 + FACTOR * spent) ** EXPONENT)
    if policy is Policy.MEMORYBANK:
        return math.exp(-spent)
    return float(PER_STABILITY**spent) if policy is Policy.EXPONENTIAL else 1.0


def retentions(
    elapsed_days: Floats, stability_days: Floats, codes: Codes | int = Policy.FSRS.code
) -> Floats:
    """`retention` for many at once, of shape (n,); `codes`, of the same shape, tell the policies.

    A single code is that of all.
    """
    spent = np.maximum(elapsed_days, 0.0) / stability_days
    if isinstance(codes, int):
        return _curve(codes, spent)
    faded = np.ones(len(spent))
    for code in np.unique(codes).tolist():
        these = codes == code
        faded[these] = _curve(code, spent[these])
    return faded


def _curve(code: int, spent: Floats) -> Floats:
    if code == Policy.FSRS.code:
        faded: Floats = (1.0 + FACTOR * spent) ** EXPONENT
        return faded
    if code == Policy.MEMORYBANK.code:
        return np.exp(-spent)
    if code == Policy.EXPONENTIAL.code:
        return np.power(PER_STABILITY, spent)
    return np.ones(len(spent))


def limit(policy: Policy, threshold: float) -> float:
    """The t/S above which R is below `threshold`, in [0, 1); infinite where R never is."""
    if policy is Policy.NONE or threshold <= 0.0:
        return math.inf
    if policy is Policy.FSRS:
        # R^(1/D) with D = -1/2 is 1/R^2; divided twice, for a tiny square would be nothing.
        return (1.0 / threshold / threshold - 1.0) / FACTOR
    if policy is Policy.MEMORYBANK:
        return -math.log(threshold)
    return math.log(threshold) / math.log(PER_STABILITY)


def last_used(memory: Memory) -> datetime:
    """From when on a memory's time counts: its last use, or its writing."""
    return memory.last_used_at or memory.created_at


def elapsed_days(memory: Memory, now: datetime) -> float:
    """t in fractional days; 0 where the clock jumped back."""
    return max((now - last_used(memory)).total_seconds(), 0.0) / SECONDS_PER_DAY


def staleness(memory: Memory, now: datetime) -> float:
    """t/S in microseconds per day, exactly as numpy and SQL compute it from whole microseconds.

    It is what memories are compared by; `limit` in this unit is times MICROSECONDS_PER_DAY.
    """
    return max((now - last_used(memory)) // _MICROSECOND, 0) / memory.stability_days


def retention_of(memory: Memory, now: datetime, policy: Policy = Policy.FSRS) -> float:
    """Retention of a memory at `now`; pinned memories do not fade."""
    if memory.pinned:
        return 1.0
    return retention(elapsed_days(memory, now), memory.stability_days, policy)
