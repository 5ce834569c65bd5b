"""Which attempts are worth thinking over first: the rare ones that came out otherwise.

    priority = rarity^A * |outcome - expected|^B

is MEMO's rule for what a bank of insights replays. Here `rarity` is one by the number of attempts
at tasks of the class, and `expected` the mean outcome of the class's others, with one even attempt
assumed beside them. It is a function of the attempts that there are, so nothing is kept for it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

RARITY_EXPONENT = 0.5
SURPRISE_EXPONENT = 1.0
EVEN = 0.5
"""The outcome of the attempt that is assumed: of a class of one nothing is expected."""


def priorities(attempts: Sequence[tuple[str | None, float]]) -> list[float]:
    """For each attempt, given as task class and outcome in [0, 1], a priority in [0, 1]."""
    counts = Counter(task_class for task_class, _ in attempts)
    sums: defaultdict[str | None, float] = defaultdict(float)
    for task_class, outcome in attempts:
        sums[task_class] += outcome
    return [
        _priority(counts[task_class], sums[task_class], outcome) for task_class, outcome in attempts
    ]


def _priority(count: int, total: float, outcome: float) -> float:
    expected = (total - outcome + EVEN) / count
    surprise = abs(outcome - expected)
    return float(count**-RARITY_EXPONENT * surprise**SURPRISE_EXPONENT)
