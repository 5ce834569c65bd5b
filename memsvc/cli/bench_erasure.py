"""Command: what is left after forgetting."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memsvc.cli.measuring import ReportFile, measuring
from memsvc.cli.terminal import DataDir, say, settings_with


def bench_erasure(
    context: typer.Context,
    parts: Annotated[
        str, typer.Option(help="What to measure, with commas.")
    ] = "residue,others,relearning,latency",
    full: Annotated[
        bool, typer.Option("--full", help="The figures of docs/benchmarks.md.")
    ] = False,
    sizes: Annotated[
        str, typer.Option(help="Memories of others and of the forgotten, as 100000:10000,...")
    ] = "",
    database_url: Annotated[
        str,
        typer.Option(
            help="A PostgreSQL server whose role may create databases; none: SQLite alone.",
        ),
    ] = "",
    stores_python: Annotated[
        str, typer.Option(help="An interpreter that has other stores; none: this one.")
    ] = "",
    index_budget_mb: Annotated[int, typer.Option(help="RAM for indexes.")] = 4096,
    data_dir: DataDir = None,
    out: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the latencies here, as .svg, .png or .pdf.")
    ] = None,
    report: ReportFile = None,
) -> None:
    """Look for what is left after forgetting, here and in other stores, and time it."""
    wanted = _wanted(parts)
    settings = settings_with(data_dir=data_dir)
    embedding = settings.embedding
    with measuring(context, report) as bench:
        from memsvc.bench.erasure.measure import ErasureOptions, render, run, sizes_of
        from memsvc.bench.erasure.shown import plots, shown

        options = ErasureOptions(
            models=embedding.model_dir or settings.data_dir / "models",
            parts=wanted,
            full=full,
            sizes=sizes_of(sizes),
            database_url=database_url,
            backend=embedding.backend.value,
            model=embedding.model,
            python=stores_python,
            index_budget_mb=index_budget_mb,
            out=out,
            plot=plot,
        )
        found = run(options, say)
        bench.tell(render(found), shown(found), lambda: plots(found))


def _wanted(told: str) -> list[str]:
    """The parts that were asked for; one that there is not, or none, is refused."""
    from memsvc.bench.erasure.measure import PARTS

    wanted = [one.strip() for one in told.split(",") if one.strip()]
    unknown = sorted(set(wanted) - set(PARTS))
    if unknown:
        raise typer.BadParameter(
            f"there is no part {', '.join(unknown)}; there are {', '.join(PARTS)}"
        )
    if not wanted:
        raise typer.BadParameter(f"name a part; there are {', '.join(PARTS)}")
    return wanted
