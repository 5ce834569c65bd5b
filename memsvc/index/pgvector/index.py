"""One agent's memories in tables of a database: for what RAM cannot hold.

Nothing of them is kept here, so several processes share one index.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import numpy as np

from memsvc.core.admission import gist_parts
from memsvc.core.evidence import Evidence
from memsvc.core.fading import Cutoff, Fading
from memsvc.core.filters import EVERYTHING
from memsvc.core.index_row import IndexRow, Standing
from memsvc.core.memory import Draft, Kind, Memory
from memsvc.core.people import Mention, Names
from memsvc.core.temporal import Interval
from memsvc.index.column import EPOCH, microseconds
from memsvc.index.pgvector.counts import Counts
from memsvc.index.pgvector.protocol import Reading, Tables
from memsvc.index.pgvector.rows import (
    KINDS,
    Seal,
    likeness_token,
    row_of,
    says_otherwise,
    slot_token,
    words_of,
)
from memsvc.index.pgvector.search import Searching
from memsvc.index.protocol import Entry, Probe
from memsvc.index.stems import stems
from memsvc.index.terms import terms

GRAPH_FROM = 10_000
"""So many pieces are compared with a question one by one in the time that a graph is worth."""
NONE = Standing(-1, 0, 0, 0, has_graph=False)
HANDLE_BYTES = 1000
_MICROSECOND = timedelta(microseconds=1)


class PgvectorIndex:
    """The `MemoryIndex` of an agent whose tables are in a database.

    `words_shown`: words lie there as tokens that can be looked for, else they are sealed. Where
    another process dropped the tables it stands at -1, and whoever asks it is told to try again.
    """

    def __init__(
        self, tables: Tables, agent_key: int, seal: Seal, dimension: int, *, words_shown: bool
    ) -> None:
        self._tables = tables
        self._agent_key = agent_key
        self._seal = seal
        self._dimension = dimension
        self._words_shown = words_shown
        self._filling = Counts(seal)
        self._generation = 0

    @property
    def sequence(self) -> int:
        return self._standing.sequence

    @property
    def size_bytes(self) -> int:
        """What the handle takes: what it tells of lies in the database."""
        return HANDLE_BYTES

    def __len__(self) -> int:
        return self._standing.memories

    @property
    def _standing(self) -> Standing:
        return self._tables.standing(self._agent_key) or NONE

    def apply(
        self,
        sequence: int,
        entries: Sequence[Entry],
        removed: Sequence[int],
        *,
        after: int | None = None,
    ) -> bool:
        """As `MemoryIndex.apply`; a number in both `entries` and `removed` is removed.

        Vectors that did not change are left where they are. Answers False, too, where the tables
        were dropped.
        """
        fresh = {entry.memory.number: entry for entry in self._checked(entries)}
        for number in removed:
            fresh.pop(number, None)
        rows = [self._row(entry) for entry in fresh.values()]
        with self._tables.changing(self._agent_key) as change:
            if change is None or (after is not None and change.standing.sequence != after):
                return False
            counts, before = Counts(self._seal), change.standing
            touched = [*{*removed, *fresh}]
            gone = change.take_out(touched) if touched else []
            counts.add(gone, times=-1)
            held = change.vectors([row.number for row in gone]) if gone else {}
            kept = {
                number
                for number, vectors in held.items()
                if number in fresh and np.array_equal(vectors, fresh[number].vectors)
            }
            dead = [number for number in held if number not in kept]
            if dead:
                change.take_out_vectors(dead)
            counts.add(rows, times=1)
            vectors = {n: one.vectors for n, one in fresh.items() if n not in kept}
            if rows:
                change.put_in(rows, vectors)
            change.count_words(counts.words)
            change.count_names(counts.names)
            pieces = before.pieces + sum(map(len, vectors.values()))
            pieces -= sum(len(held[number]) for number in dead)
            # A graph takes as long as a building: whoever writes would wait for it.
            now = Standing(
                sequence,
                before.memories + counts.memories,
                before.words + counts.length,
                pieces,
                before.has_graph,
            )
            after_it = {row.number: row for row in rows}
            erased = bool(dead) or any(
                says_otherwise(row, after_it.get(row.number), self._seal) for row in gone
            )
            change.stand(now, erased=erased)
        return True

    def begin(self) -> None:
        """Have empty tables, for `fill` and then `filled`; for one process at a time.

        Until then searches are answered from the former ones, if there are any.
        """
        self._filling = Counts(self._seal)
        self._generation = self._tables.begin(self._agent_key)

    def fill(self, entries: Sequence[Entry]) -> None:
        """Put in memories that are not in it yet; nobody reads them before `filled`."""
        rows = [self._row(entry) for entry in self._checked(entries)]
        self._filling.add(rows, times=1)
        self._filling.pieces += sum(len(entry.vectors) for entry in entries)
        with self._tables.filling(self._agent_key, self._generation) as change:
            change.put_in(rows, {entry.memory.number: entry.vectors for entry in entries})

    def filled(self, sequence: int) -> None:
        """Have what was put in searched, as of `sequence`."""
        counts = self._filling
        with self._tables.filling(self._agent_key, self._generation) as change:
            change.count_words(counts.words)
            change.count_names(counts.names)
        graph = self.wants_graph(counts.pieces)
        standing = Standing(sequence, counts.memories, counts.length, counts.pieces, graph)
        self._tables.complete(self._agent_key, self._generation, standing)
        self._filling = Counts(self._seal)

    @staticmethod
    def wants_graph(pieces: int) -> bool:
        """As `BuildableIndex.wants_graph`."""
        return pieces > GRAPH_FROM

    def search(self, probes: Sequence[Probe]) -> list[Evidence]:
        """As `MemoryIndex.search`."""
        with self._reading() as reading:
            searching = Searching(reading, self._tables, self._seal, words_shown=self._words_shown)
            return [searching.evidence(probe) for probe in probes]

    def cutoffs(self, budgets: Mapping[Kind, int], now: datetime) -> dict[Kind, Cutoff]:
        """As `MemoryIndex.cutoffs`."""
        if not budgets:
            return {}
        where, moment = self._tables.searched(now), microseconds(now)
        with self._reading() as reading:
            found = {
                kind: reading.beyond(where, KINDS.index(kind), most, moment)
                for kind, most in budgets.items()
            }
        return {kind: Cutoff(*beyond) for kind, beyond in found.items() if beyond is not None}

    def mentions(self, query: str) -> list[Mention]:
        """As `MemoryIndex.mentions`."""
        firsts = [self._seal.token("first name", one) for one in Names.firsts(query)]
        if not firsts:
            return []
        with self._reading() as reading:
            found = reading.names("first", firsts)
        names = Names()
        for one in found:
            key = self._seal.open(one.sealed, 0).decode("utf-8", "surrogatepass")
            names.add([key] if one.speakers else [], [key] if one.others else [])
        return names.mentions(query)

    def remembers(self, intervals: Sequence[Interval], now: datetime) -> bool:
        """As `MemoryIndex.remembers`."""
        where = self._tables.searched(now)
        with self._reading() as reading:
            return any(
                reading.happened(where, microseconds(one.start), microseconds(one.end))
                for one in intervals
            )

    def latest(self, now: datetime) -> datetime | None:
        """As `MemoryIndex.latest`."""
        with self._reading() as reading:
            found = reading.latest(self._tables.searched(now), microseconds(now))
        return None if found is None else EPOCH + found * _MICROSECOND

    def find(self, statement: Draft | Memory) -> list[int]:
        """As `MemoryIndex.find`."""
        with self._reading() as reading:
            return reading.same(likeness_token(statement, self._seal))

    def filling(self, slots: Collection[int]) -> list[int]:
        """As `MemoryIndex.filling`."""
        if not slots:
            return []
        with self._reading() as reading:
            return reading.filling([slot_token(one, self._seal) for one in slots])

    def standing_at(self, slots: Collection[int], now: datetime) -> dict[int, list[int]]:
        """As `MemoryIndex.standing_at`."""
        if not slots:
            return {}
        meant = {slot_token(one, self._seal): one for one in slots}
        found: dict[int, list[int]] = {}
        with self._reading() as reading:
            for number, filled in reading.slots(self._tables.searched(now), list(meant)):
                for token in filled:
                    if token in meant:
                        found.setdefault(meant[token], []).append(number)
        return found

    def crossing(self) -> list[list[int]]:
        """As `MemoryIndex.crossing`."""
        with self._reading() as reading:
            return reading.crossing()

    def alike(self, statement: Draft | Memory) -> list[int]:
        """As `MemoryIndex.alike`."""
        parts = gist_parts(statement)
        if parts is None:
            return []
        with self._reading() as reading:
            return reading.alike(self._seal.token("gist", *parts))

    def naming(self, words: Sequence[str]) -> list[int]:
        """As `MemoryIndex.naming`; where words are sealed, each row is opened."""
        asked = set(stems({term for word in words for term in terms(word)}).values())
        wanted = {self._seal.token("word", stem) for stem in asked}
        if not wanted:
            return []
        with self._reading() as reading:
            if self._words_shown:
                return reading.holding(sorted(wanted))
            return [
                row.number
                for rows in reading.each(
                    self._tables.where(EVERYTHING, Fading(), EPOCH, self._seal.token)
                )
                for row in rows
                if wanted <= set(words_of(row, self._seal)[0])
            ]

    def _row(self, entry: Entry) -> IndexRow:
        return row_of(entry.memory, self._seal, words_shown=self._words_shown)

    def _checked(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            shape = entry.vectors.shape
            if len(shape) != 2 or not shape[0] or shape[1] != self._dimension:
                raise ValueError(f"vectors of shape {shape}; need (pieces, {self._dimension})")
        return entries

    def _reading(self) -> AbstractContextManager[Reading]:
        return self._tables.reading(self._agent_key)
