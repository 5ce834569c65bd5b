"""A figure of how a service grows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from memsvc.bench.client import LoadFailed
from memsvc.bench.grown import Size

try:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
except ImportError as error:
    raise LoadFailed("the plot needs matplotlib: pip install 'memsvc[bench]'") from error

__all__ = ["INCHES", "Axes", "Figure", "drawn", "saved"]

INCHES = (10.0, 7.0)


def drawn(sizes: Sequence[Size], path: Path) -> None:
    """Draw latencies, cold start and memory against the number of memories.

    The ending of `path` chooses the format. Raises LoadFailed for one there is none of.
    """
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
    saved(figure, path)


def saved(figure: Figure, path: Path) -> None:
    """Write a figure; raises LoadFailed where that cannot be."""
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:
        raise LoadFailed(f"{path} cannot be written: {error}") from error


def _lines(pane: Axes, title: str, x: Sequence[int], lines: dict[str, list[float]]) -> None:
    for name, values in lines.items():
        pane.plot(x, values, marker="o", label=name)
    pane.set(title=title, xscale="log", xlabel="memories")
    pane.set_ylim(bottom=0)
    pane.grid(visible=True, alpha=0.3)
    if len(lines) > 1:
        pane.legend()
