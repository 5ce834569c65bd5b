"""One agent's memories in RAM: FAISS for vectors, BM25 for words, columns for filters."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from memsvc.core.admission import gist
from memsvc.core.evidence import REACH, Evidence, Marks
from memsvc.core.fading import Cutoff
from memsvc.core.filters import EVERYTHING
from memsvc.core.fingerprint import likeness
from memsvc.core.memory import SEARCHED, Draft, Kind, Memory
from memsvc.core.people import Mention
from memsvc.core.temporal import Interval
from memsvc.index.column import EPOCH
from memsvc.index.columns import Shown
from memsvc.index.comparison import Mask, Rows
from memsvc.index.evidence import collect
from memsvc.index.faded import Faded, cutoffs
from memsvc.index.holdings import NO_NUMBER, Holdings, Prepared
from memsvc.index.lexical import Term
from memsvc.index.lock import ReadWriteLock
from memsvc.index.protocol import Entry, Probe, Vector
from memsvc.index.ranks import leading
from memsvc.index.terms import terms

# So many memories are all looked at; of more, those that vectors or words propose.
ALL_UP_TO = 2_000
# How far from what vectors or words propose its neighbours are proposed, too.
BESIDE = 1


class _Chosen(NamedTuple):
    """Rows in order of their numbers, which of them are proposed, and their cosines."""

    rows: Rows
    proposed: Marks
    dense: NDArray[np.float64]


class AgentIndex:
    """The `MemoryIndex` that answers searches."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._lock = ReadWriteLock()
        self._sequence = 0
        self._held = Holdings(dimension)
        self._faded = Faded(self._held)

    @property
    def sequence(self) -> int:
        return self._sequence

    @property
    def size_bytes(self) -> int:
        # Without the lock: sums of lengths, and an estimate may be a moment old.
        return self._held.nbytes

    def __len__(self) -> int:
        return len(self._held)

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
        prepared = Prepared(list(fresh.values()), self._dimension)
        with self._lock.writing():
            if after is not None and self._sequence != after:
                return False
            self._held.remove({*removed, *fresh})
            if fresh:
                self._held.append(prepared)
            self._held.close_up()
            self._faded.follow(len(fresh))
            self._sequence = sequence
            return True

    def search(self, probes: Sequence[Probe]) -> list[Evidence]:
        """As `MemoryIndex.search`."""
        words = [terms(probe.text) for probe in probes]
        answers: dict[int, Evidence] = {}
        # By identity: equal ones can differ, for True == 1.
        shared: dict[tuple[int, int, datetime], list[int]] = {}
        for at, probe in enumerate(probes):
            alike = (id(probe.filter), id(probe.fading), probe.now)
            shared.setdefault(alike, []).append(at)
        with self._lock.reading():
            for places in shared.values():
                within = self._within(probes[places[0]])
                queries = np.stack([probes[at].vector for at in places])
                wanted = max(probes[at].pool for at in places)
                near = self._held.pieces.nearest(queries, within, wanted)
                for at, (rows, dense) in zip(places, near, strict=True):
                    asked = self._held.lexical.terms(words[at])
                    chosen = self._chosen(probes[at], asked, within, rows, dense)
                    answers[at] = collect(self._held, probes[at], asked, within, *chosen)
        return [answers[at] for at in range(len(probes))]

    def cutoffs(self, budgets: Mapping[Kind, int], now: datetime) -> dict[Kind, Cutoff]:
        """As `MemoryIndex.cutoffs`."""
        with self._lock.reading():
            return cutoffs(self._held, budgets, now)

    def mentions(self, query: str) -> list[Mention]:
        """As `MemoryIndex.mentions`."""
        with self._lock.reading():
            return self._held.people.mentions(query)

    def remembers(self, intervals: Sequence[Interval], now: datetime) -> bool:
        """As `MemoryIndex.remembers`."""
        with self._lock.reading():
            moments = self._moments(now)
            return any(
                bool(np.any((moments >= _since(one.start)) & (moments < _since(one.end))))
                for one in intervals
            )

    def latest(self, now: datetime) -> datetime | None:
        """As `MemoryIndex.latest`."""
        with self._lock.reading():
            moments = self._moments(now)
            moments = moments[moments <= _since(now)]
            if not len(moments):
                return None
            return EPOCH + timedelta(microseconds=int(moments.max()))

    def find(self, statement: Draft | Memory) -> list[int]:
        """As `MemoryIndex.find`."""
        wanted = likeness(statement)
        with self._lock.reading():
            return self._held.like(wanted)

    def filling(self, slots: Collection[int]) -> list[int]:
        """As `MemoryIndex.filling`."""
        with self._lock.reading():
            rows = self._held.slots.holding(slots)
            return sorted(self._held.numbers[rows].tolist())

    def standing_at(self, slots: Collection[int], now: datetime) -> dict[int, list[int]]:
        """As `MemoryIndex.standing_at`."""
        with self._lock.reading():
            filled = self._held.slots.by_key(slots)
            statuses = self._held.columns.coded("status")
            active = self._held.in_force.rows(now)
            found = {}
            for slot, rows in filled.items():
                known = [one in SEARCHED for one in statuses.values(rows)]
                stands = np.array(known, np.bool_) | np.isin(rows, active)
                found[slot] = sorted(self._held.numbers[rows[stands]].tolist())
        return {slot: numbers for slot, numbers in found.items() if numbers}

    def crossing(self) -> list[list[int]]:
        """As `MemoryIndex.crossing`."""
        with self._lock.reading():
            numbers = self._held.numbers
            return sorted(sorted(numbers[rows].tolist()) for rows in self._held.slots.crossing())

    def alike(self, statement: Draft | Memory) -> list[int]:
        """As `MemoryIndex.alike`."""
        wanted = gist(statement)
        with self._lock.reading():
            return self._held.of_gist(wanted)

    def naming(self, words: Sequence[str]) -> list[int]:
        """As `MemoryIndex.naming`."""
        wanted = [term for word in words for term in terms(word)]
        with self._lock.reading():
            return self._held.holding(wanted)

    def _within(self, probe: Probe) -> Mask | None:
        """Marks the rows that a probe's filter lets through; None for all there are."""
        held: Mask = self._held.numbers != NO_NUMBER
        if probe.filter != EVERYTHING:
            archived = self._faded.marked(probe.fading, probe.now)
            shown = Shown(archived, self._held.in_force.rows(probe.now))
            held = self._held.columns.mask(probe.filter, held, shown)
        return None if held.all() else held

    def _chosen(
        self,
        probe: Probe,
        asked: Sequence[Term],
        within: Mask | None,
        rows: Rows,
        dense: NDArray[np.float32],
    ) -> _Chosen:
        """All rows where they are few; else the best of both arms, with their neighbours.

        `rows` are those near by vector, ascending, with their cosines. The neighbours of what is
        proposed come along to speak for it.
        """
        held = self._held
        if len(held) <= ALL_UP_TO:
            rows, dense = self._all(probe, within, rows, dense)
            ordered = held.ordered(rows)
            if ordered is not rows:
                dense = dense[np.argsort(held.numbers[rows], kind="stable")]
            return _Chosen(ordered, np.ones(len(rows), np.bool_), dense.astype(np.float64))
        near = leading(rows, dense, held.numbers, probe.pool)
        sharing = leading(*held.lexical.best(asked, within, probe.pool), held.numbers, probe.pool)
        also = held.rows_of(probe.also)
        found = [near, sharing, also if within is None else also[within[also]]]
        for vector in probe.near:
            [arm] = held.pieces.nearest(vector[None], within, probe.pool)
            found.append(leading(*arm, held.numbers, probe.pool))
        proposed = held.sessions.around(np.concatenate(found), BESIDE, within)
        speaking = held.sessions.around(proposed, REACH, within)
        speaking = held.ordered(speaking)
        cosines = self._cosines(probe.vector, speaking, rows, dense)
        return _Chosen(speaking, np.isin(speaking, proposed), cosines)

    def _all(
        self, probe: Probe, within: Mask | None, rows: Rows, dense: NDArray[np.float32]
    ) -> tuple[Rows, NDArray[np.float32]]:
        """All rows with their cosines: a few memories in many pieces are not all near."""
        held = self._held
        every = np.flatnonzero(held.numbers != NO_NUMBER if within is None else within)
        if len(every) == len(rows):
            return rows, dense
        return every, held.pieces.cosines(probe.vector, every)

    def _cosines(
        self, query: Vector, wanted: Rows, rows: Rows, dense: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        """The cosines of these rows, of which those of `rows`, ascending, are known."""
        at = np.minimum(rows.searchsorted(wanted), len(rows) - 1)
        known = rows[at] == wanted
        cosines = dense[at].astype(np.float64)
        missing = np.sort(wanted[~known])
        if len(missing):
            found = self._held.pieces.cosines(query, missing)
            cosines[~known] = found[missing.searchsorted(wanted[~known])]
        return cosines

    def _moments(self, now: datetime) -> NDArray[np.int64]:
        return self._held.happened(np.flatnonzero(self._held.searched(now)))


def _since(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)
