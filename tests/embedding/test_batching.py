"""How texts of many callers come together, against a backend that can be held up."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep

import numpy as np
import pytest

from memsvc.embedding.backend import Budget, Piece
from memsvc.embedding.batching import CROWDED_S, BatchingEmbedder
from memsvc.embedding.hashing import HashingBackend
from memsvc.embedding.protocol import Vectors
from memsvc.errors import EmbeddingUnavailable


@dataclass(frozen=True)
class Run:
    """One call of the model."""

    texts: tuple[str, ...]
    alone: bool
    thread: str


class HeldBackend(HashingBackend):
    """Runs only while the gate is open; a text with the word "poison" fails its run."""

    def __init__(self) -> None:
        super().__init__(dimension=16)
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Semaphore(0)
        self.runs: list[Run] = []
        self.closed = False

    @property
    def budget(self) -> Budget:
        return Budget(pieces=4, tokens=40)

    def run(self, pieces: Sequence[Piece], *, alone: bool) -> Vectors:
        texts = tuple(piece.text for piece in pieces)
        self.runs.append(Run(texts, alone, threading.current_thread().name))
        self.entered.release()
        assert self.gate.wait(10)
        if any("poison" in text for text in texts):
            raise EmbeddingUnavailable("poisoned")
        return super().run(pieces, alone=alone)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def backend() -> HeldBackend:
    return HeldBackend()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as pool:
        yield pool


@contextmanager
def embedder_of(backend: HeldBackend, workers: int) -> Iterator[BatchingEmbedder]:
    embedder = BatchingEmbedder(backend, workers)
    try:
        yield embedder
    finally:
        backend.gate.set()
        embedder.close()


def occupy(
    backend: HeldBackend, embedder: BatchingEmbedder, pool: ThreadPoolExecutor, times: int
) -> list[Future]:
    """Close the gate with `times` runs stuck behind it."""
    backend.gate.clear()
    stuck = []
    for number in range(times):
        stuck.append(pool.submit(embedder.embed_queries, [f"stuck {number}"]))
        assert backend.entered.acquire(timeout=10)
    return stuck


def wait_until_waiting(embedder: BatchingEmbedder, count: int) -> None:
    end = monotonic() + 10
    while len(embedder._waiting) < count:
        assert monotonic() < end
        sleep(0.001)


def test_a_text_that_finds_nothing_running_runs_in_its_callers_thread(
    backend: HeldBackend,
) -> None:
    with embedder_of(backend, workers=2) as embedder:
        embedder.embed_queries(["one query"])[0]
        embedder.embed(["one draft"])

    here = threading.current_thread().name
    assert [(run.alone, run.thread) for run in backend.runs] == [(True, here), (True, here)]


def test_what_waits_goes_together(backend: HeldBackend, pool: ThreadPoolExecutor) -> None:
    with embedder_of(backend, workers=1) as embedder:
        stuck = occupy(backend, embedder, pool, times=1)
        asked = [pool.submit(embedder.embed_queries, [f"query {number}"]) for number in range(8)]
        wait_until_waiting(embedder, 8)
        backend.gate.set()
        for answer in [*stuck, *asked]:
            assert answer.result(10)[0].shape == (16,)

    assert [len(run.texts) for run in backend.runs] == [1, 4, 4]
    assert embedder.counters.runs == 3
    assert embedder.counters.pieces == 9
    assert embedder.counters.cache_misses == 9


def test_a_query_takes_a_free_core_and_its_own_thread(
    backend: HeldBackend, pool: ThreadPoolExecutor
) -> None:
    with embedder_of(backend, workers=2) as embedder:
        backend.gate.clear()
        bulk = pool.submit(embedder.embed, ["draft"])
        assert backend.entered.acquire(timeout=10)
        asked = pool.submit(embedder.embed_queries, ["one query", "another"])
        assert backend.entered.acquire(timeout=10)
        backend.gate.set()
        for answer in (bulk, asked):
            answer.result(10)

    assert backend.runs[1].texts == ("one query", "another")
    assert "embedding" not in backend.runs[1].thread


def test_a_text_among_many_leaves_cores_to_the_others(
    backend: HeldBackend, pool: ThreadPoolExecutor
) -> None:
    with embedder_of(backend, workers=2) as embedder:
        [stuck] = occupy(backend, embedder, pool, times=1)
        met = pool.submit(embedder.embed_queries, ["met another"])
        assert backend.entered.acquire(timeout=10)
        backend.gate.set()
        stuck.result(10)
        met.result(10)
        embedder.embed_queries(["soon after"])[0]
        sleep(CROWDED_S * 1.5)
        embedder.embed_queries(["long after"])[0]

    assert [run.alone for run in backend.runs] == [True, False, False, True]


def test_queries_go_before_bulk(backend: HeldBackend, pool: ThreadPoolExecutor) -> None:
    with embedder_of(backend, workers=1) as embedder:
        occupy(backend, embedder, pool, times=1)
        bulk = pool.submit(embedder.embed, [f"draft {number}" for number in range(6)])
        wait_until_waiting(embedder, 6)
        query = pool.submit(embedder.embed_queries, ["query"])
        wait_until_waiting(embedder, 7)
        backend.gate.set()
        query.result(10)
        bulk.result(10)

    assert backend.runs[1].texts == ("query",)
    assert {len(run.texts) for run in backend.runs[2:]} == {2, 4}


def test_a_bulk_spreads_over_the_workers(backend: HeldBackend, pool: ThreadPoolExecutor) -> None:
    with embedder_of(backend, workers=3) as embedder:
        backend.gate.clear()
        bulk = pool.submit(embedder.embed, [f"draft {number}" for number in range(30)])
        for _ in range(3):
            assert backend.entered.acquire(timeout=10)
        backend.gate.set()
        assert len(bulk.result(10)) == 30

    assert len({run.thread for run in backend.runs}) == 3
    assert not any(run.alone for run in backend.runs)


def test_a_run_keeps_to_the_budget_and_to_like_lengths(
    backend: HeldBackend, pool: ThreadPoolExecutor
) -> None:
    lengths = [1, 30, 2, 28, 3, 12, 11, 1]
    with embedder_of(backend, workers=1) as embedder:
        embedder.embed(["word " * length for length in lengths])

    counts = [[len(text.split()) for text in run.texts] for run in backend.runs]
    assert sorted(count for run in counts for count in run) == sorted(lengths)
    for run in counts:
        assert backend.budget.holds(len(run), max(run))
    assert [12, 11] in [run[:2] for run in counts]


def test_a_failure_reaches_the_callers_of_its_run_and_no_other(
    backend: HeldBackend, pool: ThreadPoolExecutor
) -> None:
    with embedder_of(backend, workers=1) as embedder:
        occupy(backend, embedder, pool, times=1)
        texts = ["poison", "one", "two", "three", "four", "five"]
        asked = []
        for text in texts:
            asked.append(pool.submit(embedder.embed_queries, [text]))
            wait_until_waiting(embedder, len(asked))
        backend.gate.set()
        failed = [isinstance(answer.exception(10), EmbeddingUnavailable) for answer in asked]

    assert failed == [True, True, True, True, False, False]


def test_a_failed_bulk_takes_its_waiting_rest_along(backend: HeldBackend) -> None:
    with embedder_of(backend, workers=1) as embedder:
        with pytest.raises(EmbeddingUnavailable, match="poisoned"):
            embedder.embed(["poison with many more words"] + ["draft"] * 40)
        assert embedder.embed(["draft"])[0].shape == (1, 16)

    assert len(backend.runs) == 2


def test_a_failure_of_any_kind_leaves_the_workers_alive(
    backend: HeldBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    with embedder_of(backend, workers=1) as embedder:
        with monkeypatch.context() as broken:
            broken.setattr(backend, "_vector", lambda text: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                embedder.embed(["draft"] * 20)
            with pytest.raises(ZeroDivisionError):
                embedder.embed_queries(["query"])[0]
        assert len(embedder.embed(["draft"] * 20)) == 20


def test_a_backend_that_miscounts_does_not_leave_callers_waiting(
    backend: HeldBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    with embedder_of(backend, workers=1) as embedder:
        monkeypatch.setattr(backend, "run", lambda *_, **__: np.ones((1, 3), dtype=np.float32))
        with pytest.raises(EmbeddingUnavailable):
            embedder.embed(["draft"] * 20)


def test_closing_finishes_what_waits(backend: HeldBackend, pool: ThreadPoolExecutor) -> None:
    embedder = BatchingEmbedder(backend, workers=1)
    stuck = occupy(backend, embedder, pool, times=1)
    bulk = pool.submit(embedder.embed, ["draft"] * 9)
    wait_until_waiting(embedder, 9)
    closing = pool.submit(embedder.close)
    while not embedder._closed:
        sleep(0.001)
    with pytest.raises(EmbeddingUnavailable):
        embedder.embed(["too late"])
    closed_before = backend.closed
    backend.gate.set()
    closing.result(10)

    assert (closed_before, backend.closed) == (False, True)
    assert len(bulk.result(10)) == 9
    assert all(answer.done() for answer in stuck)


def test_a_forgotten_query_in_flight_is_not_kept(
    backend: HeldBackend, pool: ThreadPoolExecutor
) -> None:
    with embedder_of(backend, workers=1) as embedder:
        (stuck,) = occupy(backend, embedder, pool, times=1)
        embedder.forget()
        backend.gate.set()
        before = stuck.result(10)[0]
        after = embedder.embed_queries(["stuck 0"])[0]
        assert np.array_equal(before, after)

    assert [run.texts for run in backend.runs] == [("stuck 0",), ("stuck 0",)]


def test_nothing_is_left_over_after_the_work(backend: HeldBackend) -> None:
    with embedder_of(backend, workers=2) as embedder:
        for _ in range(5):
            embedder.embed(["draft"] * 30)
        assert len(embedder._waiting) == 0
        assert embedder._running == 0
