"""One agent's memories by row: vectors, words, fields, sessions, people.

Every memory has a row. Removing one empties its row everywhere at once; empty rows are closed up
when they outnumber the full ones.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from memsvc.core.admission import NO_GIST, gist
from memsvc.core.evidence import Ints
from memsvc.core.fingerprint import likeness
from memsvc.core.memory import SEARCHED
from memsvc.core.utterance import traits
from memsvc.index.column import NO_TIME
from memsvc.index.columns import Columns
from memsvc.index.comparison import Mask, Rows
from memsvc.index.growing import Growing, where_any
from memsvc.index.in_force import InForce
from memsvc.index.lexical import Lexical
from memsvc.index.people import People
from memsvc.index.pieces import Pieces
from memsvc.index.protocol import Entry, Vector
from memsvc.index.sessions import Sessions
from memsvc.index.slots import Slots
from memsvc.index.terms import terms

NO_NUMBER = -1
EMPTY_BYTES = 30_000
"""Of the objects there are before the first memory: with thousands of small agents it counts."""
FEWEST_EMPTY_ROWS = 64
SAMPLE = 256


class Prepared:
    """Entries with what is computed of their texts before anything is locked."""

    def __init__(self, entries: Sequence[Entry], dimension: int) -> None:
        """Raise ValueError when vectors are not (pieces, dimension)."""
        self.entries = entries
        for entry in entries:
            shape = entry.vectors.shape
            if len(shape) != 2 or not shape[0] or shape[1] != dimension:
                raise ValueError(f"vectors of shape {shape}; need (pieces, {dimension})")
        memories = [entry.memory for entry in entries]
        said = [terms(one.content) for one in memories]
        # As of `spoken_text`: the words before a colon do not run into those behind it.
        spoken = {name: terms(name) for name in {one.speaker for one in memories} if name}
        self.words = [
            [*spoken.get(one.speaker or "", ()), *words]
            for one, words in zip(memories, said, strict=True)
        ]
        # Without the speaker, who may be called April.
        self.traits = [
            traits(one.content, words) for one, words in zip(memories, said, strict=True)
        ]
        self.likenesses = [likeness(one) for one in memories]
        self.gists = [gist(one) for one in memories]
        self.draws = [crc32(one.content.encode("utf-8", "surrogatepass")) for one in memories]


class Holdings:
    """What an index holds, kept in step. Not safe under concurrent use."""

    def __init__(self, dimension: int) -> None:
        self._count = 0
        self._highest = NO_NUMBER
        self._numbers = Growing(np.int64)  # by row; NO_NUMBER where the row is empty
        # By row. A scan takes 0.03 ms over 100,000 rows; a dictionary would take 150 bytes more
        # for each.
        self._likenesses = Growing(np.int64)
        self._gists = Growing(np.int64)
        self._traits = Growing(np.uint8)
        self._draws = Growing(np.uint32)
        self.columns = Columns()
        self.in_force = InForce(self.columns)
        self.lexical = Lexical()
        self.pieces = Pieces(dimension)
        self.sessions = Sessions()
        self.people = People(self.columns)
        self.slots = Slots()
        self._sample: Rows | None = None

    def __len__(self) -> int:
        return self._count

    @property
    def size(self) -> int:
        """Number of rows, empty ones included."""
        return len(self._numbers)

    @property
    def _by_row(self) -> tuple[Growing[Any], ...]:
        return self._numbers, self._likenesses, self._gists, self._traits, self._draws

    @property
    def nbytes(self) -> int:
        """Estimate of the bytes held."""
        rows = self._numbers.nbytes + self._likenesses.nbytes + self._gists.nbytes
        rows += self._traits.nbytes + self._draws.nbytes
        rooms = (
            self.columns,
            self.in_force,
            self.lexical,
            self.pieces,
            self.sessions,
            self.people,
            self.slots,
        )
        return EMPTY_BYTES + rows + sum(room.nbytes for room in rooms)

    @property
    def numbers(self) -> Ints:
        """By row; NO_NUMBER where the row is empty."""
        return self._numbers.values

    def searched(self, now: datetime, first: int = 0) -> Mask:
        """Marks the memories that are searched by default then, by row, from row `first` on.

        Leaving aside what has faded.
        """
        rows = slice(first, None)
        marked: Mask = self.columns.coded("status").mapped(rows, _is_searched) > 0.0
        active = self.in_force.rows(now)
        marked[active[active >= first] - first] = True
        marked &= self.numbers[rows] != NO_NUMBER
        return marked

    @property
    def traits(self) -> NDArray[np.uint8]:
        """By row, bits of `core.utterance.Trait`."""
        return self._traits.values

    def like(self, wanted: int) -> list[int]:
        """Numbers of the memories with this `likeness`, ascending."""
        return self._numbers_where(self._likenesses.values == wanted)

    def of_gist(self, wanted: int) -> list[int]:
        """Numbers of the memories with this `core.admission.gist`, ascending; none for none."""
        return self._numbers_where(self._gists.values == wanted) if wanted != NO_GIST else []

    def holding(self, words: Sequence[str]) -> list[int]:
        """Numbers of the memories with all of these words, ascending; none for no words."""
        return sorted(self.numbers[self.lexical.holding(words)].tolist())

    def happened(self, rows: Rows) -> Ints:
        """When what these rows tell happened or was written, in microseconds since 1970."""
        told = self.columns.moments("event_time")[rows]
        return np.where(told == NO_TIME, self.columns.moments("created_at")[rows], told)

    def cosines_of_all(self, query: Vector) -> tuple[float, float]:
        """Mean and standard deviation of the cosines of all memories, or of a sample of many.

        What a memory says decides whether it is in the sample, not its number or place: the same
        memories give the same figures, whatever else was once held.
        """
        if self._sample is None:
            thinned = (self._count // SAMPLE).bit_length()
            held = self.numbers != NO_NUMBER
            drawn = held & ((self._draws.values & ((1 << thinned) - 1)) == 0)
            # Where many say the same, all of them are drawn or none.
            rows = np.flatnonzero(drawn if drawn.any() else held)
            self._sample = self.ordered(rows)[: 4 * SAMPLE]
        if not len(self._sample):
            return 0.0, 0.0
        cosines = self.pieces.cosines(query, self._sample).astype(np.float64)
        return float(cosines.mean()), float(cosines.std())

    def ordered(self, rows: Rows) -> Rows:
        """The rows in order of their numbers, which is mostly their own."""
        numbers = self.numbers[rows]
        if (numbers[1:] > numbers[:-1]).all():
            return rows
        ordered: Rows = rows[np.argsort(numbers, kind="stable")]
        return ordered

    def append(self, fresh: Prepared) -> None:
        """Give memories that are not held the next rows."""
        entries = fresh.entries
        memories = [entry.memory for entry in entries]
        first = len(self._numbers)
        owners = np.repeat(
            np.arange(first, first + len(entries)), [len(entry.vectors) for entry in entries]
        )
        self.pieces.append(owners, np.concatenate([entry.vectors for entry in entries]))
        self.lexical.append(fresh.words)
        self.columns.append(memories)
        self.in_force.append(first)
        self.people.append(memories)
        self.slots.append(first, [one.slots for one in memories])
        self._likenesses.append(fresh.likenesses)
        self._gists.append(fresh.gists)
        self._traits.append(fresh.traits)
        self._draws.append(fresh.draws)
        numbers = [one.number for one in memories]
        self._numbers.append(numbers)
        self._highest = max(self._highest, *numbers)
        self._count += len(entries)
        self.sessions.append(self.columns.coded("session_id").codes, self._in_session_order)
        self._sample = None

    def remove(self, numbers: Collection[int]) -> None:
        """Let go of these memories; close up when most rows are empty."""
        rows = self.rows_of(numbers)
        if not len(rows):
            return
        self.sessions.remove(rows, self.columns.coded("session_id").codes)
        self.people.remove(rows)
        self.slots.remove(rows)
        self.pieces.remove(rows)
        self.lexical.remove(rows)
        self.columns.clear(rows)
        self.in_force.remove(rows)
        self.numbers[rows] = NO_NUMBER
        self._likenesses.values[rows] = 0
        self._gists.values[rows] = NO_GIST
        self._traits.values[rows] = 0
        self._draws.values[rows] = 0
        self._count -= len(rows)
        self._sample = None

    def close_up(self) -> None:
        """Give the room of empty rows back, when they outnumber the full ones."""
        if self.size - self._count <= max(self._count, FEWEST_EMPTY_ROWS):
            return
        kept: Mask = self.numbers != NO_NUMBER
        self.pieces.renumber(np.cumsum(kept) - 1)
        for room in (self.lexical, self.columns, self.sessions, self.people, self.slots):
            room.keep(kept)
        for column in self._by_row:
            column.keep(kept)
        self.in_force.renumber()
        self._sample = None

    def rows_of(self, numbers: Collection[int]) -> Rows:
        """The ascending rows of those of these memories that are held."""
        if not self._count or min(numbers, default=self._highest + 1) > self._highest:
            return np.zeros(0, np.int64)
        wanted = np.fromiter(numbers, np.int64, len(numbers))
        return where_any(self.numbers, wanted[wanted != NO_NUMBER])

    def _numbers_where(self, marked: Mask) -> list[int]:
        numbers = self.numbers[marked]
        return sorted(numbers[numbers != NO_NUMBER].tolist())

    def _in_session_order(self, rows: Rows) -> Rows:
        ordered: Rows = rows[np.lexsort((self.numbers[rows], self.happened(rows)))]
        return ordered


def _is_searched(status: object) -> bool:
    return status in SEARCHED
