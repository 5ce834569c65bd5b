"""Many agents with few memories each, asked at random: indexes come and go within the budget.

Each is asked once before anything is measured, so that the indexes fill the budget.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from statistics import median

from memsvc.bench.client import Target
from memsvc.bench.figures import percentile
from memsvc.bench.grown import FILLERS, PROBES, environment, target_of
from memsvc.bench.machine import memory_of
from memsvc.bench.rounds import searches, writes
from memsvc.bench.sentences import Sentences
from memsvc.bench.served import served

PROGRESS_EVERY = 1000
ASKED = 20 * PROBES


@dataclass(frozen=True, slots=True)
class Many:
    """One service with many agents. Times in ms, memory in MB; `grown` is above the empty one."""

    agents: int
    memories_each: int
    index_budget_mb: int
    empty_mb: float
    grown_mb: float
    search_p50: float
    search_p99: float
    warm_p50: float


def measure_many(
    agents: int,
    memories_each: int,
    index_budget_mb: int,
    seed: int,
    progress: Callable[[str], None],
) -> Many:
    """Write all agents, then ask them in no order, and one of them again and again."""
    sentences, chance = Sentences(seed), random.Random(seed)
    with served(environment(index_budget_mb)) as server:
        target = target_of(server)
        empty = memory_of(server.process.pid).resident
        target.drive(_filling(target, agents, memories_each, sentences, progress), FILLERS)
        target.drive(_asking(target, range(agents), sentences), FILLERS)
        progress("every agent asked once")
        chosen = [chance.randrange(agents) for _ in range(ASKED)]
        found = target.drive(list(_asking(target, chosen, sentences)), 1).latencies_ms
        questions = sentences.questions(PROBES)
        warm = target.drive(searches(target, "agent-0", questions), 1).latencies_ms
        return Many(
            agents=agents,
            memories_each=memories_each,
            index_budget_mb=index_budget_mb,
            empty_mb=empty,
            grown_mb=memory_of(server.process.pid).resident - empty,
            search_p50=median(found),
            search_p99=percentile(found, 0.99),
            warm_p50=median(warm),
        )


def _asking(target: Target, agents: Iterable[int], sentences: Sentences) -> Iterator[bytes]:
    for number in agents:
        yield from searches(target, f"agent-{number}", sentences.questions(1))


def _filling(
    target: Target,
    agents: int,
    memories_each: int,
    sentences: Sentences,
    progress: Callable[[str], None],
) -> Iterator[bytes]:
    for number in range(agents):
        if number and number % PROGRESS_EVERY == 0:
            progress(f"{number:,} of {agents:,} agents written")
        texts = sentences.statements(memories_each)
        yield writes(target, f"agent-{number}", texts, memories_each)[0]
