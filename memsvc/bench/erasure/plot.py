"""A figure of forgetting: how long it takes, and what the others notice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from memsvc.bench.client import LoadFailed
from memsvc.bench.erasure.latency import Forgetting
from memsvc.bench.erasure.report import ErasureReport
from memsvc.bench.plot import (
    INCHES,
    Axes,
    Figure,
    NullFormatter,
    StrMethodFormatter,
    in_thousands,
    saved,
    styled,
)

CLOCKS = ("restricted_s", "erased_s", "purged_s", "verified_s", "rewrite_s")


def drawn(report: ErasureReport, path: Path) -> None:
    """Draw into a file; its ending chooses the format.

    Raises LoadFailed for one there is none of, and where no latencies were measured.
    """
    if not report.latencies:
        raise LoadFailed("the plot shows latencies: measure them, too")
    saved(pictured(report), path)


@styled()
def pictured(report: ErasureReport) -> Figure:
    """The seconds of each clock, and the others' latencies, against the number of others."""
    figure = Figure(figsize=(INCHES[0], INCHES[1] / 1.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    _clocks(left, report.latencies)
    _others(right, report.latencies)
    person = max(one.of_person for one in report.latencies)
    figure.suptitle(f"A person with {person:,} memories forgotten, by the number of others'")
    return figure


def _clocks(pane: Axes, latencies: Sequence[Forgetting]) -> None:
    others = [one.others for one in latencies]
    for name in CLOCKS:
        label = "rewriting survivors" if name == "rewrite_s" else name.removesuffix("_s")
        pane.plot(others, [getattr(one, name) for one in latencies], marker="o", label=label)
    _dressed(pane, "Seconds from the request on", others)


def _others(pane: Axes, latencies: Sequence[Forgetting]) -> None:
    others = [one.others for one in latencies]
    for label, values in {
        "search p99": [one.meanwhile.search_p99 for one in latencies],
        "search p99 before": [one.quiet.search_p99 for one in latencies],
        "write p99": [one.meanwhile.write_p99 for one in latencies],
        "write p99 before": [one.quiet.write_p99 for one in latencies],
    }.items():
        pane.plot(others, values, marker="o", label=label)
    _dressed(pane, "Others meanwhile, ms", others)


def _dressed(pane: Axes, title: str, x: Sequence[int]) -> None:
    pane.set(title=title, xlabel="memories of others", yscale="log")
    in_thousands(pane, x)
    pane.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    pane.yaxis.set_minor_formatter(NullFormatter())
    pane.grid(visible=True, alpha=0.3)
    pane.legend(fontsize="small")
