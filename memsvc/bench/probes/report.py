"""What the probes found, as Markdown for people and in the form of all benchmarks."""

from __future__ import annotations

from collections.abc import Iterator

from memsvc.bench.figures import Check
from memsvc.bench.findings import Plot, Shown, Table
from memsvc.bench.probes.measure import ProbeReport, Recall


def render(report: ProbeReport) -> str:
    """The report as Markdown."""
    return "\n".join(_lines(report))


def _lines(report: ProbeReport) -> Iterator[str]:
    machine = report.machine
    yield f"memsvc {report.version}, {machine.date}; {machine.cpu}, {machine.cores} cores"
    yield f"{report.probes} statements told, asked for and probed"
    yield ""
    yield "| | first | in ten | |"
    yield "|---|---|---|---|"
    for row in _rows(report):
        yield f"| {' | '.join(row)} |"
    yield ""
    told = report.dependence
    yield f"recognised: {report.recognition:.3f} (told above look-alikes that were not)"
    yield (
        f"answer in the context: {told.told:.3f} with the memories, {told.erased:.3f} after they "
        f"were erased, {told.never:.3f} where they never were"
    )
    yield "passed" if report.passed else "NOT PASSED"


def shown(report: ProbeReport) -> Shown:
    """The report in the form of all benchmarks."""
    told = report.dependence
    recalled = Table(
        f"Recall of {report.probes:,} statements",
        ("asked", "first", "in ten", ""),
        tuple(_rows(report)),
    )
    hanging = Table(
        "The answer stands in the context of a prompt",
        ("of the agent", "share of questions"),
        (
            ("with the memories", f"{told.told:.3f}"),
            ("after they were erased", f"{told.erased:.3f}"),
            ("that never had them", f"{told.never:.3f}"),
        ),
    )
    check = Check.of("answers: after erasure unlike never told", "at most", 0, [told.unlike], "")
    note = f"Told statements score above look-alikes that were not told: {report.recognition:.3f}."
    return Shown("Probes", (recalled, hanging), (check,), (note,))


def plots(report: ProbeReport) -> tuple[Plot, ...]:
    """The drawing of a report; needs matplotlib."""
    from memsvc.bench.plot import bars, plot_of  # noqa: PLC0415 - it may be missing

    recalls = {name: one for name, one, _ in _recalls(report)}
    series = {
        "first": {name: one.first for name, one in recalls.items()},
        "in ten": {name: one.ten for name, one in recalls.items()},
    }
    return (plot_of(bars("What disturbs recall", "share of questions", series), "Recall"),)


def _rows(report: ProbeReport) -> Iterator[tuple[str, ...]]:
    for name, one, note in _recalls(report):
        yield name, f"{one.first:.3f}", f"{one.ten:.3f}", note


def _recalls(report: ProbeReport) -> Iterator[tuple[str, Recall, str]]:
    yield "recall on a cue, nothing else told", report.alone, ""
    for name, one in (("others", report.unlike), ("look-alikes", report.alike)):
        yield f"kept after twice as many {name}", one.recall, f"displaced {one.displaced:.3f}"
    for kind, found in report.noise.items():
        yield f"question with {kind}", found.recall, f"same page {found.overlap:.3f}"
    yield "beside facts and behaviors of the same", report.beside, ""
    yield "the same, within its kind", report.within, ""
