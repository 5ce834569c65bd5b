"""A figure of handbooks: what they retire and when, what they miss, and what they say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from memsvc.bench.handbook.measure import KINDS, PARTS, Told, World
from memsvc.bench.handbook.population import FIXED
from memsvc.bench.plot import BLUE, GREEN, GREY, INCHES, INK, RED, Axes, Figure, saved, styled

STYLES = "-", "--", ":"
"""One for each setting."""
COLOURS = {"harmful": RED, "useless": GREY, "useful": GREEN}


def drawn(found: Mapping[str, Sequence[World]], tasks: int, path: Path) -> None:
    """Draw into a file, whose ending chooses the format; raises LoadFailed for none there is."""
    saved(pictured(found, tasks), path)


@styled()
def pictured(found: Mapping[str, Sequence[World]], tasks: int) -> Figure:
    """Retirements, regret, and the intervals of the first setting's seeds."""
    figure = Figure(figsize=INCHES, layout="constrained")
    panes = figure.subplots(2, 2)
    _retired(panes[0, 0], found, tasks)
    _regret(panes[0, 1], found, tasks)
    first = found[FIXED.name]
    _intervals(panes[1, 0], "Lift, share of tasks", [one.lift for one in first])
    _intervals(panes[1, 1], "Net saving a task, $", [one.saving for one in first])
    figure.suptitle(f"Handbooks of {sum(first[0].behaviors.values())} behaviors, known effects")
    return figure


def _retired(pane: Axes, found: Mapping[str, Sequence[World]], tasks: int) -> None:
    for style, (name, worlds) in zip(STYLES, found.items(), strict=True):
        for kind in KINDS.values():
            when = np.sort([at for one in worlds for at in one.retired[kind]])
            whole = sum(one.behaviors[kind] for one in worlds)
            share = np.arange(1, len(when) + 1) / max(whole, 1)
            pane.step(
                [0, *when, tasks],
                [0.0, *share, share[-1] if len(share) else 0.0],
                style,
                where="post",
                color=COLOURS[kind],
                label=kind if name == FIXED.name else None,
            )
    pane.set(title="Retired", xlabel="tasks", ylabel="share of each kind", ylim=(0, 1))
    pane.grid(visible=True, alpha=0.3)
    pane.legend()


def _regret(pane: Axes, found: Mapping[str, Sequence[World]], tasks: int) -> None:
    middle = (np.arange(PARTS) + 0.5) * tasks / PARTS
    for style, (name, worlds) in zip(STYLES, found.items(), strict=True):
        pane.plot(middle, np.mean([one.regret for one in worlds], axis=0), style, label=name)
    pane.set(title="Success missed against the best offer", xlabel="tasks", ylabel="share of tasks")
    pane.set_ylim(bottom=0)
    pane.grid(visible=True, alpha=0.3)
    pane.legend()


def _intervals(pane: Axes, title: str, told: Sequence[Told]) -> None:
    order = sorted(told, key=lambda one: one.truth)
    places = np.arange(len(order))
    for holds, colour in ((True, BLUE), (False, RED)):
        at = [place for place, one in enumerate(order) if one.said.holds(one.truth) is holds]
        pane.vlines(
            places[at],
            [order[place].said.low for place in at],
            [order[place].said.high for place in at],
            color=colour,
            label="95 % interval" if holds else "misses the truth",
        )
    pane.plot(places, [one.truth for one in order], ".", color=INK, markersize=3, label="truth")
    pane.set(title=title, xlabel="seeds, by the truth")
    pane.grid(visible=True, alpha=0.3)
    pane.legend(fontsize="small")
