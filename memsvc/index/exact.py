"""The oracle: the same promises as `AgentIndex`, kept in the plainest way. Slow."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from memsvc.core.filters import matches
from memsvc.core.fingerprint import fingerprint
from memsvc.core.memory import Draft, Memory, spoken_text
from memsvc.core.ranking import Candidate
from memsvc.index.lexical import K1, B, idf
from memsvc.index.protocol import Entry, Probe, Vector
from memsvc.index.terms import terms


class ExactIndex:
    """A `MemoryIndex` that keeps the entries and looks at each of them for every question."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._sequence = 0
        self._entries: dict[int, Entry] = {}

    @property
    def sequence(self) -> int:
        return self._sequence

    @property
    def size_bytes(self) -> int:
        return sum(
            entry.vectors.nbytes + 4 * len(entry.memory.content)
            for entry in list(self._entries.values())
        )

    def __len__(self) -> int:
        return len(self._entries)

    def apply(
        self,
        sequence: int,
        entries: Sequence[Entry],
        removed: Sequence[int],
        *,
        after: int | None = None,
    ) -> bool:
        """As `MemoryIndex.apply`; a number in both `entries` and `removed` is removed."""
        if after is not None and self._sequence != after:
            return False
        for entry in entries:
            if entry.vectors.ndim != 2 or entry.vectors.shape[1] != self._dimension:
                raise ValueError(f"vectors need shape (pieces, {self._dimension})")
            if not len(entry.vectors):
                raise ValueError("a memory needs at least one vector")
        # A new dictionary, put in place at once: readers never see half of a change.
        held = self._entries | {entry.memory.number: entry for entry in entries}
        for number in removed:
            held.pop(number, None)
        self._entries, self._sequence = held, sequence
        return True

    def search(self, probes: Sequence[Probe]) -> list[list[Candidate]]:
        """As `MemoryIndex.search`; candidates come by ascending number."""
        return [self._search(probe) for probe in probes]

    def _search(self, probe: Probe) -> list[Candidate]:
        held = self._entries
        within = {n: entry for n, entry in held.items() if matches(probe.filter, entry.memory)}
        dense = {n: _cosine(entry.vectors, probe.vector) for n, entry in within.items()}
        lexical = _bm25(held, probe.text)
        sharing = {n: lexical[n] for n in within if lexical[n] > 0.0}
        dense_ranks, lexical_ranks = _ranks(dense, probe.pool), _ranks(sharing, probe.pool)
        return [
            Candidate(n, dense[n], lexical[n], dense_ranks.get(n), lexical_ranks.get(n))
            for n in sorted(dense_ranks.keys() | lexical_ranks.keys())
        ]

    def find(self, statement: Draft | Memory) -> list[int]:
        """As `MemoryIndex.find`."""
        wanted = fingerprint(statement)
        return sorted(n for n, one in self._entries.items() if fingerprint(one.memory) == wanted)


def _cosine(pieces: Vector, query: Vector) -> float:
    # Summed exactly: a matrix product rounds one vector differently beside others, and that
    # would order what is equal.
    products = pieces.astype(np.float64) * query.astype(np.float64)
    return max(math.fsum(row) for row in products.tolist())


def _bm25(held: Mapping[int, Entry], query: str) -> dict[int, float]:
    counts = {
        n: Counter(terms(spoken_text(entry.memory.content, entry.memory.speaker)))
        for n, entry in held.items()
    }
    average = sum(count.total() for count in counts.values()) / max(len(counts), 1)
    scores = dict.fromkeys(held, 0.0)
    for word in sorted(set(terms(query))):
        frequency = sum(word in count for count in counts.values())
        for n, count in counts.items():
            if count[word]:
                damping = K1 * ((1.0 - B) + B * count.total() / average)
                weight = idf(len(held), frequency) * (K1 + 1.0)
                scores[n] += weight * count[word] / (count[word] + damping)
    return scores


def _ranks(scores: Mapping[int, float], pool: int) -> dict[int, int]:
    order = sorted(scores, key=lambda n: (-np.float64(scores[n]), n))
    return {n: rank for rank, n in enumerate(order[:pool], start=1)}
