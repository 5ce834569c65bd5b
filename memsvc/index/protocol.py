"""What an index of one agent's memories promises.

An index lives in RAM, is derived from SQL and may be thrown away at any time. It *proposes*
memories; the store disposes. It must not keep content (only its terms), must not decide who may
see what, and must not filter after ranking: the filter restricts the set that is searched.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from memsvc.core.evidence import Evidence
from memsvc.core.fading import Cutoff, Fading
from memsvc.core.filters import EVERYTHING, Filter
from memsvc.core.memory import Draft, Kind, Memory
from memsvc.core.people import Mention
from memsvc.core.temporal import Interval

Vector = NDArray[np.float32]

WITHOUT_FADING = Fading()
"""Shows every memory as it is held, and its retention by the standard policies."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One memory as the index takes it in.

    `vectors` has shape (pieces, dimension), float32, unit length: one row per piece of the text,
    at least one.
    """

    memory: Memory
    vectors: Vector


@dataclass(frozen=True, slots=True)
class Probe:
    """A question put to an index, at a moment.

    A unit vector of shape (dimension,), words, the names of people asked for, a filter, and how
    many memories each arm proposes where there are too many to look at all. Proposed then, too, are
    the best by the vectors in `near`, and the memories whose numbers are in `also`.

    The filter is about memories as `fading` shows them at that moment: a faded one is archived, one
    that is superseded by something that begins later is active.
    """

    vector: Vector
    text: str
    now: datetime
    filter: Filter = EVERYTHING
    people: frozenset[str] = frozenset()
    pool: int = 64
    near: tuple[Vector, ...] = ()
    also: tuple[int, ...] = ()
    fading: Fading = WITHOUT_FADING


class MemoryIndex(Protocol):
    """The memories of one agent, searchable. Safe under concurrent readers and writers."""

    @property
    def sequence(self) -> int:
        """The agent's sequence number up to which this index has followed."""
        ...

    @property
    def size_bytes(self) -> int:
        """Estimate of the RAM held, in bytes."""
        ...

    def __len__(self) -> int:
        """Number of memories held."""
        ...

    def apply(
        self,
        sequence: int,
        entries: Sequence[Entry],
        removed: Sequence[int],
        *,
        after: int | None = None,
    ) -> bool:
        """Take in new and changed memories, let go of removed ones, and stand at `sequence`.

        With `after` this is a step from there: an index that stands elsewhere stays as it is and
        answers False.

        An entry whose number is known replaces the old one. Removing an unknown number is no
        error. What is removed leaves no vector, term or field behind in RAM.
        """
        ...

    def search(self, probes: Sequence[Probe]) -> list[Evidence]:
        """For each probe what is known of the memories within its filter.

        Of few memories all are proposed, of many the best `pool` by vector and by words, with their
        neighbours in the session. Probes that hold the same filter and fading objects cost less
        together than one by one; what is found for one does not depend on the others. What is found
        depends on the memories held and on nothing that was ever removed; what the filter leaves
        out has no part in it but in the statistics of words and vectors, and as a name that is
        known.
        """
        ...

    def cutoffs(self, budgets: Mapping[Kind, int], now: datetime) -> dict[Kind, Cutoff]:
        """The first memory beyond each budget that is exceeded, of those held ready.

        Held ready is what is searched by default and not past its time; pinned ones do not count.
        The least stale come first, of equally stale ones the newest.
        """
        ...

    def mentions(self, query: str) -> list[Mention]:
        """The people known here that a question mentions, in its order."""
        ...

    def remembers(self, intervals: Sequence[Interval], now: datetime) -> bool:
        """Whether something that is searched by default now happened in one of these times."""
        ...

    def latest(self, now: datetime) -> datetime | None:
        """When the last thing that is searched by default now happened, of what did by now."""
        ...

    def find(self, statement: Draft | Memory) -> list[int]:
        """Numbers of the memories that say the same by their `core.fingerprint`, ascending.

        Proposals, like those of a search: hardly ever, another memory is among them.
        """
        ...

    def filling(self, slots: Collection[int]) -> list[int]:
        """Numbers of the memories that fill any of these slots (`Memory.slots`), ascending.

        Whatever their status. Proposals: two slots hardly ever have one key, but may.
        """
        ...

    def standing_at(self, slots: Collection[int], now: datetime) -> dict[int, list[int]]:
        """By slot, the numbers of the memories that fill it and are active or disputed, ascending.

        As shown at that moment, but for fading. Proposals, as those of `filling`.
        """
        ...

    def crossing(self) -> list[list[int]]:
        """Numbers of memories that fill one odd slot: a list for each that several fill.

        Whatever their status, ascending, in order of the first. Odd are the slots of what is said
        in conversations.
        """
        ...

    def alike(self, statement: Draft | Memory) -> list[int]:
        """Numbers of the memories that nearly say the same, by `core.admission.gist`, ascending.

        Whatever their status. Proposals, as those of `find`; none for what has no gist.
        """
        ...

    def naming(self, words: Sequence[str]) -> list[int]:
        """Numbers of the memories whose text or speaker holds all of these words, ascending.

        Whatever their status. Words count as for a search: by stem, accents folded, `Ana-Lu` as
        two, a name in Han as its signs; in whatever order they stand. None for no words.
        """
        ...


class BuildableIndex(MemoryIndex, Protocol):
    """An index that outlives the process. Where there is none as yet, it stands at -1."""

    def begin(self) -> None:
        """Have a new one that is to be filled, for one process at a time.

        Until it is filled the former one is searched, if there is any.
        """
        ...

    def fill(self, entries: Sequence[Entry]) -> None:
        """Put in memories that are not in it yet."""
        ...

    def filled(self, sequence: int) -> None:
        """Have what was put in searched, as of `sequence`."""
        ...

    @staticmethod
    def wants_graph(pieces: int) -> bool:
        """Whether so many want a graph over them: where there is none, building anew makes it."""
        ...
