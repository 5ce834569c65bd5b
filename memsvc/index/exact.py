"""The oracle: the same promises as `AgentIndex`, kept in the plainest way. Slow."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np

from memsvc.core.admission import NO_GIST, gist
from memsvc.core.bm25 import counted_first
from memsvc.core.decay import staleness
from memsvc.core.evidence import Evidence, Floats, Ints
from memsvc.core.fading import Cutoff
from memsvc.core.filters import matches
from memsvc.core.fingerprint import fingerprint
from memsvc.core.in_force import standing_now
from memsvc.core.memory import SEARCHED, Draft, Kind, Memory, Trust, spoken_text
from memsvc.core.people import Mention, Names, looks_like_a_name, name_key
from memsvc.core.temporal import Interval
from memsvc.core.utterance import traits
from memsvc.index.column import EPOCH
from memsvc.index.protocol import Entry, Probe, Vector
from memsvc.index.stems import stems
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

    def search(self, probes: Sequence[Probe]) -> list[Evidence]:
        """As `MemoryIndex.search`; all memories within the filter are proposed."""
        return [self._search(probe) for probe in probes]

    def cutoffs(self, budgets: Mapping[Kind, int], now: datetime) -> dict[Kind, Cutoff]:
        """As `MemoryIndex.cutoffs`."""
        found = {}
        for kind, most in budgets.items():
            counted = sorted(
                (staleness(one.memory, now), -one.memory.number)
                for one in self._searched(now)
                if one.memory.kind is kind and not one.memory.pinned
                if one.memory.expires_at is None or one.memory.expires_at > now
            )
            if len(counted) > most:
                stale, number = counted[most]
                found[kind] = Cutoff(stale, -number)
        return found

    def mentions(self, query: str) -> list[Mention]:
        """As `MemoryIndex.mentions`."""
        return self._names().mentions(query)

    def remembers(self, intervals: Sequence[Interval], now: datetime) -> bool:
        """As `MemoryIndex.remembers`."""
        moments = self._moments(now)
        return any(one.start <= moment < one.end for one in intervals for moment in moments)

    def latest(self, now: datetime) -> datetime | None:
        """As `MemoryIndex.latest`."""
        return max((one for one in self._moments(now) if one <= now), default=None)

    def find(self, statement: Draft | Memory) -> list[int]:
        """As `MemoryIndex.find`."""
        wanted = fingerprint(statement)
        return sorted(n for n, one in self._entries.items() if fingerprint(one.memory) == wanted)

    def filling(self, slots: Collection[int]) -> list[int]:
        """As `MemoryIndex.filling`."""
        wanted = set(slots)
        held = self._entries.items()
        return sorted(n for n, one in held if not wanted.isdisjoint(one.memory.slots))

    def standing_at(self, slots: Collection[int], now: datetime) -> dict[int, list[int]]:
        """As `MemoryIndex.standing_at`."""
        standing = [one.memory for one in self._searched(now)]
        found = {
            slot: sorted(one.number for one in standing if slot in one.slots) for slot in slots
        }
        return {slot: numbers for slot, numbers in found.items() if numbers}

    def crossing(self) -> list[list[int]]:
        """As `MemoryIndex.crossing`."""
        filling: dict[int, list[int]] = {}
        for number, entry in self._entries.items():
            for slot in entry.memory.slots:
                if slot % 2:
                    filling.setdefault(slot, []).append(number)
        return sorted(sorted(numbers) for numbers in filling.values() if len(numbers) > 1)

    def alike(self, statement: Draft | Memory) -> list[int]:
        """As `MemoryIndex.alike`."""
        wanted = gist(statement)
        held = self._entries.items() if wanted != NO_GIST else ()
        return sorted(n for n, one in held if gist(one.memory) == wanted)

    def naming(self, words: Sequence[str]) -> list[int]:
        """As `MemoryIndex.naming`."""
        wanted = set(stems({term for word in words for term in terms(word)}).values())
        return sorted(n for n, one in self._entries.items() if wanted and wanted <= _held(one))

    def _searched(self, now: datetime) -> list[Entry]:
        held = self._entries.values()
        return [one for one in held if standing_now(one.memory, now).status in SEARCHED]

    def _moments(self, now: datetime) -> list[datetime]:
        return [_happened(one.memory) for one in self._searched(now)]

    def _names(self) -> Names:
        names = Names()
        for entry in self._entries.values():
            if entry.memory.status not in SEARCHED:
                continue
            speakers, others = _called(entry.memory)
            names.add(speakers, others)
        return names

    def _search(self, probe: Probe) -> Evidence:
        held = self._entries
        shown = {n: probe.fading.shown(one.memory, probe.now) for n, one in held.items()}
        numbers = sorted(n for n, one in shown.items() if matches(probe.filter, one))
        memories = [shown[n] for n in numbers]
        asked = sorted(set(stems(set(terms(probe.text))).values()))
        words = {n: _words(entry.memory) for n, entry in held.items()}
        holders = [sum(word in one for one in words.values()) for word in asked]
        order, counted = counted_first(holders)
        cosines = {n: _cosine(entry.vectors, probe.vector) for n, entry in held.items()}
        all_cosines = np.array(list(cosines.values()) or [0.0])
        before, after = _neighbours(memories)
        names = self._names()
        speaks = any(names.speaks(name) for name in probe.people)

        def each(of: Callable[[Memory], float]) -> Floats:
            return np.array([of(memory) for memory in memories], np.float64)

        return Evidence(
            numbers=np.array(numbers, np.int64),
            proposed=np.ones(len(numbers), np.bool_),
            dense=np.array([cosines[n] for n in numbers], np.float64),
            mean=float(all_cosines.mean()),
            spread=float(all_cosines.std()),
            frequencies=np.array(
                [[words[n][asked[at]] for n in numbers] for at in order[:counted]], np.float64
            ).reshape(counted, len(numbers)),
            holders=np.array([holders[at] for at in order], float),
            count=len(held),
            lengths=np.array([words[n].total() for n in numbers], np.float64),
            average=sum(one.total() for one in words.values()) / max(len(words), 1),
            before=before,
            after=after,
            session=_coded([memory.session_id for memory in memories]),
            voice=_coded([_voice(memory) for memory in memories]),
            traits=each(lambda one: traits(one.content, terms(one.content))).astype(np.int64),
            named=each(lambda one: _named(one, probe.people, speaks=speaks)),
            assistant=each(lambda one: one.role in _ASSISTANTS).astype(np.bool_),
            user=each(lambda one: one.role == "user").astype(np.bool_),
            kind=each(lambda one: list(Kind).index(one.kind)).astype(np.int64),
            days=each(lambda one: (_happened(one) - EPOCH).total_seconds() / 86_400),
            retention=each(lambda one: probe.fading.retention(one, probe.now)),
            importance=each(lambda one: one.importance),
            trust=each(lambda one: one.trust.weight / len(Trust)),
        )


_ASSISTANTS = ("assistant", "ai", "bot", "model", "system")


def _cosine(pieces: Vector, query: Vector) -> float:
    # Summed exactly: a matrix product rounds one vector differently beside others, and that
    # would order what is equal.
    products = pieces.astype(np.float64) * query.astype(np.float64)
    return max(math.fsum(row) for row in products.tolist())


def _words(memory: Memory) -> Counter[str]:
    said = terms(spoken_text(memory.content, memory.speaker))
    stem_of = stems(set(said))
    return Counter(stem_of[word] for word in said)


def _held(entry: Entry) -> set[str]:
    return set(_words(entry.memory))


def _happened(memory: Memory) -> datetime:
    return memory.event_time or memory.created_at


def _neighbours(memories: Sequence[Memory]) -> tuple[Ints, Ints]:
    """The places before and after each in its session; the number of places for none."""
    sessions: dict[str, list[int]] = {}
    for place, memory in enumerate(memories):
        if memory.session_id is not None:
            sessions.setdefault(memory.session_id, []).append(place)
    before, after = (np.full(len(memories), len(memories)) for _ in range(2))
    for places in sessions.values():
        places.sort(key=lambda place: (_happened(memories[place]), memories[place].number))
        for one, other in pairwise(places):
            before[other], after[one] = one, other
    return before, after


def _coded(values: Sequence[Hashable]) -> Ints:
    codes: dict[Hashable, int] = {None: -1}
    return np.array([codes.setdefault(value, len(codes)) for value in values], np.int64)


def _voice(memory: Memory) -> Hashable:
    if memory.speaker is not None:
        return memory.speaker
    return None if memory.role is None else ("role", memory.role)


def _called(memory: Memory) -> tuple[list[str], list[str]]:
    subject = memory.fact.subject if memory.fact else None
    others = [one for one in (memory.user_id, subject, *memory.subject_ids) if one]
    speakers = [memory.speaker] if memory.speaker else []
    return speakers, [one for one in others if looks_like_a_name(one)]


def _named(memory: Memory, people: frozenset[str], *, speaks: bool) -> float:
    about = [*memory.subject_ids, *([memory.fact.subject] if memory.fact else [])]
    by = memory.speaker if memory.speaker is not None else memory.user_id
    if any(name_key(one) in people for one in [*about, *([by] if by else [])]):
        return 1.0
    return -1.0 if speaks and memory.speaker is not None else 0.0
