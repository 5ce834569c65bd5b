"""An index that lies in PostgreSQL, held against exact search and against the one in RAM.

Without a server and without keys: what is measured is the indexes. Vectors are drawn around
centres, as those of texts of some topics lie, and questions around the same centres; texts are made
up of word lists. Of a real model's vectors recall may differ by some hundredths.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from memsvc.bench.client import LoadFailed
from memsvc.bench.clustered import (
    DIMENSION,
    PART,
    SHARES,
    START,
    TO_CENTRE,
    Clustered,
    Floats,
)
from memsvc.bench.figures import Check, percentile
from memsvc.bench.findings import Plot, Shown, Table
from memsvc.bench.machine import Machine, this_machine
from memsvc.bench.replicas.database import OwnDatabase
from memsvc.core.filters import EVERYTHING, Filter, parse
from memsvc.index.agent_index import AgentIndex
from memsvc.index.pgvector.index import PgvectorIndex
from memsvc.index.protocol import Entry, MemoryIndex, Probe
from memsvc.sealing.index_seal import IndexSeal
from memsvc.sealing.plain import PlainKeyring
from memsvc.sealing.root import RootKey
from memsvc.store.pgvector.indexes import PgVector, drop_indexes, has_indexes

AGENT = 1
TOP, POOL = 10, 64
BAR = 0.98


@dataclass(frozen=True, slots=True)
class PgvectorOptions:
    """How many memories and questions.

    `database_url` names a database without indexes; empty: a server of its own is started.
    """

    memories: int = 100_000
    questions: int = 200
    words_shown: bool = True
    in_ram: bool = True
    database_url: str = ""
    seed: int = 1
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions under one filter. Times in ms, of one question with its words."""

    filter: str
    memories: int
    recall: float
    p50: float
    p95: float
    ram_recall: float | None
    ram_p50: float | None
    ram_p95: float | None


@dataclass(frozen=True, slots=True)
class PgvectorReport:
    """What was measured, and where. `sizes_mb` by table, with their indexes."""

    machine: Machine
    data: str
    memories: int
    build_s: float
    graph_s: float
    add_ms: float
    sizes_mb: dict[str, float]
    ram_build_s: float | None
    ram_mb: float | None
    asked: Sequence[Asked]


def run(
    options: PgvectorOptions, progress: Callable[[str], None] = lambda _line: None
) -> PgvectorReport:
    """Build, ask, and compare; writes `out` as JSON.

    Raises LoadFailed where there is no server, and where indexes lie in the database already.
    """
    made = Clustered(options.memories, options.questions, options.seed)
    with _database(options.database_url) as url:
        tables = PgVector(url, "bench", DIMENSION)
        tables.prepare()
        seal = IndexSeal(PlainKeyring(RootKey(bytes(range(32)))), AGENT)
        index = PgvectorIndex(tables, AGENT, seal, DIMENSION, words_shown=options.words_shown)
        try:
            return _measured(options, made, tables, index, progress)
        finally:
            tables.drop(AGENT)
            tables.close()


def _measured(
    options: PgvectorOptions,
    made: Clustered,
    tables: PgVector,
    index: PgvectorIndex,
    progress: Callable[[str], None],
) -> PgvectorReport:
    began = time.perf_counter()
    index.begin()
    ram = AgentIndex(DIMENSION) if options.in_ram else None
    ram_s = 0.0
    for done, entries in made.parts():
        index.fill(entries)
        if ram is not None:
            at = time.perf_counter()
            ram.apply(1, entries, [])
            ram_s += time.perf_counter() - at
        if done % (20 * PART) == 0:
            progress(f"{done:,} of {options.memories:,} memories put in")
    filled = time.perf_counter()
    index.filled(1)
    built = time.perf_counter()
    progress(f"searched from now on: {built - filled:.1f} s for what finds rows")
    asked = []
    for name, share in {"none": 1, **SHARES}.items():
        asked.append(_asked(made, name, share, index, ram))
        progress(f"filter {name}: recall@{TOP} {asked[-1].recall:.4f}")
    added = [_adding(index, one) for one in made.later(100)]
    report = PgvectorReport(
        machine=this_machine(),
        data=f"made up: {made.centres} centres, cosine about {TO_CENTRE} to them",
        memories=options.memories,
        build_s=built - began - ram_s,
        graph_s=built - filled,
        add_ms=percentile(added, 0.5) * 1e3,
        sizes_mb={name: size / 2**20 for name, size in tables.sizes(AGENT).items()},
        ram_build_s=ram_s if ram is not None else None,
        ram_mb=ram.size_bytes / 2**20 if ram is not None else None,
        asked=asked,
    )
    if options.out is not None:
        options.out.write_text(json.dumps(asdict(report), indent=2) + "\n")
    return report


