"""One search of an index that lies in a database: what is proposed, and what is known of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from memsvc.core.bm25 import K1, LEAST_AVERAGE, MOST_WORDS, B, idf
from memsvc.core.evidence import REACH, Evidence
from memsvc.core.filters import EVERYTHING, matches
from memsvc.index.pgvector.evidence import Asked, Chosen, gathered
from memsvc.index.pgvector.protocol import Beside, Near, Reading, Tables
from memsvc.index.pgvector.rows import Seal, memory_of, opened
from memsvc.index.protocol import Probe, Vector
from memsvc.index.stems import stems
from memsvc.index.terms import terms

ALL_UP_TO = 2_000
"""So many memories are all looked at; of more, those that vectors or words propose."""
LEAST_EXACT, EXACT_PER_MEMORY = 2_000, 2_000
"""What meets a filter is compared one by one where it is at most `_few_of` the memories: the graph
would be searched through the longer for what meets it, the rarer that is."""
BESIDE = 1
"""How far from what vectors or words propose its neighbours are proposed, too."""
SAMPLE = 256
LOOKED_UP = 10_000
"""About so many memories are looked at for their words."""


class _Within(NamedTuple):
    """What a filter lets through: a condition, and whether those are few enough to look at all."""

    where: Any
    few: bool


class Searching:
    """Searches of one moment. What probes share is looked for once."""

    def __init__(self, reading: Reading, tables: Tables, seal: Seal, *, words_shown: bool) -> None:
        self._reading = reading
        self._tables = tables
        self._seal = seal
        self._words_shown = words_shown
        self._known: list[tuple[Probe, _Within]] = []

    def evidence(self, probe: Probe) -> Evidence:
        """What is known of the memories that may answer."""
        within = self._within(probe)
        asked = self._asked(probe)
        beside: Sequence[Beside] | None = None
        proposed: Collection[int]
        if self._reading.standing.memories <= ALL_UP_TO:
            proposed = speaking = self._reading.numbers(within.where)
        else:
            seeds = self._seeds(probe, within, asked)
            beside = self._reading.beside(seeds, within.where, BESIDE + REACH + 1)
            proposed, speaking = _around(seeds, beside)
        reading, people = self._reading, [self._seal.token("person", one) for one in probe.people]
        cosines = reading.cosines(probe.vector, speaking) if speaking else {}
        rows = reading.told(speaking, people, words_shown=self._words_shown) if speaking else []
        chosen = Chosen(rows, frozenset(proposed), cosines, beside)
        return gathered(
            probe,
            self._reading.standing,
            asked,
            chosen,
            self._sample(probe.vector),
            speaks=self._speaks(probe.people),
            seal=self._seal,
        )

    def _within(self, probe: Probe) -> _Within:
        for other, within in self._known:
            # By identity: equal filters can differ, for True == 1.
            alike = other.filter is probe.filter and other.fading is probe.fading
            if alike and other.now == probe.now:
                return within
        where = self._tables.where(probe.filter, probe.fading, probe.now, self._seal.token)
        if not where.exact:
            where = self._tables.only(self._opened(probe, where))
        memories, few = self._reading.standing.memories, False
        if memories > ALL_UP_TO and (probe.filter != EVERYTHING or memories <= _few_of(memories)):
            few = self._reading.few(where, _few_of(memories))
        within = _Within(where, few)
        self._known.append((probe, within))
        return within

    def _opened(self, probe: Probe, where: Any) -> list[int]:
        """What a filter lets through where no token can tell: each row is opened."""
        found = []
        for rows in self._reading.each(where):
            for row in rows:
                memory = memory_of(row, opened(row, self._seal))
                if matches(probe.filter, probe.fading.shown(memory, probe.now)):
                    found.append(row.number)
        return found

    def _asked(self, probe: Probe) -> Asked:
        words = sorted(set(stems(set(terms(probe.text))).values()))
        tokens = [self._seal.token("word", word) for word in words]
        holders = self._reading.holders(tokens) if tokens else {}
        return Asked(tokens, [holders.get(token, 0) for token in tokens])

    def _seeds(self, probe: Probe, within: _Within, asked: Asked) -> list[int]:
        """The best of each arm, and those the question names itself."""
        found: set[int] = set()
        for vector in (probe.vector, *probe.near):
            found.update(self._nearest(vector, within, probe.pool))
        found.update(self._best(asked, within, probe.pool))
        if probe.also:
            found.update(self._reading.numbers(within.where, among=probe.also))
        return sorted(found)

    def _nearest(self, vector: Vector, within: _Within, pool: int) -> list[int]:
        reading = self._reading
        if within.few or not reading.standing.has_graph:
            return [one.number for one in reading.nearest_of_all(vector, within.where, pool)]
        wanted = 2 * pool
        while True:
            near: Sequence[Near] = reading.nearest(vector, within.where, wanted)
            best: dict[int, float] = {}
            for one in near:
                best[one.number] = max(one.cosine, best.get(one.number, -2.0))
            if len(best) >= pool:
                return _leading(best, pool)
            if len(near) < wanted:
                # What meets the filter lies far from the question, and the graph gave up.
                return [one.number for one in reading.nearest_of_all(vector, within.where, pool)]
            # Many pieces of few memories: further on there are others.
            wanted *= 2

    def _best(self, asked: Asked, within: _Within, pool: int) -> list[int]:
        """The best by words, of the memories that hold one of the rarest of them.

        The common words of a question are counted, but nobody is looked for by them: it would be
        half of all there are, and what says nothing else is hardly ever among the best.
        """
        standing = self._reading.standing
        known = {one: count for one, count in zip(*asked, strict=True) if count}
        if not self._words_shown or not known:
            return []
        ordered = sorted(known, key=lambda one: (known[one], one))[:MOST_WORDS]
        weights = {one: idf(standing.memories, known[one]) * (K1 + 1.0) for one in ordered}
        average = max(standing.words / standing.memories, LEAST_AVERAGE)
        damping = (K1 * (1.0 - B), K1 * B / average)
        some = ordered[: _rarest(ordered, known)]
        found = self._reading.best_by_words(weights, some, within.where, damping, pool)
        return [one.number for one in found]

    def _sample(self, vector: Vector) -> tuple[float, float]:
        """Mean and spread of the cosines of all memories, or of those that were drawn of many.

        What a memory says decides whether it is drawn, not its number: the same memories give the
        same figures, whatever else was once held.
        """
        thinned = (self._reading.standing.memories // SAMPLE).bit_length()
        drawn = self._reading.sample(vector, (1 << (32 - thinned)) - 1, 4 * SAMPLE)
        if not drawn:
            drawn = self._reading.sample(vector, (1 << 32) - 1, 4 * SAMPLE)
        if not drawn:
            return 0.0, 0.0
        cosines = np.array(drawn, np.float64)
        return float(cosines.mean()), float(cosines.std())

    def _speaks(self, people: frozenset[str]) -> bool:
        if not people:
            return False
        tokens = sorted(self._seal.token("name", name) for name in people)
        return any(one.speakers for one in self._reading.names("name", tokens))


def _few_of(memories: int) -> int:
    """How many of so many memories are compared one by one in the time that the graph would take.

    The graph is searched through 1/share for each that meets a filter, at several times the cost.
    """
    return max(LEAST_EXACT, int((EXACT_PER_MEMORY * memories) ** 0.5))


def _leading(scores: Mapping[int, float], pool: int) -> list[int]:
    """The best, of equal ones those of the lower numbers."""
    return sorted(scores, key=lambda number: (-scores[number], number))[:pool]


def _rarest(ordered: Sequence[int], known: Mapping[int, int]) -> int:
    """How many of the words, the rarest first, LOOKED_UP memories hold together; one at least."""
    held = 0
    for place, word in enumerate(ordered):
        held += known[word]
        if held > LOOKED_UP:
            return max(place, 1)
    return len(ordered)


def _around(seeds: Sequence[int], beside: Sequence[Any]) -> tuple[set[int], list[int]]:
    """Who is proposed, and all that speak for them, of the seeds and their neighbours."""
    proposed, speaking = set(seeds), set(seeds)
    runs: dict[tuple[int, bool], list[tuple[int, int]]] = {}
    for one in beside:
        runs.setdefault((one.seed, one.after), []).append((one.happened, one.number))
    for (_, after), run in runs.items():
        ordered = [number for _, number in sorted(run, reverse=not after)]
        proposed.update(ordered[:BESIDE])
        speaking.update(ordered[: BESIDE + REACH])
    return proposed, sorted(speaking)
