"""Vectors of unit length."""

from __future__ import annotations

import numpy as np

from memsvc.embedding.protocol import Vectors


def unit_rows(rows: Vectors) -> Vectors:
    """The rows of shape (n, dimension) scaled to unit length; a row of zeros stays zeros."""
    norms = np.linalg.norm(rows, axis=-1, keepdims=True)
    scaled: Vectors = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
    return scaled


def mean_direction(rows: Vectors) -> Vectors:
    """One unit vector of shape (dimension,) for unit rows: their normalised mean.

    Rows that cancel out have no mean direction; the first stands for them.
    """
    first: Vectors = rows[0]
    if len(rows) == 1:
        return first
    mean: Vectors = unit_rows(rows.mean(axis=0, keepdims=True))[0]
    return mean if mean.any() else first
