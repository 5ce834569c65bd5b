"""Command: handbooks of behaviors whose effects are known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memsvc.cli.measuring import ReportFile, measuring
from memsvc.cli.terminal import say


def bench_handbook(
    context: typer.Context,
    seeds: Annotated[int, typer.Option(min=1, help="Worlds of each setting.")] = 100,
    first: Annotated[int, typer.Option(min=0, help="The first seed.")] = 0,
    tasks: Annotated[int, typer.Option(min=1000, help="Tasks in each world.")] = 20_000,
    processes: Annotated[int, typer.Option(min=1, help="At the same time.")] = 1,
    out: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the figures here, as .svg, .png or .pdf.")
    ] = None,
    report: ReportFile = None,
) -> None:
    """Let handbooks find out which of 200 behaviors help and harm, and compare with the truth."""
    from memsvc.bench.handbook.measure import Options, run
    from memsvc.bench.handbook.report import figures, render, to_json
    from memsvc.bench.handbook.shown import plots, shown

    with measuring(context, report) as bench:
        worlds = run(Options(seeds, first, tasks, processes), say)
        found = {name: figures(of_one) for name, of_one in worlds.items()}
        if out is not None:
            out.write_bytes(to_json(found))
        if plot is not None:
            from memsvc.bench.handbook.plot import drawn

            drawn(worlds, tasks, plot)
        bench.tell(render(found), shown(found), lambda: plots(worlds, tasks))
