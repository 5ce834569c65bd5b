"""Drawings of benchmarks, as files and for pages, in colours that read on white and on black."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from memsvc.bench.client import LoadFailed
from memsvc.bench.figures import Latency
from memsvc.bench.findings import Plot

try:
    from matplotlib import rc_context
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import NullFormatter, StrMethodFormatter
except ImportError as error:
    raise LoadFailed("the plot needs matplotlib: pip install 'memsvc[bench]'") from error

__all__ = [
    "BLUE", "GREEN", "GREY", "INCHES", "INK", "RED", "Axes", "Figure", "NullFormatter",
    "StrMethodFormatter",
]  # fmt: skip

INCHES = (10.0, 7.0)
INK = "#1b1f24"
"""Of text and axes; on a page it becomes the colour of the page's text."""
BLUE, ORANGE, GREEN, PURPLE, RED, GREY = (
    "#2f7fc1", "#c8651b", "#2b8f5a", "#9a62c7", "#c74a6b", "#78808a",
)  # fmt: skip
"""Each has a contrast of 3.8 at least to white and to nearly black."""
STYLE: dict[Any, Any] = {
    "axes.prop_cycle": f"cycler('color', {[BLUE, ORANGE, GREEN, PURPLE, RED, GREY]})",
    "axes.facecolor": "none",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": "medium",
    "font.family": "sans-serif",
    "legend.frameon": False,
    "svg.fonttype": "none",
    **dict.fromkeys(
        ("axes.edgecolor", "axes.labelcolor", "text.color", "xtick.color", "ytick.color"), INK
    ),
}
ROW_INCHES = 0.3
"""Height of one bar."""


@contextmanager
def styled() -> Iterator[None]:
    """What is drawn in it has the house's colours; a decorator, too."""
    with rc_context(STYLE):
        yield


def saved(figure: Figure, path: Path) -> None:
    """Write a figure as the ending of `path` says; raises LoadFailed where that cannot be."""
    try:
        with styled():
            figure.savefig(path)
    except (OSError, ValueError) as error:
        raise LoadFailed(f"{path} cannot be written: {error}") from error


def plot_of(figure: Figure, title: str) -> Plot:
    """A figure for a page: one SVG element whose text is text, in the page's own colour."""
    told = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with styled():
        figure.savefig(told, format="svg", transparent=True, metadata=nothing)
    drawing = told.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.DOTALL)
    # Two drawings of one page would have the same: only those that are referred to are unique.
    referred = set(re.findall(r"#([\w-]+)", drawing))
    drawing = re.sub(
        r' id="([^"]+)"', lambda found: found[0] if found[1] in referred else "", drawing
    )
    drawing = drawing.replace(INK, "currentColor")
    label = re.sub(r"[^\w ,.:;()/%-]", " ", title)
    return Plot(title, drawing.replace("<svg", f'<svg role="img" aria-label="{label}"', 1).strip())


@styled()
def bars(
    title: str, unit: str, series: Mapping[str, Mapping[str, float]], *, log: bool = False
) -> Figure:
    """Bars to the right: a group for each name, in it one for each of the series.

    `log` is for values that differ by orders of magnitude.
    """
    names = list(dict.fromkeys(name for one in series.values() for name in one))
    height = 1.6 + ROW_INCHES * len(names) * (len(series) + 0.5)
    figure = Figure(figsize=(INCHES[0], height), layout="constrained")
    pane = figure.subplots()
    thick = 0.8 / len(series)
    for number, (label, values) in enumerate(series.items()):
        places = [at + number * thick for at, name in enumerate(names) if name in values]
        drawn_bars = pane.barh(places, list(values.values()), thick, align="edge", label=label)
        pane.bar_label(drawn_bars, fmt=_shortly, padding=3, fontsize="small")
    pane.set_yticks([at + 0.4 for at in range(len(names))], names)
    pane.invert_yaxis()
    pane.set(title=title, xlabel=unit)
    if log:
        pane.set_xscale("log")
        pane.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    pane.margins(x=0.1)
    pane.grid(visible=True, axis="x", alpha=0.3)
    if len(series) > 1:
        figure.legend(loc="outside lower center", ncols=min(len(series), 4))
    return figure


def latencies(title: str, measured: Mapping[str, Latency]) -> Figure:
    """Bars of p50, p95 and p99, in milliseconds."""
    shares = ("p50", "p95", "p99")
    series = {
        share: {name: getattr(one, f"{share}_ms") for name, one in measured.items()}
        for share in shares
    }
    return bars(title, "ms", series)


def _shortly(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def in_thousands(pane: Axes, x: Sequence[float]) -> None:
    """Logarithmic to the right, with a mark at each of `x`."""
    pane.set_xscale("log")
    pane.set_xticks(x, minor=False)
    pane.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    pane.xaxis.set_minor_formatter(NullFormatter())
