"""BM25: how much a word in a text says about a question (Robertson and Zaragoza 2009).

k1 = 0.9 and b = 0.4, Lucene's choice for short texts; idf = ln(1 + (N - df + 0.5) / (df + 0.5)).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

K1 = 0.9
B = 0.4
# Of a billion memories that have one word together; without any, all lengths are 0.
LEAST_AVERAGE = 1e-9

Floats = NDArray[np.float64]


def idf(count: int, frequency: float) -> float:
    """Weight of a term that `frequency` of `count` memories hold; > 0."""
    return math.log(1.0 + (count - frequency + 0.5) / (frequency + 0.5))


def coverage(frequencies: Floats, weights: Floats, lengths: Floats, average: float) -> Floats:
    """BM25 of n texts as the share of the most that the words of a question can give, in [0, 1].

    `frequencies` has shape (words, n), `weights` (words,), `lengths` (n,); no words give zeros.
    """
    possible = float(weights.sum()) * (K1 + 1.0)
    if possible <= 0.0:
        return np.zeros(len(lengths))
    damping = K1 * (1.0 - B) + (K1 * B / max(average, LEAST_AVERAGE)) * lengths
    found: Floats = (weights * (K1 + 1.0)) @ (frequencies / (frequencies + damping))
    return found / possible
