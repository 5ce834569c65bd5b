"""BM25: how much a word in a text says about a question (Robertson and Zaragoza 2009).

k1 = 0.9 and b = 0.4, Lucene's choice for short texts; idf = ln(1 + (N - df + 0.5) / (df + 0.5)).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

K1 = 0.9
B = 0.4
# Of a billion memories that have one word together; without any, all lengths are 0.
LEAST_AVERAGE = 1e-9
MOST_WORDS = 64
"""Of the words of a question so many are looked for in memories: the rarest. A page of text pasted
as a question has thousands, and what the others would add is little."""

Floats = NDArray[np.float64]


def idf(count: int, frequency: float) -> float:
    """Weight of a term that `frequency` of `count` memories hold; > 0."""
    return math.log(1.0 + (count - frequency + 0.5) / (frequency + 0.5))


def coverage(frequencies: Floats, weights: Floats, lengths: Floats, average: float) -> Floats:
    """BM25 of n texts as the share of the most that the words of a question can give, in [0, 1].

    `frequencies` has shape (counted, n), `weights` (words,), `lengths` (n,). Words beyond the
    counted ones add to what is possible alone; no words give zeros.
    """
    found = np.zeros(len(lengths))
    possible = float(weights.sum())
    if possible <= 0.0:
        return found
    damping = K1 * (1.0 - B) + (K1 * B / max(average, LEAST_AVERAGE)) * lengths
    shares = frequencies / (frequencies + damping)
    shares *= (weights[: len(frequencies)] / possible)[:, None]
    # Word after word: in a matrix product the last bit of a sum would depend on its place.
    return np.add.reduce(shares, axis=0, out=found)


def counted_first(holders: Sequence[int]) -> tuple[list[int], int]:
    """The order of words in which those that are counted come first, and how many they are.

    `holders` says how many memories have each word. Counted are those that some have, the rarest
    where there are more than MOST_WORDS, in the order given.
    """
    held = [at for at, count in enumerate(holders) if count]
    rarest = sorted(held, key=lambda at: (holders[at], at))
    counted = sorted(rarest[:MOST_WORDS])
    others = sorted({*range(len(holders))} - {*counted})
    return counted + others, len(counted)
