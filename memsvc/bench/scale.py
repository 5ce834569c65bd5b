"""How a service grows: one agent with ever more memories, and many agents with few.

Servers of our own with vectors made by hashing words, since embedding a million texts would take
an hour and changes nothing here: the index holds as many vectors of the same length either way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from memsvc.bench.figures import Check
from memsvc.bench.findings import Plot, Shown, Table
from memsvc.bench.grown import Size, measure_size
from memsvc.bench.machine import Machine, this_machine
from memsvc.bench.many import Many, measure_many

# Bars of docs/benchmarks.md, of an agent of so many memories at most.
LARGE, SEARCH_MS, FIRST_S = 100_000, 20.0, 5.0
HUGE, HUGE_SEARCH_MS = 1_000_000, 60.0
BYTES = 2_600.0
"""Resident memory of each, from LARGE on: in smaller agents that of the libraries weighs more."""
ADD_MS = 2_000.0
COLD = 3.0
"""A search of one of many agents, in searches of one that is asked again and again."""


@dataclass(frozen=True, slots=True)
class ScaleOptions:
    """`sizes` of one agent, each in a service of its own; `agents` of `memories_each`, 0: none."""

    sizes: Sequence[int] = (1_000, 10_000, 100_000)
    agents: int = 0
    memories_each: int = 100
    index_budget_mb: int = 2048
    seed: int = 1
    out: Path | None = None
    plot: Path | None = None


@dataclass(frozen=True, slots=True)
class ScaleReport:
    """What was measured, and where."""

    machine: Machine
    sizes: Sequence[Size]
    many: Many | None


def run(options: ScaleOptions, progress: Callable[[str], None] = lambda _line: None) -> ScaleReport:
    """Measure each size in turn; writes `out` as JSON and draws `plot`.

    Raises LoadFailed, before anything is measured when the plot cannot be drawn.
    """
    draw = _pen() if options.plot is not None else None
    sizes = []
    for memories in options.sizes:
        sizes.append(measure_size(memories, options.index_budget_mb, options.seed, progress))
        progress(rendered(sizes[-1]))
    many = None
    if options.agents:
        many = measure_many(
            options.agents, options.memories_each, options.index_budget_mb, options.seed, progress
        )
    report = ScaleReport(this_machine(), sizes, many)
    if options.out is not None:
        options.out.write_text(json.dumps(asdict(report), indent=2) + "\n")
    if draw is not None and options.plot is not None:
        draw(sizes, options.plot)
    return report


def _pen() -> Callable[[Sequence[Size], Path], None]:
    # It may be missing, which is better said now than in an hour.
    from memsvc.bench.grown_plot import drawn  # noqa: PLC0415

    return drawn


def rendered(figures: Size | Many) -> str:
    """One line of name=figure."""
    return "  ".join(f"{name}={value}" for name, value in _rounded(figures).items())


def shown(report: ScaleReport) -> Shown:
    """The report in the form of all benchmarks."""
    checks = [check for size in report.sizes for check in _size_checks(size)]
    tables = []
    if report.sizes:
        names = [f"{one.memories:,}" for one in report.sizes]
        held = [_rounded(one) for one in report.sizes]
        rows = tuple((told, *(one[name] for one in held)) for name, told in SIZE_ROWS.items())
        tables.append(Table("One agent", ("memories in it", *names), rows))
    if report.many is not None:
        checks += _many_checks(report.many)
        one = _rounded(report.many)
        rows = tuple((told, one[name]) for name, told in MANY_ROWS.items())
        tables.append(Table("Many agents, asked at random", ("", ""), rows))
    return Shown("Scale", tables=tuple(tables), checks=tuple(checks))


SIZE_ROWS = {
    "fill_per_s": "filled, memories a second",
    "search_p50": "search p50, ms",
    "search_p99": "search p99, ms",
    "add_p50": "add p50, ms",
    "add_p99": "add p99, ms",
    "add_beside_purges_p99": "add p99 beside deletions and purges, ms",
    "purges": "purges meanwhile",
    "cold_start_s": "start until ready, s",
    "first_search_s": "first search after a start, s",
    "rss_bytes_per_memory": "resident memory of each, bytes",
}
MANY_ROWS = {
    "agents": "agents",
    "memories_each": "memories in each",
    "index_budget_mb": "budget of indexes, MB",
    "empty_mb": "the empty process, MB",
    "grown_mb": "it grows by, MB",
    "search_p50": "search p50, ms",
    "search_p99": "search p99, ms",
    "warm_p50": "the same agent again and again, p50, ms",
}


def _rounded(figures: Size | Many) -> dict[str, str]:
    shown = {name: round(value, 2) for name, value in asdict(figures).items()}
    return {name: f"{value:,}" for name, value in shown.items()}


def _size_checks(size: Size) -> Iterator[Check]:
    who = f"{size.memories:,} memories"
    if size.memories <= HUGE:
        bar = SEARCH_MS if size.memories <= LARGE else HUGE_SEARCH_MS
        yield Check.of(f"search p50, {who}", "at most", bar, [size.search_p50], "ms")
        adds = [("add p99", size.add_p99), ("add p99 beside purges", size.add_beside_purges_p99)]
        for what, taken in adds:
            yield Check.of(f"{what}, {who}", "at most", ADD_MS, [taken], "ms")
    if size.memories <= LARGE:
        first = [size.first_search_s]
        yield Check.of(f"first search after a start, {who}", "at most", FIRST_S, first, "s")
    if size.memories >= LARGE:
        held = [size.rss_bytes_per_memory]
        yield Check.of(f"resident memory of each, {who}", "at most", BYTES, held, "B")


def _many_checks(many: Many) -> list[Check]:
    who, budget = f"{many.agents:,} agents", float(many.index_budget_mb)
    cold = many.search_p50 / many.warm_p50
    return [
        Check.of(f"search p50 / of one warm agent, {who}", "at most", COLD, [cold]),
        Check.of(f"the process grows by, {who}", "at most", budget, [many.grown_mb], "MB"),
    ]


def plots(report: ScaleReport) -> tuple[Plot, ...]:
    """The sizes; raises LoadFailed without matplotlib."""
    from memsvc.bench.grown_plot import pictured  # noqa: PLC0415 - it may be missing
    from memsvc.bench.plot import plot_of  # noqa: PLC0415 - the same

    if not report.sizes:
        return ()
    title = "Latencies, first search and resident memory, by the number of memories in one agent"
    return (plot_of(pictured(report.sizes), title),)
