"""What is left after forgetting, in the form of all benchmarks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from memsvc.bench.erasure.report import (
    CLOCKS,
    TIMES,
    ErasureReport,
    others_of,
    seconds_of,
    stores_of,
)
from memsvc.bench.erasure.residue import Cell
from memsvc.bench.findings import Plot, Shown, Table


def shown(report: ErasureReport) -> Shown:
    """Residue, other stores, relearning and times."""
    return Shown(
        "Forgetting",
        tables=tuple(_tables(report)),
        checks=tuple(report.checks),
        notes=tuple(_notes(report)),
    )


def _tables(report: ErasureReport) -> Iterator[Table]:
    if report.cells:
        heads = ("tier, database", "canaries", "found before", "after", "told", "must not be")
        yield Table(
            "Canaries in files, logs, backups and answers", heads, tuple(map(_cell, report.cells))
        )
    if report.stores:
        rows = tuple(stores_of(report.stores))
        yield Table("Other stores after deletion", ("store, closed", "texts", "vectors"), rows)
    if report.latencies:
        rows = tuple(map(seconds_of, report.latencies))
        yield Table("Seconds from the request on", ("who among how many", *CLOCKS), rows)
        others = tuple(row for one in report.latencies for row in others_of(one))
        yield Table("What others notice, ms", ("who among how many", *TIMES), others)


def _cell(one: Cell) -> tuple[str, ...]:
    counts = (one.canaries, one.before.total, one.after.total, one.shown, one.left)
    return (f"{one.tier}, {one.database}", *map(str, counts))


def _notes(report: ErasureReport) -> Iterator[str]:
    yield f"Vectors that were looked for: {report.model}."
    told = report.relearning
    if told is not None:
        yield (
            f"{told.turns} turns replayed after the request closed: {_counts(told.replayed)}; "
            f"{told.found} of {told.searches} searches found one."
        )
        if told.readmitted is not None:
            yield f"After the person was readmitted: {_counts(told.readmitted)}."


def _counts(events: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {event}" for event, count in events.items())


def plots(report: ErasureReport) -> tuple[Plot, ...]:
    """Times by the number of others' memories; raises LoadFailed without matplotlib."""
    from memsvc.bench.erasure.plot import pictured  # noqa: PLC0415 - it may be missing
    from memsvc.bench.plot import plot_of  # noqa: PLC0415 - the same

    if not report.latencies:
        return ()
    title = "How long forgetting takes, and how long others wait, by the number of others' memories"
    return (plot_of(pictured(report), title),)
