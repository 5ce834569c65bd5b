"""Command: handbooks of behaviors whose effects are known."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from memsvc.cli.terminal import say


def bench_handbook(
    seeds: Annotated[int, typer.Option(min=1, help="Worlds of each setting.")] = 100,
    first: Annotated[int, typer.Option(min=0, help="The first seed.")] = 0,
    tasks: Annotated[int, typer.Option(min=1000, help="Tasks in each world.")] = 20_000,
    processes: Annotated[int, typer.Option(min=1, help="At the same time.")] = 1,
    out: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the figures here, as .svg, .png or .pdf.")
    ] = None,
) -> None:
    """Let handbooks find out which of 200 behaviors help and harm, and compare with the truth."""
    from memsvc.bench.client import LoadFailed
    from memsvc.bench.handbook.measure import Options, run
    from memsvc.bench.handbook.report import figures, missed, render, to_json

    worlds = run(Options(seeds, first, tasks, processes), say)
    found = {name: figures(of_one) for name, of_one in worlds.items()}
    if out is not None:
        out.write_bytes(to_json(found))
    try:
        if plot is not None:
            from memsvc.bench.handbook.plot import drawn

            drawn(worlds, tasks, plot)
    except LoadFailed as error:
        say(f"memsvc: {error}")
        sys.exit(1)
    typer.echo(render(found))
    sys.exit(1 if missed(found) else 0)
