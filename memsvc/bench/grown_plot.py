"""A figure of how a service grows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from memsvc.bench.grown import Size
from memsvc.bench.plot import INCHES, Axes, Figure, in_thousands, saved, styled

__all__ = ["drawn", "pictured"]


def drawn(sizes: Sequence[Size], path: Path) -> None:
    """Draw into a file, whose ending chooses the format; raises LoadFailed for none there is."""
    saved(pictured(sizes), path)


@styled()
def pictured(sizes: Sequence[Size]) -> Figure:
    """Latencies, cold start and memory against the number of memories."""
    figure = Figure(figsize=INCHES, layout="constrained")
    panes = figure.subplots(2, 2)
    memories = [one.memories for one in sizes]
    _lines(
        panes[0, 0],
        "Search, ms",
        memories,
        {"p50": [one.search_p50 for one in sizes], "p99": [one.search_p99 for one in sizes]},
    )
    _lines(
        panes[0, 1],
        "Add one, ms",
        memories,
        {
            "p50": [one.add_p50 for one in sizes],
            "p99": [one.add_p99 for one in sizes],
            "p99 beside purges": [one.add_beside_purges_p99 for one in sizes],
        },
    )
    _lines(
        panes[1, 0],
        "First search after a start, s",
        memories,
        {"first search": [one.first_search_s for one in sizes]},
    )
    _lines(
        panes[1, 1],
        "Resident memory of each, KB",
        memories,
        {"bytes / 1000": [one.rss_bytes_per_memory / 1000 for one in sizes]},
    )
    figure.suptitle("One agent, by its number of memories")
    return figure


def _lines(pane: Axes, title: str, x: Sequence[int], lines: dict[str, list[float]]) -> None:
    for name, values in lines.items():
        pane.plot(x, values, marker="o", label=name)
    pane.set(title=title, xlabel="memories")
    in_thousands(pane, x)
    pane.set_ylim(bottom=0)
    pane.grid(visible=True, alpha=0.3)
    if len(lines) > 1:
        pane.legend()
