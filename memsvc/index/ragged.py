"""Many small growing lists of integers in one block of memory.

A NumPy array per word of a vocabulary would cost some 200 bytes before its first number. Here all
lists lie in one arena per lane; a list that outgrows its room moves to the end of the arena, and
the holes are closed when they make up a third of it. Holes and spare room hold zeros.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from memsvc.index.growing import Growing

Places = NDArray[np.int64]
Lane = NDArray[Any]

SMALLEST_HOLES = 4096


def ranges(starts: NDArray[Any], lengths: NDArray[Any]) -> Places:
    """The places start, start+1, ... of each stretch, one stretch after the other."""
    if len(starts) == 1:
        return np.arange(starts[0], starts[0] + lengths[0], dtype=np.int64)
    ends = lengths.cumsum(dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(total, dtype=np.int64)


class Ragged:
    """Lists numbered from 0; each has one value per lane at every position."""

    def __init__(self, *dtypes: type[np.generic]) -> None:
        self._lanes: list[Lane] = [np.zeros(0, dtype) for dtype in dtypes]
        self._starts = Growing(np.int64)
        self._lengths = Growing(np.int32)
        self._rooms = Growing(np.int32)
        self._end = 0
        self._holes = 0

    def __len__(self) -> int:
        return len(self._starts)

    @property
    def nbytes(self) -> int:
        """Bytes held, spare room included."""
        index = self._starts.nbytes + self._lengths.nbytes + self._rooms.nbytes
        return index + sum(lane.nbytes for lane in self._lanes)

    def resize(self, count: int) -> None:
        """Have at least `count` lists; new ones are empty."""
        if count > len(self):
            for column in (self._starts, self._lengths, self._rooms):
                column.resize(count)

    def lengths(self, which: Places) -> NDArray[np.int32]:
        """Number of positions in each of these lists."""
        return self._lengths.values[which]

    def view(self, which: int, lane: int = 0) -> Lane:
        """One lane of one list: a view, good until the next change."""
        start = int(self._starts.values[which])
        return self._lanes[lane][start : start + int(self._lengths.values[which])]

    def gather(self, which: Places, lane: int = 0) -> Lane:
        """One lane of several lists, one list after the other: a copy."""
        return self._lanes[lane][ranges(self._starts.values[which], self.lengths(which))]

    def extend(self, which: Places, counts: Places, *values: ArrayLike) -> None:
        """Append counts[i] positions to list which[i]; values per lane come list after list.

        The lists are distinct.
        """
        if not len(which):
            return
        self.resize(int(which.max()) + 1)
        lengths = self.lengths(which)
        wanted = lengths + counts
        self._make_room(which, lengths, wanted)
        places = ranges(self._starts.values[which] + lengths, counts)
        for lane, fresh in zip(self._lanes, values, strict=True):
            lane[places] = fresh
        self._lengths.values[which] = wanted

    def discard(self, which: int, values: NDArray[Any]) -> int:
        """Take the positions with these values of the first lane out of one list; its new length.

        The lane and the values are ascending and distinct, and the list has all of them.
        """
        start, length = int(self._starts.values[which]), int(self._lengths.values[which])
        end, left = start + length, length - len(values)
        held = self._lanes[0][start:end]
        # Of the lane's own type, or NumPy converts the whole list.
        positions = held.searchsorted(values.astype(held.dtype))
        first = start + int(positions[0])
        for lane in self._lanes:
            if len(positions) == 1:
                lane[first : end - 1] = lane[first + 1 : end]
            else:
                lane[first : start + left] = np.delete(lane[first:end], positions - positions[0])
            lane[start + left : end] = 0
        self._lengths.values[which] = left
        return left

    def clear(self, which: Places) -> None:
        """Empty these lists and give their room back."""
        self._vacate(which)
        self._lengths.values[which] = 0
        self._rooms.values[which] = 0

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Drop the lists not marked, which must have been cleared, and number the others anew."""
        for column in (self._starts, self._lengths, self._rooms):
            column.keep(kept)
        self._close_holes()

    def renumber(self, mapping: NDArray[Any], lane: int = 0) -> None:
        """Replace each value v of a lane by mapping[v]."""
        self._close_holes()
        self._lanes[lane] = mapping[self._lanes[lane]].astype(self._lanes[lane].dtype)

    def _make_room(self, which: Places, lengths: NDArray[Any], wanted: NDArray[Any]) -> None:
        short = wanted > self._rooms.values[which]
        if not short.any():
            return
        which, lengths, wanted = which[short], lengths[short], wanted[short]
        # Most words and all rows are written once: no spare room before the second growth.
        rooms = np.where(lengths > 0, wanted + wanted // 2, wanted)
        starts = self._end + np.cumsum(rooms, dtype=np.int64) - rooms
        self._end += int(rooms.sum())
        if self._end > len(self._lanes[0]):
            self._lanes = [self._roomier(lane) for lane in self._lanes]
        if lengths.any():
            sources, targets = ranges(self._starts.values[which], lengths), ranges(starts, lengths)
            for lane in self._lanes:
                lane[targets] = lane[sources]
            self._vacate(which)
        self._starts.values[which] = starts
        self._rooms.values[which] = rooms
        if self._holes > max(SMALLEST_HOLES, self._end // 3):
            self._close_holes()

    def _roomier(self, lane: Lane) -> Lane:
        grown = np.zeros(self._end + self._end // 8, lane.dtype)
        grown[: len(lane)] = lane
        return grown

    def _vacate(self, which: Places) -> None:
        places = ranges(self._starts.values[which], self.lengths(which))
        for lane in self._lanes:
            lane[places] = 0
        self._holes += int(self._rooms.values[which].sum())

    def _close_holes(self) -> None:
        lengths, rooms = self._lengths.values, self._rooms.values
        starts = np.cumsum(rooms, dtype=np.int64) - rooms
        sources, targets = ranges(self._starts.values, lengths), ranges(starts, lengths)
        self._end, self._holes = int(rooms.sum()), 0
        for number, lane in enumerate(self._lanes):
            closed = np.zeros(self._end + self._end // 8, lane.dtype)
            closed[targets] = lane[sources]
            self._lanes[number] = closed
        self._starts.values[:] = starts
