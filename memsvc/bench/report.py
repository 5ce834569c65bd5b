"""The result of a load benchmark, as a table for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson

from memsvc.bench.figures import Check, Figure
from memsvc.bench.findings import Plot, Shown, Table
from memsvc.bench.machine import MOST_OTHERS, Machine, Memory

COLUMNS = (
    "", "clients", "median/s", "least", "most", "p50 ms", "p95 ms", "p99 ms", "requests",
    "client CPU ms",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was measured, and where.

    `agent` is the searched one. `others` is the share of all cores that other programs used,
    seen in the pauses.
    """

    server: str
    agent: str
    model: str | None
    seed: int
    memories: int
    rounds: int
    seconds: float
    fill_per_second: float
    machine: Machine
    others: float | None
    memory: dict[str, Memory]
    raw: list[Figure]
    served: list[Figure]
    checks: list[Check]

    @property
    def passed(self) -> bool:
        """Whether every figure with a bar keeps to it."""
        return all(check.passed for check in self.checks)


def to_json(report: Report) -> bytes:
    """The report for programs."""
    return orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def shown(report: Report) -> Shown:
    """The report in the form of all benchmarks."""
    memory = tuple(
        (when, *(f"{megabytes:.0f}" for megabytes in (one.resident, one.mapped, one.peak)))
        for when, one in report.memory.items()
    )
    heads = ("the server", "resident, MB", "of it mapped files, MB", "peak, MB")
    figures = tuple(map(_row, (*report.raw, *report.served)))
    return Shown(
        "Load",
        tables=(
            Table("How fast", ("what (unit)", *COLUMNS[1:]), figures),
            *([Table("Memory", heads, memory)] if memory else []),
        ),
        checks=tuple(report.checks),
        notes=(_amount(report),),
        others=report.others,
    )


def plots(report: Report) -> tuple[Plot, ...]:
    """How much a second, and how long each waits; raises LoadFailed without matplotlib."""
    from memsvc.bench.plot import bars, plot_of  # noqa: PLC0415 - it may be missing

    measured = {_name(one): one for one in (*report.raw, *report.served)}
    speed = {name: one.per_second.median for name, one in measured.items()}
    waits = {
        "p50": {name: one.latency.p50_ms for name, one in measured.items() if one.latency},
        "p99": {name: one.latency.p99_ms for name, one in measured.items() if one.latency},
    }
    return (
        plot_of(bars("Searches or texts a second, median", "a second", {"": speed}), "Throughput"),
        plot_of(
            bars("Latency of a request", "ms", waits, log=True),
            "Latency of requests, in milliseconds",
        ),
    )


def _name(figure: Figure) -> str:
    many = "" if figure.clients == 1 else f", {figure.clients} clients"
    return f"{figure.what}{many}"


def render(report: Report) -> str:
    """The report for people."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    machine = report.machine
    yield (
        f"memsvc {report.server}, {report.model or 'raw model not measured'}; {machine.date}; "
        f"{machine.cpu}, {machine.cores} cores, load {machine.load_average} at the start"
    )
    yield _amount(report)
    if report.others is not None:
        trust = ": TOO BUSY TO JUDGE, run it again" if report.others > MOST_OTHERS else ""
        yield f"other programs used {report.others:.0%} of the cores{trust}"
    yield ""
    yield from table([COLUMNS, *map(_row, (*report.raw, *report.served))])
    for when, memory in report.memory.items():
        yield (
            f"memory {when}: {memory.resident:.0f} MB resident ({memory.mapped:.0f} of them "
            f"mapped files), peak {memory.peak:.0f} MB"
        )


def _amount(report: Report) -> str:
    return (
        f"{report.memories} memories in the searched agent, filled at "
        f"{report.fill_per_second:.0f} texts/s; {report.rounds} rounds of {report.seconds:g} s a "
        f"measurement, raw and served in turn; every text and query new (seed {report.seed})"
    )


def _row(figure: Figure) -> tuple[str, ...]:
    latency, speed, cpu = figure.latency, figure.per_second, figure.client_cpu_ms
    times = (latency.p50_ms, latency.p95_ms, latency.p99_ms) if latency else ()
    return (
        f"{figure.what} ({figure.unit})",
        str(figure.clients),
        *(f"{value:.1f}" for value in (speed.median, speed.least, speed.most)),
        *([f"{value:.2f}" for value in times] or [""] * 3),
        str(figure.requests or ""),
        "" if cpu is None else f"{cpu:.3f}",
    )


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as their widest cell, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *others = zip(row, widths, strict=True)
        cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        yield "  ".join(cells).rstrip()
    yield ""
