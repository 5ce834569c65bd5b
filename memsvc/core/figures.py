"""Figures: how unevenly memories are used, and how retention is spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

BINS = 10
"""Bins of a retention histogram: of equal width, [0, 0.1) to [0.9, 1]."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Memories drawn at random: how many there are in each bin of retention, how many faded."""

    bins: Sequence[int]
    faded: int
    looked_at: int


def gini(memories: Mapping[int, int]) -> float | None:
    """Gini's coefficient of uses over memories, from how many memories had how many uses.

    0: all were used alike; towards 1: few have all the uses. None where nothing was ever used.
    With x sorted ascending and ranks i of n: 2 sum(i x_i) / (n sum(x)) - (n + 1) / n.
    """
    n = sum(memories.values())
    total = sum(uses * count for uses, count in memories.items())
    if not total:
        return None
    ranked, before = 0, 0
    for uses, count in sorted(memories.items()):
        # The sum of the ranks before + 1 .. before + count.
        ranked += uses * (count * before + count * (count + 1) // 2)
        before += count
    return 2 * ranked / (n * total) - (n + 1) / n


def histogram(retentions: Iterable[float]) -> list[int]:
    """How many are in each of the bins."""
    counted = Counter(min(int(one * BINS), BINS - 1) for one in retentions)
    return [counted[place] for place in range(BINS)]
