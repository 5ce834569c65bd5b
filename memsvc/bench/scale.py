"""How a service grows: one agent with ever more memories, and many agents with few.

A server of our own with vectors made by hashing words, since embedding a million texts would take
an hour and changes nothing here: the index holds as many vectors of the same length either way.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from memsvc.bench.client import Target
from memsvc.bench.figures import percentile
from memsvc.bench.machine import Machine, memory_of, this_machine
from memsvc.bench.rounds import searches, writes
from memsvc.bench.sentences import Sentences
from memsvc.bench.served import KEY, Served, served

DIMENSION = 384
BULK = 500
FILLERS = 2
PROBES = 100
MB = 2**20


@dataclass(frozen=True, slots=True)
class ScaleOptions:
    """`sizes` of one agent, each in a service of its own; `agents` of `memories_each`, 0: none."""

    sizes: Sequence[int] = (1_000, 10_000, 100_000)
    agents: int = 0
    memories_each: int = 100
    index_budget_mb: int = 2048
    seed: int = 1
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """One service with one agent. Times in ms unless named otherwise."""

    memories: int
    fill_per_s: float
    search_p50: float
    search_p99: float
    add_p50: float
    add_p99: float
    cold_start_s: float
    first_search_s: float
    rss_bytes_per_memory: float


@dataclass(frozen=True, slots=True)
class Many:
    """One service with many agents, asked at random."""

    agents: int
    memories_each: int
    index_budget_mb: int
    rss_mb: float
    rss_empty_mb: float
    search_p50: float
    warm_p50: float


@dataclass(frozen=True, slots=True)
class ScaleReport:
    """What was measured, and where."""

    machine: Machine
    sizes: Sequence[Size]
    many: Many | None


def run(options: ScaleOptions, progress: Callable[[str], None] = lambda _line: None) -> ScaleReport:
    """Measure each size in turn; writes `out` as JSON."""
    sizes = []
    for memories in options.sizes:
        sizes.append(_size(memories, options, progress))
        progress(rendered(sizes[-1]))
    many = _many(options, progress) if options.agents else None
    report = ScaleReport(this_machine(), sizes, many)
    if options.out is not None:
        options.out.write_text(json.dumps(asdict(report), indent=2) + "\n")
    return report


def rendered(figures: Size | Many) -> str:
    """One line of name=figure."""
    shown = {name: round(value, 2) for name, value in asdict(figures).items()}
    return "  ".join(f"{name}={value:,}" for name, value in shown.items())


def _size(memories: int, options: ScaleOptions, progress: Callable[[str], None]) -> Size:
    sentences = Sentences(options.seed)
    with served(_environment(options)) as server:
        target = _target(server)
        empty = memory_of(server.process.pid).resident
        fill = _fill(target, "grown", sentences, memories, progress)
        asked = searches(target, "grown", sentences.questions(PROBES))
        target.drive(asked[:10], 1)
        found = target.drive(asked, 1).latencies_ms
        added = target.drive(
            writes(target, "grown", sentences.statements(PROBES), 1), 1
        ).latencies_ms
        # After a new start: without what writing left in the allocator's pockets.
        server.stop()
        server.start()
        target = _target(server)
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
            cold_start_s=server.seconds_to_ready,
            first_search_s=first,
            rss_bytes_per_memory=grown * MB / memories,
        )


def _many(options: ScaleOptions, progress: Callable[[str], None]) -> Many:
    sentences, chance = Sentences(options.seed), random.Random(options.seed)
    with served(_environment(options)) as server:
        target = _target(server)
        empty = memory_of(server.process.pid).resident
        for number in range(options.agents):
            texts = sentences.statements(options.memories_each)
            target.drive(writes(target, f"agent-{number}", texts, options.memories_each), 1)
            if (number + 1) % 1000 == 0:
                progress(f"{number + 1} agents written")
        questions = sentences.questions(10 * PROBES)
        asked = [
            searches(target, f"agent-{chance.randrange(options.agents)}", [question])[0]
            for question in questions
        ]
        found = target.drive(asked, 1).latencies_ms
        warm = target.drive(searches(target, "agent-0", questions[:PROBES]), 1).latencies_ms
        return Many(
            agents=options.agents,
            memories_each=options.memories_each,
            index_budget_mb=options.index_budget_mb,
            rss_mb=memory_of(server.process.pid).resident,
            rss_empty_mb=empty,
            search_p50=median(found),
            warm_p50=median(warm),
        )


def _fill(
    target: Target,
    agent: str,
    sentences: Sentences,
    memories: int,
    progress: Callable[[str], None],
) -> float:
    done, began = 0, time.perf_counter()
    while done < memories:
        part = min(memories - done, 50 * BULK)
        target.drive(writes(target, agent, sentences.statements(part), BULK), FILLERS)
        done += part
        if memories > part:
            progress(f"{done:,} of {memories:,} memories written")
    return memories / (time.perf_counter() - began)


def _environment(options: ScaleOptions) -> dict[str, str]:
    return {
        "MEMSVC_EMBEDDING__BACKEND": "hashing",
        "MEMSVC_EMBEDDING__DIMENSION": str(DIMENSION),
        "MEMSVC_INDEX_BUDGET_MB": str(options.index_budget_mb),
        "MEMSVC_LIMITS__REQUESTS_PER_S": "1000000",
        "MEMSVC_LIMITS__BURST": "1000000",
        "MEMSVC_EMBEDDING__QUERY_CACHE": "0",
    }


def _target(server: Served) -> Target:
    return Target(str(server.client.base_url), KEY)
