"""The vectors of all pieces, in a FAISS flat index, and whose they are.

A place in FAISS is not an identity: a removed vector's place is taken by the last one and the
end is cut. (FAISS's own `remove_ids` behind an IndexIDMap2 rebuilds its id map and moves every
later vector: 12 ms of lock for one memory out of 100,000.)

Up to `EXACT_UP_TO` vectors a search compares the query with each; of more it compares exactly with
those whose sketches are nearest.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import faiss
import numpy as np
from numpy.typing import NDArray

from memsvc.index.comparison import Mask, Rows
from memsvc.index.growing import Growing, where_any
from memsvc.index.protocol import Vector
from memsvc.index.sketches import Sketches

Cosines: TypeAlias = NDArray[np.float32]

# Its type stubs lag behind its functions.
_faiss: Any = faiss

# Vectors held against all queries before the next ones are fetched: what the second-level cache of
# a core holds. Four queries at once take half as long each as four one by one.
BLOCK = 512

# Comparing so many takes half a millisecond. With sketches first, 10,000 take less than half of the
# time that comparing all of them takes, and 100,000 a quarter (docs/decisions/0007).
EXACT_UP_TO = 5_000

COMPARED_PER_WANTED = 16


def _compared(count: int) -> int:
    """Of so many vectors how many are compared exactly: nearly all of the best 50 are among them.

    0.9994 of the best 50 out of 10,000 texts (all of the best 30), 0.9999 out of 100,000.
    """
    return max(2048, min(count // 8, 4096), count // 128)


class Pieces:
    """Unit vectors of shape (pieces, dimension), each owned by a row."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._flat = faiss.IndexFlatIP(dimension)
        self._owners = Growing(np.int32)
        self._rows = 0  # one more than the highest owner there ever was
        self._sketches: Sketches | None = None

    def __len__(self) -> int:
        return int(self._flat.ntotal)

    @property
    def nbytes(self) -> int:
        """Bytes held. Spare room at FAISS's end is never touched, so it takes no memory."""
        sketches = self._sketches.nbytes if self._sketches else 0
        return len(self) * self._dimension * 4 + self._owners.nbytes + sketches

    @property
    def vectors(self) -> Vector:
        """A view of shape (pieces, dimension), good until the next change."""
        if not len(self):
            return np.zeros((0, self._dimension), np.float32)
        flat = faiss.rev_swig_ptr(self._flat.get_xb(), len(self) * self._dimension)
        return np.asarray(flat).reshape(-1, self._dimension)

    def append(self, owners: Rows, vectors: Vector) -> None:
        """Take in vectors of shape (n, dimension) owned by rows of shape (n,)."""
        vectors = np.ascontiguousarray(vectors, np.float32)
        self._flat.add(vectors)
        self._owners.append(owners)
        self._rows = max(self._rows, int(owners.max(initial=-1)) + 1)
        if self._sketches is not None:
            self._sketches.append(vectors)
        elif len(self) > EXACT_UP_TO:
            self._sketches = Sketches(self._dimension)
            self._sketches.append(self.vectors)

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
        if self._sketches is not None:
            self._sketches.move(movers, holes)
            self._sketches.cut(left)

    def renumber(self, rows: Rows) -> None:
        """Owner r becomes rows[r]; room that removed vectors left is given back."""
        compact = Pieces(self._dimension)
        compact.append(rows[self._owners.values], self.vectors)
        self._flat, self._owners, self._rows = compact._flat, compact._owners, compact._rows
        self._sketches = compact._sketches

    def nearest(
        self, queries: Vector, within: Mask | None, wanted: int
    ) -> list[tuple[Rows, Cosines]]:
        """For each query ascending rows and the cosine of the best piece of each.

        All rows `within` (None: all there are) when those have few pieces, else those likely to be
        the best `wanted`. The bits of a cosine depend on its two vectors alone.
        """
        owners = self._owners.values
        possible = None if within is None else within[owners]
        count = len(owners) if possible is None else int(np.count_nonzero(possible))
        if self._sketches is None or count <= EXACT_UP_TO:
            places = np.arange(count) if possible is None else np.flatnonzero(possible)
            rows = np.flatnonzero(self._marked(owners[places]))
            return [(rows, best[rows]) for best in self._best(queries, places)]
        compared = max(_compared(count), COMPARED_PER_WANTED * wanted)
        found = []
        for query in queries:
            near = self._sketches.near(query, possible, compared)
            rows = np.flatnonzero(self._marked(owners[near]))
            found.append((rows, self.cosines(query, rows)))
        return found

    def cosines(self, query: Vector, rows: Rows) -> Cosines:
        """The cosine of the best piece of each of these rows, which are held."""
        places = np.flatnonzero(self._marked(rows)[self._owners.values])
        best: Cosines = self._best(query[None], places)[0]
        return best[rows]

    def _marked(self, rows: NDArray[Any]) -> Mask:
        """Marks these rows, of shape (rows,)."""
        marks = np.zeros(self._rows, np.bool_)
        marks[rows] = True
        return marks

    def _best(self, queries: Vector, places: Rows) -> NDArray[np.float32]:
        """The highest product of each query with the places of each row, (queries, rows)."""
        best = np.full((len(queries), self._rows), -np.inf, np.float32)
        owners = self._owners.values[places]
        products = self._products(np.ascontiguousarray(queries, np.float32), places)
        # Nearly always each row has one piece, and then nothing need be compared.
        single = bool((owners[1:] > owners[:-1]).all())
        for of_query, found in zip(best, products, strict=True):
            if single:
                of_query[owners] = found
            else:
                np.maximum.at(of_query, owners, found)
        return best

    def _products(self, queries: Vector, places: Rows) -> NDArray[np.float32]:
        """Inner products of queries and the vectors at ascending places, (queries, places)."""
        found = np.empty((len(queries), len(places)), np.float32)
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
        return found
