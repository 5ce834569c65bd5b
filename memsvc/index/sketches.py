"""Sketches of vectors: a quick look at all, before the nearest few are compared exactly.

A sketch is the signs of a vector's coordinates after one fixed random rotation. Two sketches differ
in a bit with the probability angle / pi (Charikar 2002), so their Hamming distance orders vectors
by angle, roughly, at a 24th of the bytes. The rotation is one of flipped signs and Hadamard
transforms: sums and differences alone, the same bits on every machine. Nothing is trained: what a
search finds depends on the vectors held alone, not on the order in which they came or on any that
was ever removed, and a removed vector leaves nothing behind to be rebuilt.
"""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from memsvc.index.comparison import Mask, Rows
from memsvc.index.growing import Growing
from memsvc.index.protocol import Vector

# Its type stubs lag behind its functions.
_faiss: Any = faiss

# FAISS compares codes of 64 bytes fastest, and 512 bits find more than 384.
BITS = 512
# Vectors turned at a time: they stay within the cache.
BLOCK = 512
SEED = 1


class Sketches:
    """A sketch for each of the vectors at places 0, 1, 2, ..."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._rotation = faiss.HadamardRotation(max(BITS, dimension), SEED)
        self._width = self._rotation.d_out // 8
        self._bytes = Growing(np.uint8)

    @property
    def nbytes(self) -> int:
        """Bytes held, spare room included."""
        return self._bytes.nbytes

    def append(self, vectors: Vector) -> None:
        """Sketch vectors of shape (n, dimension) and put them at the end."""
        for start in range(0, len(vectors), BLOCK):
            self._bytes.append(self._sketched(vectors[start : start + BLOCK]).ravel())

    def move(self, sources: Rows, targets: Rows) -> None:
        """Put the sketches at `sources` in place of those at `targets`."""
        codes = self._codes
        codes[targets] = codes[sources]

    def cut(self, count: int) -> None:
        """Keep the first `count`; the others are overwritten."""
        self._bytes.resize(count * self._width)

    def near(self, query: Vector, possible: Mask | None, count: int) -> Rows:
        """Ascending places of the `count` sketches nearest to the query's, and all that tie.

        Out of the places that `possible` marks; None means all.
        """
        codes, code = self._codes, self._sketched(query[None])
        distances = np.empty(len(codes), np.int32)
        _faiss.hammings(
            faiss.swig_ptr(code),
            faiss.swig_ptr(codes),
            1,
            len(codes),
            self._width,
            faiss.swig_ptr(distances),
        )
        counted = distances if possible is None else distances[possible]
        # Distances are small integers: counting them is quicker than sorting.
        within = np.cumsum(np.bincount(counted))
        radius = int(np.searchsorted(within, min(count, len(counted))))
        near = distances <= radius
        return np.flatnonzero(near if possible is None else near & possible)

    @property
    def _codes(self) -> NDArray[np.uint8]:
        return self._bytes.values.reshape(-1, self._width)

    def _sketched(self, vectors: Vector) -> NDArray[np.uint8]:
        padded = np.zeros((len(vectors), self._rotation.d_in), np.float32)
        padded[:, : self._dimension] = vectors
        # The count of threads is the calling thread's own, and others have work of their own.
        faiss.omp_set_num_threads(1)
        return np.packbits(self._rotation.apply(padded) > 0.0, axis=1)
