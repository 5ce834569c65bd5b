"""Texts of many callers gathered into few runs of the model."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from memsvc.core.text import well_formed
from memsvc.embedding.backend import Backend, Piece
from memsvc.embedding.protocol import ModelIdentity, Vectors
from memsvc.embedding.query_cache import QueryCache
from memsvc.embedding.unit import mean_direction
from memsvc.embedding.waiting import Job, Ticket, Waiting
from memsvc.errors import EmbeddingUnavailable


@dataclass(frozen=True, slots=True)
class Counters:
    """What the embedder has done since it started."""

    cache_hits: int
    cache_misses: int
    runs: int
    pieces: int


CROWDED_S = 0.05
"""How long after two texts met a text is taken to be one of many: it leaves cores to the others."""


class BatchingEmbedder:
    """An Embedder over one backend and `workers` threads (one per core for a local model).

    Queries that find a core free, and a single draft that finds all free, are run in their
    caller's own thread. Others wait, queries before the rest, and free workers take their shares.
    """

    def __init__(self, backend: Backend, workers: int, query_cache_size: int = 4096) -> None:
        self._backend = backend
        self._workers = max(1, workers)
        self._cache = QueryCache(query_cache_size)
        self._changed = threading.Condition()
        self._waiting = Waiting(backend.budget)
        self._running = 0
        self._crowded_until = 0.0
        self._closed = False
        self._runs = 0
        self._pieces = 0
        self._threads = [
            threading.Thread(target=self._work, name=f"embedding-{number}", daemon=True)
            for number in range(self._workers)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def identity(self) -> ModelIdentity:
        return self._backend.identity

    @property
    def counters(self) -> Counters:
        """A snapshot for the metrics."""
        return Counters(self._cache.hits, self._cache.misses, self._runs, self._pieces)

    def embed(self, texts: Sequence[str]) -> list[Vectors]:
        return self._embed([well_formed(text) for text in texts], urgent=False)

    def embed_queries(self, texts: Sequence[str]) -> list[Vectors]:
        self._check_open()
        return self._cache.get([well_formed(text) for text in texts], self._queries)

    def forget(self) -> None:
        self._cache.forget()

    def close(self) -> None:
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        with self._changed:
            self._changed.wait_for(lambda: self._running == 0)
        self._cache.forget()
        self._backend.close()

    def _queries(self, texts: Sequence[str]) -> list[Vectors]:
        return [mean_direction(rows).copy() for rows in self._embed(texts, urgent=True)]

    def _embed(self, texts: Sequence[str], *, urgent: bool) -> list[Vectors]:
        cut = [self._backend.split(text) for text in texts]
        rows = self._run([piece for pieces in cut for piece in pieces], urgent=urgent)
        ends = accumulate(len(pieces) for pieces in cut)
        return [rows[end - len(pieces) : end] for end, pieces in zip(ends, cut, strict=True)]

    def _check_open(self) -> None:
        if self._closed:
            raise EmbeddingUnavailable("the service is stopping")

    def _run(self, pieces: list[Piece], *, urgent: bool) -> Vectors:
        """Rows for the pieces, shape (pieces, dimension); blocks until they are there."""
        job = Job(pieces, self.identity.dimension)
        with self._changed:
            self._check_open()
            if not pieces:
                return job.rows
            met = self._running > 0 or bool(self._waiting)
            single = len(pieces) == 1
            if met or (urgent and not single):
                self._crowded_until = time.monotonic() + CROWDED_S
            here = self._runs_here(len(pieces), urgent=urgent)
            self._waiting.add(job, urgent=urgent)
            batch = self._take(takers=1) if here else None
            alone = not met and single and time.monotonic() >= self._crowded_until
            if self._waiting:
                self._changed.notify(min(len(self._waiting), self._workers))
        if batch is not None:
            self._run_batch(batch, alone=alone)
        return job.done.result()

    def _runs_here(self, count: int, *, urgent: bool) -> bool:
        """Whether the caller's own thread starts the run, which saves two handovers.

        Several drafts of one caller are spread over the cores, unless others want these too.
        """
        if self._waiting or self._running >= self._workers:
            return False
        crowded = time.monotonic() < self._crowded_until and count <= self._backend.budget.pieces
        return urgent or crowded or (self._running == 0 and count == 1)

    def _work(self) -> None:
        """A worker: take what waits and run it, until closed and nothing waits."""
        while True:
            with self._changed:
                self._changed.wait_for(self._has_work)
                if not self._waiting:
                    return
                batch = self._take(takers=max(1, self._workers - self._running))
            self._run_batch(batch, alone=False)
            # A worker that waits must not keep what it ran last.
            del batch

    def _has_work(self) -> bool:
        """A run to start, or the end. More runs than cores would only wait for each other."""
        if self._waiting:
            return self._running < self._workers
        return self._closed

    def _take(self, takers: int) -> list[Ticket]:
        self._running += 1
        return self._waiting.take(takers)

    def _run_batch(self, batch: list[Ticket], *, alone: bool) -> None:
        """Run outside the lock, then hand vectors, or the failure, to the jobs of this batch."""
        rows: Vectors | None = None
        failure: BaseException | None = None
        try:
            rows = self._backend.run([ticket.piece for ticket in batch], alone=alone)
            if rows.shape != (len(batch), self.identity.dimension):
                rows = None
                raise EmbeddingUnavailable("the backend gave vectors of another number or size")
        except BaseException as error:  # noqa: BLE001 - raised again in each caller
            failure = error
        with self._changed:
            self._running -= 1
            self._runs += 1
            self._pieces += len(batch)
            if rows is None:
                jobs = {ticket.job for ticket in batch if not ticket.job.done.done()}
                for job in jobs:
                    self._waiting.drop(job)
                    job.done.set_exception(failure)
            else:
                for ticket, row in zip(batch, rows, strict=True):
                    if ticket.job.fill(ticket.place, row):
                        ticket.job.done.set_result(ticket.job.rows)
            if self._waiting or self._closed:
                self._changed.notify_all()
