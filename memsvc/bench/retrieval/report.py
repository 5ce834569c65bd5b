"""The result of a retrieval benchmark, as tables for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from memsvc.bench.figures import Latency
from memsvc.bench.machine import Machine
from memsvc.bench.report import table
from memsvc.bench.retrieval.quality import DEPTHS, Quality

ALL, ANSWERABLE = "all", "without adversarial"
CATEGORY_DEPTH = 10


@dataclass(frozen=True, slots=True)
class System:
    """One way to search, and how good it was: over all questions, and over parts of them.

    `groups` begins with `all`; then come `without adversarial`, where that leaves some, and the
    categories.
    """

    name: str
    groups: Mapping[str, Quality]


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """Contexts of one budget: mean tokens used, and the share of evidence cited, by group."""

    budget: int
    tokens: float
    evidence: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """What was measured, and where.

    `memories` is what the server kept of the `turns`: the same said twice is one memory. `latency`
    is that of a search as the client sees it. `contexts` are empty where the server has none.
    """

    server: str
    file: str
    form: str
    model: str
    mode: str
    dialogs: int
    turns: int
    memories: int
    questions: int
    skipped: int
    machine: Machine
    latency: Latency
    systems: Sequence[System]
    contexts: Sequence[BudgetUse]


def to_json(report: RetrievalReport) -> str:
    """The report for programs."""
    return json.dumps(asdict(report), indent=2) + "\n"


def render(report: RetrievalReport) -> str:
    """The report for people."""
    return "\n".join(_lines(report))


def _lines(report: RetrievalReport) -> Iterator[str]:
    machine = report.machine
    yield (
        f"memsvc {report.server}, mode {report.mode}, baselines with {report.model}; "
        f"{machine.date}; {machine.cpu}, {machine.cores} cores"
    )
    yield (
        f"{report.file} ({report.form}): {report.dialogs} dialogs, {report.turns} turns kept as "
        f"{report.memories} memories, {report.questions} questions; {report.skipped} without "
        "evidence skipped"
    )
    latency = report.latency
    yield (
        f"a search took {latency.p50_ms:.1f} ms (p50), {latency.p95_ms:.1f} ms (p95), one client"
    )
    yield ""
    for group in (ALL, ANSWERABLE):
        if group in report.systems[0].groups:
            yield from _qualities(report.systems, group)
    yield from _categories(report.systems)
    yield from _budgets(report.contexts)


def _qualities(systems: Sequence[System], group: str) -> Iterator[str]:
    heads = (
        f"{group} ({systems[0].groups[group].questions})",
        *(f"R@{depth}" for depth in DEPTHS),
        *(f"all@{depth}" for depth in DEPTHS),
        "NDCG@10",
        "MRR",
    )
    yield from table([heads, *(_row(system.name, system.groups[group]) for system in systems)])


def _row(name: str, quality: Quality) -> Sequence[str]:
    values = (
        *quality.recall.values(),
        *quality.all_evidence.values(),
        quality.ndcg_10,
        quality.mrr,
    )
    return (name, *(f"{value:.3f}" for value in values))


def categories(system: System) -> list[str]:
    """The groups that are categories."""
    return [group for group in system.groups if group not in (ALL, ANSWERABLE)]


def _categories(systems: Sequence[System]) -> Iterator[str]:
    names = categories(systems[0])
    counts = (f"{name} ({systems[0].groups[name].questions})" for name in names)
    rows = [
        (
            system.name,
            *(f"{system.groups[name].recall[CATEGORY_DEPTH]:.3f}" for name in names),
        )
        for system in systems
    ]
    yield from table([(f"R@{CATEGORY_DEPTH}", *counts), *rows])


def _budgets(contexts: Sequence[BudgetUse]) -> Iterator[str]:
    if not contexts:
        yield "contexts within a token budget: left out, this server has no such route"
        return
    groups = list(contexts[0].evidence)
    rows = [
        (str(one.budget), f"{one.tokens:.0f}", *(f"{one.evidence[group]:.3f}" for group in groups))
        for one in contexts
    ]
    yield from table([("evidence cited, token budget", "used", *groups), *rows])
