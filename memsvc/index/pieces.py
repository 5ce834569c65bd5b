"""The vectors of all pieces, in a FAISS flat index, and whose they are.

A place in FAISS is not an identity: a removed vector's place is taken by the last one and the
end is cut. (FAISS's own `remove_ids` behind an IndexIDMap2 rebuilds its id map and moves every
later vector: 12 ms of lock for one memory out of 100,000.)
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from itertools import pairwise
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from memsvc.index.comparison import Mask, Rows
from memsvc.index.growing import Growing, where_any
from memsvc.index.protocol import Vector

# Its type stubs lag behind its functions.
_faiss: Any = faiss


# Vectors held against all queries before the next ones are fetched: what the second-level cache of
# a core holds. Four queries at once take half as long each as four one by one.
BLOCK = 512

# Vectors that are worth another thread: a memory bus is not filled by one core.
SHARE = 16_384
CORES = os.cpu_count() or 1


class Pieces:
    """Unit vectors of shape (pieces, dimension), each owned by a row."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._flat = faiss.IndexFlatIP(dimension)
        self._owners = Growing(np.int32)

    def __len__(self) -> int:
        return int(self._flat.ntotal)

    @property
    def nbytes(self) -> int:
        """Bytes held. Spare room at FAISS's end is never touched, so it takes no memory."""
        return len(self) * self._dimension * 4 + self._owners.nbytes

    @property
    def vectors(self) -> Vector:
        """A view of shape (pieces, dimension), good until the next change."""
        if not len(self):
            return np.zeros((0, self._dimension), np.float32)
        flat = faiss.rev_swig_ptr(self._flat.get_xb(), len(self) * self._dimension)
        return np.asarray(flat).reshape(-1, self._dimension)

    def append(self, owners: Rows, vectors: Vector) -> None:
        """Take in vectors of shape (n, dimension) owned by rows of shape (n,)."""
        self._flat.add(np.ascontiguousarray(vectors, np.float32))
        self._owners.append(owners)

    def remove(self, rows: Rows) -> None:
        """Let go of every vector of these rows; what they held is overwritten."""
        dead = where_any(self._owners.values, rows)
        left = len(self) - len(dead)
        holes = dead[dead < left]
        movers = np.setdiff1d(np.arange(left, len(self)), dead, assume_unique=True)
        vectors = self.vectors
        vectors[holes] = vectors[movers]
        self._owners.values[holes] = self._owners.values[movers]
        vectors[left:] = 0.0
        self._flat.remove_ids(faiss.IDSelectorRange(left, len(self)))
        self._owners.resize(left)

    def renumber(self, rows: Rows) -> None:
        """Owner r becomes rows[r]; room that removed vectors left is given back."""
        compact = faiss.IndexFlatIP(self._dimension)
        compact.add(self.vectors)
        self._flat = compact
        owners = Growing(np.int32)
        owners.append(rows[self._owners.values])
        self._owners = owners

    def cosines(self, queries: Vector, rows: int, within: Mask | None) -> NDArray[np.float32]:
        """Cosine of the best piece of each of `rows` rows with each query, (queries, rows).

        -inf outside `within`; None means all rows. The bits of a cosine depend on its two vectors
        alone, not on what is searched beside them.
        """
        owners = self._owners.values
        if within is None:
            places = np.arange(len(owners))
        else:
            places = np.flatnonzero(within[owners])
            owners = owners[places]
        best = np.full((len(queries), rows), -np.inf, np.float32)
        products = self._products(np.ascontiguousarray(queries, np.float32), places)
        for of_query, found in zip(best, products, strict=True):
            np.maximum.at(of_query, owners, found)
        return best

    def _products(self, queries: Vector, places: Rows) -> NDArray[np.float32]:
        """Inner products of queries and the vectors at ascending places, (queries, places)."""
        found = np.empty((len(queries), len(places)), np.float32)
        shares = min(CORES, len(places) // SHARE)
        if shares < 2:
            self._fill(found, queries, places)
            return found
        bounds = [len(places) * share // shares for share in range(shares + 1)]
        parts = [slice(*pair) for pair in pairwise(bounds)]
        others = [
            _helpers().submit(self._fill, found[:, part], queries, places[part])
            for part in parts[1:]
        ]
        self._fill(found[:, parts[0]], queries, places[parts[0]])
        wait(others)
        return found

    def _fill(self, found: NDArray[np.float32], queries: Vector, places: Rows) -> None:
        # The count of threads is the calling thread's own; FAISS would start some for each block.
        faiss.omp_set_num_threads(1)
        for start in range(0, len(places), BLOCK):
            block = places[start : start + BLOCK]
            for query, products in zip(queries, found, strict=True):
                # One by one: FAISS's faster ways sum in an order that depends on the place.
                _faiss.fvec_inner_products_by_idx(
                    faiss.swig_ptr(products[start : start + BLOCK]),
                    faiss.swig_ptr(query),
                    self._flat.get_xb(),
                    faiss.swig_ptr(block),
                    self._dimension,
                    1,
                    len(block),
                )


@cache
def _helpers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(CORES - 1, "scanning")
