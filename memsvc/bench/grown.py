"""One agent of a given size: how fast it is searched, written and loaded, and what it holds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import quote

import orjson

from memsvc.bench.client import Target
from memsvc.bench.figures import percentile
from memsvc.bench.machine import memory_of
from memsvc.bench.rounds import memories_path, searches, writes
from memsvc.bench.sentences import Sentences
from memsvc.bench.served import KEY, Served, served

DIMENSION = 384
BULK = 500
FILLERS = 2
PROBES = 100
MB = 2**20
AGENT = "grown"
LOG = "memsvc.db-wal"

# A purge is due a second after the oldest deletion that it has not seen; the scheduler looks every
# second. So about one in two seconds while somebody deletes.
PURGE_AFTER_S = 1
PURGING_S = 20.0
DELETED_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Size:
    """One service with one agent. Times in ms unless named otherwise.

    `purges` counts how often the log was emptied while the adds beside them were measured.
    """

    memories: int
    fill_per_s: float
    search_p50: float
    search_p99: float
    add_p50: float
    add_p99: float
    add_beside_purges_p99: float
    purges: int
    cold_start_s: float
    first_search_s: float
    rss_bytes_per_memory: float


def measure_size(
    memories: int, index_budget_mb: int, seed: int, progress: Callable[[str], None]
) -> Size:
    """Fill an agent, measure it, start the server anew and measure the first search."""
    sentences = Sentences(seed)
    with served(environment(index_budget_mb)) as server:
        target = target_of(server)
        empty = memory_of(server.process.pid).resident
        fill = _fill(target, sentences, memories, progress)
        asked = searches(target, AGENT, sentences.questions(PROBES))
        target.drive(asked[:10], 1)
        found = target.drive(asked, 1).latencies_ms
        added = target.drive(writes(target, AGENT, sentences.statements(PROBES), 1), 1).latencies_ms
        beside, purges = _adds_beside_purges(target, server.folder / LOG, sentences)
        # After a new start: without what writing left in the allocator's pockets.
        server.stop()
        server.start()
        target = target_of(server)
        began = time.perf_counter()
        target.drive(asked[:1], 1)
        first = time.perf_counter() - began
        target.drive(asked[:20], 1)
        grown = memory_of(server.process.pid).resident - empty
        return Size(
            memories=memories,
            fill_per_s=fill,
            search_p50=median(found),
            search_p99=percentile(found, 0.99),
            add_p50=median(added),
            add_p99=percentile(added, 0.99),
            add_beside_purges_p99=percentile(beside, 0.99),
            purges=purges,
            cold_start_s=server.seconds_to_ready,
            first_search_s=first,
            rss_bytes_per_memory=grown * MB / memories,
        )


def environment(index_budget_mb: int) -> dict[str, str]:
    """Settings of a service whose speed is its own: no model, no limits, no query twice."""
    return {
        "MEMSVC_EMBEDDING__BACKEND": "hashing",
        "MEMSVC_EMBEDDING__DIMENSION": str(DIMENSION),
        "MEMSVC_INDEX_BUDGET_MB": str(index_budget_mb),
        "MEMSVC_LIMITS__REQUESTS_PER_S": "1000000",
        "MEMSVC_LIMITS__BURST": "1000000",
        "MEMSVC_EMBEDDING__QUERY_CACHE": "0",
        "MEMSVC_PURGE_AFTER_S": str(PURGE_AFTER_S),
    }


def target_of(server: Served) -> Target:
    """The server as a target of load."""
    return Target(str(server.client.base_url), KEY)


def _fill(
    target: Target, sentences: Sentences, memories: int, progress: Callable[[str], None]
) -> float:
    done, began = 0, time.perf_counter()
    while done < memories:
        part = min(memories - done, 50 * BULK)
        target.drive(writes(target, AGENT, sentences.statements(part), BULK), FILLERS)
        done += part
        if memories > part:
            progress(f"{done:,} of {memories:,} memories written")
    return memories / (time.perf_counter() - began)


def _adds_beside_purges(
    target: Target, log: Path, sentences: Sentences
) -> tuple[Sequence[float], int]:
    """Times of single adds while memories are deleted and purged, and the number of purges."""
    # As many as can be deleted in the time, with ids of their own.
    ids = [f"to-be-deleted-{at}" for at in range(int(PURGING_S / DELETED_EVERY_S))]
    drafts = [
        {"content": text, "id": one}
        for text, one in zip(sentences.statements(len(ids)), ids, strict=True)
    ]
    target.ask("POST", memories_path(AGENT), orjson.dumps({"memories": drafts}))
    texts = writes(target, AGENT, sentences.statements(int(PURGING_S * 400)), 1)
    with _deleting(target, ids), _counting_purges(log) as purges:
        sample = target.drive(texts, 1, PURGING_S)
    return sample.latencies_ms, len(purges)


@contextmanager
def _deleting(target: Target, ids: Sequence[str]) -> Iterator[None]:
    def delete(over: threading.Event) -> None:
        for one in ids:
            path = f"{memories_path(AGENT)}/{quote(one)}"
            target.drive([target.request("DELETE", path)], 1)
            if over.wait(DELETED_EVERY_S):
                return

    with _meanwhile(delete):
        yield


@contextmanager
def _counting_purges(log: Path) -> Iterator[list[float]]:
    """Notes each time that the log is found empty after it was not."""
    found: list[float] = []

    def watch(over: threading.Event) -> None:
        was_empty = False
        while not over.wait(0.002):
            is_empty = not log.exists() or not log.stat().st_size
            if is_empty and not was_empty:
                found.append(time.perf_counter())
            was_empty = is_empty

    with _meanwhile(watch):
        yield found


@contextmanager
def _meanwhile(work: Callable[[threading.Event], None]) -> Iterator[None]:
    over = threading.Event()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work(over)
        except BaseException as failure:  # noqa: BLE001 - raised where it is waited for
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    if failures:
        raise failures[0]
