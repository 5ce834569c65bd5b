"""The vectors of all pieces, in a FAISS flat index, and whose they are.

A place in FAISS is not an identity: a removed vector's place is taken by the last one and the
end is cut. (FAISS's own `remove_ids` behind an IndexIDMap2 rebuilds its id map and moves every
later vector: 12 ms of lock for one memory out of 100,000.)
"""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from memsvc.index.comparison import Mask, Rows
from memsvc.index.growing import Growing, where_any
from memsvc.index.protocol import Vector

# Its type stubs lag behind its functions.
_faiss: Any = faiss


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

    def nearest(
        self, query: Vector, pool: int, within: Mask | None
    ) -> tuple[Rows, NDArray[np.float32]]:
        """The best `pool` rows by their best piece, and some more; unordered, with cosines.

        Every row that is as good as the pool-th or better is among them, so ties can be ordered
        by the caller. `within` marks the rows to search; None means all.
        """
        # The count of threads is the calling thread's own; more than one sums in other blocks,
        # and the last bit of a score would depend on the machine.
        faiss.omp_set_num_threads(1)
        owners = self._owners.values
        selector, total = _faiss.IDSelectorAll(), len(owners)
        if within is not None:
            allowed = within[owners]
            total = int(np.count_nonzero(allowed))
            selector = _faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        if not total:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        wanted = min(total, 2 * pool + 8)
        while True:
            # Always with a selector: without one FAISS may take a matrix product instead.
            scores, places = self._flat.search(
                query.reshape(1, -1), wanted, params=_faiss.SearchParameters(sel=selector)
            )
            found = owners[places[0]]
            above = found[scores[0] > scores[0, -1]]
            if wanted == total or len(set(above.tolist())) >= pool:
                break
            wanted = min(total, 4 * wanted)
        # Places come best first, so the first of a row is its best piece.
        rows, first = np.unique(found, return_index=True)
        return rows.astype(np.int64), scores[0, first]

    def cosines(self, query: Vector, rows: Rows) -> NDArray[np.float32]:
        """Cosine of the best piece of each of these ascending rows; the bits of `nearest`."""
        faiss.omp_set_num_threads(1)
        places = where_any(self._owners.values, rows)
        products = np.empty(len(places), np.float32)
        query = np.ascontiguousarray(query, np.float32)
        _faiss.fvec_inner_products_by_idx(
            faiss.swig_ptr(products),
            faiss.swig_ptr(query),
            self._flat.get_xb(),
            faiss.swig_ptr(places),
            self._dimension,
            1,
            len(places),
        )
        best = np.full(len(rows), -np.inf, np.float32)
        np.maximum.at(best, np.searchsorted(rows, self._owners.values[places]), products)
        return best
