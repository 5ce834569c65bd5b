"""Pieces waiting for a run of the model, and which of them go together. Not thread-safe."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np

from memsvc.embedding.backend import Budget, Piece
from memsvc.embedding.protocol import Vectors

# How many of the oldest pieces are looked through for ones of like length.
WINDOW = 64


class Job:
    """One caller's pieces; `done` holds `rows`, shape (pieces, dimension), when all are filled."""

    __slots__ = ("_left", "done", "pieces", "rows")

    def __init__(self, pieces: Sequence[Piece], dimension: int) -> None:
        self.pieces = pieces
        self.rows: Vectors = np.empty((len(pieces), dimension), dtype=np.float32)
        self.done: Future[Vectors] = Future()
        self._left = len(pieces)

    def fill(self, place: int, row: Vectors) -> bool:
        """Keep one vector; whether it was the last."""
        self.rows[place] = row
        self._left -= 1
        return self._left == 0


@dataclass(frozen=True, slots=True)
class Ticket:
    """One piece that waits, by its place in its job."""

    job: Job
    place: int

    @property
    def piece(self) -> Piece:
        """What is to be run."""
        return self.job.pieces[self.place]


class Waiting:
    """Two queues, queries first. The oldest piece always goes with the next run of its queue."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._queries: deque[Ticket] = deque()
        self._bulk: deque[Ticket] = deque()

    def __len__(self) -> int:
        return len(self._queries) + len(self._bulk)

    def add(self, job: Job, *, urgent: bool) -> None:
        """Queue a job's pieces, longest first, so that neighbours need little padding."""
        places = sorted(range(len(job.pieces)), key=lambda at: -job.pieces[at].length)
        queue = self._queries if urgent else self._bulk
        queue.extend(Ticket(job, place) for place in places)

    def take(self, takers: int) -> list[Ticket]:
        """The next run: the oldest piece and those nearest to it in length.

        Within the budget, and no more than one of `takers` equal shares.
        """
        queue = self._queries or self._bulk
        share = -(-len(queue) // takers)
        window = [queue.popleft() for _ in range(min(len(queue), WINDOW))]
        oldest = window[0].piece.length
        order = sorted(range(len(window)), key=lambda at: abs(window[at].piece.length - oldest))
        chosen: set[int] = set()
        longest = 0
        for at in order:
            longest = max(longest, window[at].piece.length)
            if len(chosen) == share or not self._budget.holds(len(chosen) + 1, longest):
                break
            chosen.add(at)
        queue.extendleft(window[at] for at in reversed(range(len(window))) if at not in chosen)
        return [window[at] for at in sorted(chosen)]

    def drop(self, job: Job) -> None:
        """Take the rest of a failed job out."""
        self._queries = deque(each for each in self._queries if each.job is not job)
        self._bulk = deque(each for each in self._bulk if each.job is not job)
