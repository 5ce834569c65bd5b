"""The figures of knowledge updates, in the form of all benchmarks.

Bars stand where an error would harm: what was said last must hold, and nothing else may end it.
How many rewordings are understood has none; the more the better.
"""

from __future__ import annotations

from collections.abc import Iterator

from memsvc.bench.figures import Check
from memsvc.bench.findings import Plot, Shown, Table
from memsvc.bench.updates.measure import Found, UpdatesReport

HEADS = ("new value in", "questions", "current first", "stale in top 5", "stale first", "controls")


def shown(report: UpdatesReport) -> Shown:
    """All but the words of the corpus."""
    tables = [Table("Shares of questions", HEADS, tuple(map(_row, report.found)))]
    if report.alike:
        heads = ("pairs that look alike", "pairs", "ended", "disputed")
        tables.append(Table("What is taken for an update and is none", heads, _alike(report)))
    return Shown(
        "Updates",
        tables=tuple(tables),
        checks=(
            Check.of(
                "one slot rewritten, the last value first",
                "at least", 100.0, [100.0 * report.rewritten], "%",
            ),
            Check.of(
                "other slots untouched", "at least", 100.0, [100.0 * report.untouched], "%"
            ),
            Check.of(
                "statements of the user ended by grafted lies",
                "at most", 0, [report.overwritten], "",
            ),
        ),
        notes=tuple(_notes(report)),
    )  # fmt: skip


def _row(one: Found) -> tuple[str, ...]:
    shares = (one.current, one.stale, one.stale_first, one.controls)
    return (_name(one), str(one.asked), *(f"{share:.3f}" for share in shares))


def _name(one: Found) -> str:
    return f"{one.wording}, asked by {one.question}"


def _alike(report: UpdatesReport) -> tuple[tuple[str, ...], ...]:
    counts: dict[str, tuple[int, ...]] = {
        family: (count, report.ended[family], report.disputed[family])
        for family, count in sorted(report.alike.items())
    }
    counts["all"] = tuple(map(sum, zip(*counts.values(), strict=True)))
    return tuple((family, *map(str, each)) for family, each in counts.items())


def _notes(report: UpdatesReport) -> Iterator[str]:
    yield f"10 lies grafted among 1,000 statements: {report.grafted} in the top ten."
    checked, unchecked = report.write_ms
    yield (
        f"Write p50 {checked:.2f} ms with the check, {unchecked:.2f} ms without, "
        f"{checked / unchecked:.2f} times."
    )
    facts = report.extracted
    if facts is not None:
        yield (
            f"Facts out of {facts.turns} turns: precision {facts.precision:.3f}, "
            f"recall {facts.recall:.3f}, {facts.turn_us:.0f} µs a turn."
        )


def plots(report: UpdatesReport) -> tuple[Plot, ...]:
    """Current and stale values, by wording; raises LoadFailed without matplotlib."""
    from memsvc.bench.plot import bars, plot_of  # noqa: PLC0415 - it may be missing

    series = {
        "current first": {_name(one): one.current for one in report.found},
        "stale in top 5": {_name(one): one.stale for one in report.found},
    }
    figure = bars("What is true now, and what was", "share of questions", series)
    return (plot_of(figure, "Shares of questions answered by the current and the former value"),)