def _asked(
    made: Clustered, name: str, share: int, index: MemoryIndex, ram: MemoryIndex | None
) -> Asked:
    filter_ = EVERYTHING if share == 1 else parse({"tags": name})
    numbers = np.arange(len(made.vectors))
    within = numbers[numbers * 7919 % share == 0]
    found, times = _found(made, filter_, index)
    expected = [_exact(made.vectors[within], within, query) for query in made.queries]
    ram_found, ram_times = _found(made, filter_, ram) if ram is not None else ([], [])
    return Asked(
        filter=name,
        memories=len(within),
        recall=_recall(found, expected),
        p50=percentile(times, 0.5),
        p95=percentile(times, 0.95),
        ram_recall=_recall(ram_found, expected) if ram is not None else None,
        ram_p50=percentile(ram_times, 0.5) if ram is not None else None,
        ram_p95=percentile(ram_times, 0.95) if ram is not None else None,
    )


def _found(
    made: Clustered, filter_: Filter, index: MemoryIndex
) -> tuple[list[set[int]], list[float]]:
    """Of every question the nearest that are proposed, and its time in ms."""
    found, times = [], []
    for query, text in zip(made.queries, made.questions, strict=True):
        probe = Probe(query, text, START + timedelta(days=30), filter_, pool=POOL)
        began = time.perf_counter()
        [evidence] = index.search([probe])
        times.append((time.perf_counter() - began) * 1e3)
        places = np.flatnonzero(evidence.proposed)
        nearest = places[np.argsort(-evidence.dense[places], kind="stable")[:TOP]]
        found.append(set(evidence.numbers[nearest].tolist()))
    return found, times


def _exact(vectors: Floats, numbers: NDArray[np.int64], query: Floats) -> set[int]:
    cosines = vectors @ query
    return set(numbers[np.argsort(-cosines, kind="stable")[:TOP]].tolist())


def _recall(found: Sequence[set[int]], expected: Sequence[set[int]]) -> float:
    pairs = zip(found, expected, strict=True)
    return sum(len(one & other) / len(other) for one, other in pairs) / len(expected)


def _adding(index: MemoryIndex, entry: Entry) -> float:
    began = time.perf_counter()
    index.apply(2, [entry], [])
    return time.perf_counter() - began


@contextmanager
def _database(url: str) -> Iterator[str]:
    """The database of the URL, or one of a server of our own."""
    if url:
        if has_indexes(url):
            raise LoadFailed(
                "indexes of a service lie in this database: name an empty one, or none; what is "
                "left of a broken-off run goes with DROP SCHEMA memsvc_index CASCADE"
            )
        try:
            yield url
        finally:
            drop_indexes(url)
        return
    with (
        tempfile.TemporaryDirectory(prefix="memsvc-bench-") as folder,
        closing(OwnDatabase(Path(folder))) as own,
    ):
        yield own.url


def rendered(report: PgvectorReport) -> str:
    """The figures as lines of text."""
    sizes = "  ".join(f"{name}={size:,.0f}" for name, size in report.sizes_mb.items())
    lines = [
        f"{report.memories:,} memories, {report.data}",
        f"build_s={report.build_s:.0f}  of which graph_s={report.graph_s:.0f}  "
        f"add_ms={report.add_ms:.1f}  MB: {sizes}",
    ]
    if report.ram_mb is not None and report.ram_build_s is not None:
        lines.append(f"in RAM: build_s={report.ram_build_s:.0f}  MB={report.ram_mb:,.0f}")
    for one in report.asked:
        line = (
            f"filter={one.filter:<10} memories={one.memories:<8} recall@{TOP}={one.recall:.4f}  "
            f"p50={one.p50:.1f} ms  p95={one.p95:.1f} ms"
        )
        if one.ram_recall is not None:
            line += (
                f"  in RAM: recall@{TOP}={one.ram_recall:.4f}  p50={one.ram_p50:.1f} ms  "
                f"p95={one.ram_p95:.1f} ms"
            )
        lines.append(line)
    return "\n".join(lines)


def shown(report: PgvectorReport) -> Shown:
    """The report in the form of all benchmarks."""
    heads = ("recall@10", "p50, ms", "p95, ms")
    rows = tuple(
        (
            one.filter,
            f"{one.memories:,}",
            *map(_told, (one.recall, one.p50, one.p95)),
            *map(_told, (one.ram_recall, one.ram_p50, one.ram_p95)),
        )
        for one in report.asked
    )
    table = Table(
        f"{report.memories:,} memories",
        ("filter", "memories", *heads, *(f"RAM: {head}" for head in heads)),
        rows,
    )
    checks = tuple(
        Check.of(
            f"recall@{TOP}, filter {one.filter}", "at least", 100 * BAR, [100 * one.recall], "%"
        )
        for one in report.asked
    )
    # What comes before the figures by filter: data, times and sizes.
    notes = rendered(report).splitlines()[: -len(report.asked)]
    return Shown("Index in PostgreSQL", (table,), checks, tuple(notes))


def _told(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def plots(report: PgvectorReport) -> tuple[Plot, ...]:
    """The drawing of a report; needs matplotlib."""
    from memsvc.bench.plot import bars, plot_of  # noqa: PLC0415 - it may be missing

    series = {"PostgreSQL": {one.filter: one.p95 for one in report.asked}}
    in_ram = {one.filter: one.ram_p95 for one in report.asked if one.ram_p95 is not None}
    if in_ram:
        series["RAM"] = in_ram
    return (plot_of(bars("A search, by filter", "p95, ms", series), "Searches, p95 by filter"),)
