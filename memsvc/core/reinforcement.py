"""Reinforcement: how the stability and the difficulty of a memory change when it is used.

The FSRS-5 long-term formula with fractional days, for every use, also on the same day:

    S' = S (1 + e^w8 (11 - Df) S^(-w9) (e^(w10 (1 - R)) - 1) [w15 if partly] [w16 if confirmed])

At R = 1 the growth is 0: that one term gives the spacing effect and makes bursts harmless. A
contradiction is a lapse: S' = min(w11 Df^(-w12) ((S + 1)^w13 - 1) e^(w14 (1 - R)), S).

Difficulty Df follows FSRS-5 as well: a step -w6 (grade - 3) (10 - Df) / 9, drawn back towards the
difficulty of what is easy from the start by w7. Ours: of this step a use takes the share 1 - R, so
that neither difficulty moves in a burst; a lapse takes it whole.

`exponential` goes by the same formulas with its own R. MemoryBank adds a day to S on each use;
ours: a contradiction sets it back to the first day. By `none` nothing changes.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import NamedTuple

from memsvc.core.decay import MEMORYBANK_STABILITY_DAYS, Policy, retention

# The weights of FSRS-5, as fitted to reviews of flash cards.
W4, W5, W6, W7, W8, W9, W10 = 7.1949, 0.5345, 1.4604, 0.0046, 1.54575, 0.1192, 1.01925
W11, W12, W13, W14, W15, W16 = 1.9395, 0.11, 0.29605, 2.2698, 0.2315, 2.9898

SHORTEST_DAYS, LONGEST_DAYS = 0.1, 36_500.0
"""Between these stability stays."""
EASIEST, HARDEST = 1.0, 10.0
"""Between these difficulty stays."""


class Outcome(StrEnum):
    """What became of a memory that was given to an agent; given and not used is none."""

    USED = "used"
    CONFIRMED = "confirmed"
    PARTLY = "partly"
    CONTRADICTED = "contradicted"


class Strength(NamedTuple):
    """S in days, and difficulty in 1 to 10."""

    stability_days: float
    difficulty: float


_GRADES = {
    Outcome.CONTRADICTED: 1,
    Outcome.PARTLY: 2,
    Outcome.USED: 3,
    Outcome.CONFIRMED: 4,
}
_BONUS = {Outcome.PARTLY: W15, Outcome.USED: 1.0, Outcome.CONFIRMED: W16}
_EASY = W4 - math.exp(W5 * (_GRADES[Outcome.CONFIRMED] - 1)) + 1.0


def reinforced(
    policy: Policy,
    stability_days: float,
    difficulty: float,
    elapsed_days: float,
    outcome: Outcome,
) -> Strength:
    """The strength after an outcome, so many days after the use before (below 0 counts as 0).

    A use never lowers stability and a contradiction never raises it.
    """
    held = Strength(stability_days, difficulty)
    if policy is Policy.NONE:
        return held
    if policy is Policy.MEMORYBANK:
        return held._replace(stability_days=_counted(stability_days, outcome))
    kept = retention(elapsed_days, stability_days, policy)
    if outcome is Outcome.CONTRADICTED:
        stability, share = _lapsed(held, kept), 1.0
    else:
        stability, share = _grown(held, kept, _BONUS[outcome]), 1.0 - kept
    return Strength(stability, difficulty + share * (_graded(difficulty, outcome) - difficulty))


def _grown(held: Strength, kept: float, bonus: float) -> float:
    stability, difficulty = held
    spaced = math.expm1(W10 * (1.0 - kept))
    growth = math.exp(W8) * (11.0 - difficulty) * stability**-W9 * spaced * bonus
    return float(max(stability, min(stability * (1.0 + growth), LONGEST_DAYS)))


def _lapsed(held: Strength, kept: float) -> float:
    stability, difficulty = held
    left = W11 * difficulty**-W12 * ((stability + 1.0) ** W13 - 1.0) * math.exp(W14 * (1.0 - kept))
    return float(min(stability, max(left, SHORTEST_DAYS)))


def _counted(stability_days: float, outcome: Outcome) -> float:
    if outcome is Outcome.CONTRADICTED:
        return min(stability_days, MEMORYBANK_STABILITY_DAYS)
    return max(stability_days, min(stability_days + 1.0, LONGEST_DAYS))


def _graded(difficulty: float, outcome: Outcome) -> float:
    step = -W6 * (_GRADES[outcome] - 3) * (HARDEST - difficulty) / 9.0
    drawn = W7 * _EASY + (1.0 - W7) * (difficulty + step)
    return min(max(drawn, EASIEST), HARDEST)
