"""Command: what an offer of behaviors costs beside a search."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memsvc.cli.measuring import ReportFile, measuring
from memsvc.cli.terminal import DataDir, say, settings_with


def bench_offers(
    context: typer.Context,
    behaviors: Annotated[int, typer.Option(min=1, help="Active behaviors of the agent.")] = 2_000,
    memories: Annotated[int, typer.Option(min=0, help="Its other memories.")] = 500,
    outcomes: Annotated[int, typer.Option(min=0, help="Outcomes told before.")] = 400,
    pairs: Annotated[int, typer.Option(min=1, help="Searches and offers, in turn.")] = 300,
    database_url: Annotated[str, typer.Option(help="An empty database; none: SQLite.")] = "",
    data_dir: DataDir = None,
    out: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    report: ReportFile = None,
) -> None:
    """Measure offers of behaviors beside searches of the same agent, on a server of its own."""
    from memsvc.bench.offers import OfferOptions, plots, render, run, shown

    settings = settings_with(data_dir=data_dir)
    embedding = settings.embedding
    options = OfferOptions(
        models=embedding.model_dir or settings.data_dir / "models",
        model=embedding.model,
        backend=embedding.backend.value,
        behaviors=behaviors,
        memories=memories,
        outcomes=outcomes,
        pairs=pairs,
        database_url=database_url,
        out=out,
    )
    with measuring(context, report) as bench:
        found = run(options, say)
        bench.tell(render(found), shown(found), lambda: plots(found))
