"""Command: what statistics cost of a large service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memsvc.cli.measuring import ReportFile, measuring
from memsvc.cli.terminal import say


def bench_stats(
    context: typer.Context,
    memories: Annotated[int, typer.Option(min=1, help="Memories in all.")] = 1_000_000,
    agents: Annotated[int, typer.Option(min=1, help="Agents that have them.")] = 10_000,
    requests: Annotated[int, typer.Option(min=1, help="How often each route is asked.")] = 300,
    database_url: Annotated[str, typer.Option(help="An empty database; none: SQLite.")] = "",
    out: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    report: ReportFile = None,
) -> None:
    """Measure the routes of statistics over a large database, and recount it."""
    from memsvc.bench.stats import StatsOptions, plots, render, run, shown

    options = StatsOptions(memories, agents, requests, database_url=database_url, out=out)
    with measuring(context, report) as bench:
        found = run(options, say)
        bench.tell(render(found), shown(found), lambda: plots(found))
