"""One agent's memories in RAM: FAISS for vectors, BM25 for words, columns for filters.

Every memory has a row. Removing one empties its row everywhere at once; empty rows are closed up
when they outnumber the full ones.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from memsvc.core.filters import EVERYTHING, Filter
from memsvc.core.fingerprint import likeness
from memsvc.core.memory import Draft, Memory, spoken_text
from memsvc.core.ranking import Candidate
from memsvc.index.columns import Columns
from memsvc.index.comparison import Mask, Rows
from memsvc.index.growing import Growing, where_any
from memsvc.index.lexical import Lexical, Term
from memsvc.index.lock import ReadWriteLock
from memsvc.index.pieces import Pieces
from memsvc.index.protocol import Entry, Probe
from memsvc.index.ranks import ranked
from memsvc.index.terms import terms

NO_NUMBER = -1
EMPTY_BYTES = 24_000
"""Of the objects there are before the first memory: with thousands of small agents it counts."""
FEWEST_EMPTY_ROWS = 64


class AgentIndex:
    """The `MemoryIndex` that answers searches."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._lock = ReadWriteLock()
        self._sequence = 0
        self._count = 0
        self._highest = NO_NUMBER
        self._numbers = Growing(np.int64)  # by row; NO_NUMBER where the row is empty
        # By row. A scan takes 0.03 ms over 100,000 rows; a dictionary would take 150 bytes more
        # for each.
        self._likenesses = Growing(np.int64)
        self._columns = Columns()
        self._lexical = Lexical()
        self._pieces = Pieces(dimension)

    @property
    def sequence(self) -> int:
        return self._sequence

    @property
    def size_bytes(self) -> int:
        # Without the lock: sums of lengths, and an estimate may be a moment old.
        rows = EMPTY_BYTES + self._numbers.nbytes + self._likenesses.nbytes
        return rows + self._columns.nbytes + self._lexical.nbytes + self._pieces.nbytes

    def __len__(self) -> int:
        return self._count

    def apply(
        self,
        sequence: int,
        entries: Sequence[Entry],
        removed: Sequence[int],
        *,
        after: int | None = None,
    ) -> bool:
        """As `MemoryIndex.apply`; a number in both `entries` and `removed` is removed.

        Raises ValueError, before anything is changed, when vectors are not (pieces, dimension).
        """
        fresh = {entry.memory.number: entry for entry in entries}
        for number in removed:
            fresh.pop(number, None)
        words = [self._checked_terms(entry) for entry in fresh.values()]
        likenesses = [likeness(entry.memory) for entry in fresh.values()]
        with self._lock.writing():
            if after is not None and self._sequence != after:
                return False
            self._remove({*removed, *fresh})
            if fresh:
                self._append(list(fresh.values()), words, likenesses)
            if len(self._numbers) - self._count > max(self._count, FEWEST_EMPTY_ROWS):
                self._close_up()
            self._sequence = sequence
            return True

    def search(self, probes: Sequence[Probe]) -> list[list[Candidate]]:
        """As `MemoryIndex.search`; candidates come by ascending number."""
        words = [terms(probe.text) for probe in probes]
        answers: list[list[Candidate]] = [[] for _ in probes]
        # By identity: equal ones can differ, for True == 1.
        shared: dict[int, list[int]] = {}
        for at, probe in enumerate(probes):
            shared.setdefault(id(probe.filter), []).append(at)
        with self._lock.reading():
            for places in shared.values() if self._count else ():
                within = self._within(probes[places[0]].filter)
                queries = np.stack([probes[at].vector for at in places])
                wanted = max(probes[at].pool for at in places)
                near = self._pieces.nearest(queries, within, wanted)
                for at, dense in zip(places, near, strict=True):
                    asked = self._lexical.terms(words[at])
                    sharing = self._lexical.best(asked, within, probes[at].pool)
                    answers[at] = self._candidates(probes[at], asked, dense, sharing)
        return answers

    def find(self, statement: Draft | Memory) -> list[int]:
        """As `MemoryIndex.find`."""
        wanted = likeness(statement)
        with self._lock.reading():
            numbers = self._numbers.values[self._likenesses.values == wanted]
            return sorted(numbers[numbers != NO_NUMBER].tolist())

    def _checked_terms(self, entry: Entry) -> list[str]:
        shape = entry.vectors.shape
        if len(shape) != 2 or not shape[0] or shape[1] != self._dimension:
            raise ValueError(f"vectors of shape {shape}; need (pieces, {self._dimension})")
        return terms(spoken_text(entry.memory.content, entry.memory.speaker))

    def _within(self, filter_: Filter) -> Mask | None:
        """Marks the rows that a filter lets through; None for all there are."""
        held: Mask = self._numbers.values != NO_NUMBER
        if filter_ != EVERYTHING:
            held = self._columns.mask(filter_, held)
        return None if held.all() else held

    def _candidates(
        self,
        probe: Probe,
        asked: Sequence[Term],
        dense: tuple[Rows, NDArray[np.float32]],
        sharing: tuple[Rows, NDArray[np.float64]],
    ) -> list[Candidate]:
        """The best `pool` rows of both arms, each given as ascending rows and their scores."""
        numbers = self._numbers.values
        dense_ranks = ranked(*dense, numbers, probe.pool)
        lexical_ranks = ranked(*sharing, numbers, probe.pool)
        rows = np.array(sorted(dense_ranks.keys() | lexical_ranks.keys()), np.int64)
        candidates = [
            Candidate(number, cosine, score, dense_ranks.get(row), lexical_ranks.get(row))
            for row, number, cosine, score in zip(
                rows.tolist(),
                numbers[rows].tolist(),
                self._pieces.cosines(probe.vector, rows).tolist(),
                self._lexical.scores(asked, rows).tolist(),
                strict=True,
            )
        ]
        # Rows are in order of numbers, unless a memory was replaced.
        candidates.sort()
        return candidates

    def _rows_of(self, numbers: Collection[int]) -> Rows:
        if not self._count or min(numbers, default=self._highest + 1) > self._highest:
            return np.zeros(0, np.int64)
        wanted = np.fromiter(numbers, np.int64, len(numbers))
        return where_any(self._numbers.values, wanted[wanted != NO_NUMBER])

    def _remove(self, numbers: Collection[int]) -> None:
        rows = self._rows_of(numbers)
        if not len(rows):
            return
        self._pieces.remove(rows)
        self._lexical.remove(rows)
        self._columns.clear(rows)
        self._numbers.values[rows] = NO_NUMBER
        self._likenesses.values[rows] = 0
        self._count -= len(rows)

    def _append(self, entries: list[Entry], words: list[list[str]], likenesses: list[int]) -> None:
        first = len(self._numbers)
        owners = np.repeat(
            np.arange(first, first + len(entries)), [len(entry.vectors) for entry in entries]
        )
        self._pieces.append(owners, np.concatenate([entry.vectors for entry in entries]))
        self._lexical.append(words)
        self._columns.append([entry.memory for entry in entries])
        self._likenesses.append(likenesses)
        numbers = [entry.memory.number for entry in entries]
        self._numbers.append(numbers)
        self._highest = max(self._highest, *numbers)
        self._count += len(entries)

    def _close_up(self) -> None:
        kept: Mask = self._numbers.values != NO_NUMBER
        self._pieces.renumber(np.cumsum(kept) - 1)
        self._lexical.keep(kept)
        self._columns.keep(kept)
        for column in (self._numbers, self._likenesses):
            column.keep(kept)
