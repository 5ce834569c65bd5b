"""The result of a load benchmark, as a table for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson

from memsvc.bench.figures import Check, Figure
from memsvc.bench.machine import Machine, Memory

COLUMNS = (
    "", "clients", "median/s", "least", "most", "p50 ms", "p95 ms", "p99 ms", "requests",
    "client CPU ms",
)  # fmt: skip

# Beyond this share the libraries' own thread pools fall behind and the ratios flatter the service.
MOST_OTHERS = 0.15


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


def render(report: Report) -> str:
    """The report for people."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    machine = report.machine
    yield (
        f"memsvc {report.server}, {report.model or 'raw model not measured'}; {machine.date}; "
        f"{machine.cpu}, {machine.cores} cores, load {machine.load_average} at the start"
    )
    yield (
        f"{report.memories} memories in the searched agent, filled at "
        f"{report.fill_per_second:.0f} texts/s; {report.rounds} rounds of {report.seconds:g} s a "
        f"measurement, raw and served in turn; every text and query new (seed {report.seed})"
    )
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
    yield ""
    heads = ("median (least to most of the rounds)", "", "bar", "")
    yield from table([heads, *map(_verdict, report.checks)])


def _row(figure: Figure) -> Sequence[str]:
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


def _verdict(check: Check) -> Sequence[str]:
    value = check.value
    rounds = f" ({value.least:.2f} to {value.most:.2f})" if value.least != value.most else ""
    return (
        check.what,
        f"{value.median:.2f}{rounds} {check.unit}",
        f"{check.sense} {check.bar:g} {check.unit}",
        "pass" if check.passed else "MISS",
    )


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as their widest cell, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *others = zip(row, widths, strict=True)
        cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        yield "  ".join(cells).rstrip()
    yield ""
