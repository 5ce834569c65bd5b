"""A figure of how well systems find what was said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from memsvc.bench.plot import INCHES, Axes, Figure, saved, styled
from memsvc.bench.retrieval.report import (
    ALL,
    ANSWERABLE,
    CATEGORY_DEPTH,
    BudgetUse,
    RetrievalReport,
    System,
    categories,
)

SHARE = (0.0, 1.0)


def drawn(report: RetrievalReport, path: Path) -> None:
    """Draw into a file, whose ending chooses the format; raises LoadFailed for none there is."""
    saved(pictured(report), path)


@styled()
def pictured(report: RetrievalReport) -> Figure:
    """Recall by depth and by category, and the evidence within a token budget."""
    figure = Figure(figsize=INCHES, layout="constrained")
    right = "budgets" if report.contexts else "curves"
    panes = figure.subplot_mosaic([["curves", right], ["bars", "bars"]])
    _curves(panes["curves"], report.systems)
    _bars(panes["bars"], report.systems)
    if report.contexts:
        _budgets(panes["budgets"], report.contexts)
    systems = panes["curves"].get_legend_handles_labels()
    figure.legend(*systems, loc="outside lower center", ncols=3)
    figure.suptitle(f"{report.form}: {report.questions} questions, {report.turns} turns")
    return figure


def _curves(pane: Axes, systems: Sequence[System]) -> None:
    for system in systems:
        recall = system.groups[ALL].recall
        pane.plot(list(recall), list(recall.values()), marker="o", label=system.name)
    pane.set(title="Recall of evidence by depth", xlabel="results", ylabel="share", ylim=SHARE)
    pane.set_xticks(list(systems[0].groups[ALL].recall))
    pane.grid(visible=True, alpha=0.3)


def _bars(pane: Axes, systems: Sequence[System]) -> None:
    names = categories(systems[0])
    width = 0.8 / len(systems)
    for number, system in enumerate(systems):
        places = [place + number * width for place in range(len(names))]
        heights = [system.groups[name].recall[CATEGORY_DEPTH] for name in names]
        pane.bar(places, heights, width, align="edge", label=system.name)
    counts = [f"{name} ({systems[0].groups[name].questions})" for name in names]
    pane.set_xticks([place + 0.4 for place in range(len(names))], counts)
    pane.set(title=f"Recall@{CATEGORY_DEPTH} by category (questions)", ylabel="share", ylim=SHARE)
    pane.grid(visible=True, axis="y", alpha=0.3)


def _budgets(pane: Axes, contexts: Sequence[BudgetUse]) -> None:
    for group in (ALL, ANSWERABLE):
        if group in contexts[0].evidence:
            cited = [one.evidence[group] for one in contexts]
            pane.plot([one.budget for one in contexts], cited, marker="o", label=group)
    pane.set(title="Evidence cited in a context", xlabel="token budget", ylabel="share", ylim=SHARE)
    pane.set_xticks([one.budget for one in contexts])
    pane.grid(visible=True, alpha=0.3)
    pane.legend()
