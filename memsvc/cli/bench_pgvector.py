"""Command: an index in PostgreSQL beside exact search and the index in RAM."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memsvc.cli.measuring import ReportFile, measuring
from memsvc.cli.terminal import say


def bench_pgvector(
    context: typer.Context,
    memories: Annotated[int, typer.Option(min=1000, help="Memories of the agent.")] = 100_000,
    questions: Annotated[int, typer.Option(min=1, help="Questions under each filter.")] = 200,
    words: Annotated[
        bool, typer.Option(help="Whether words can be looked for in the database.")
    ] = True,
    in_ram: Annotated[bool, typer.Option(help="Whether the index in RAM is measured, too.")] = True,
    database_url: Annotated[
        str,
        typer.Option(help="An empty database for it; none: a server of its own."),
    ] = "",
    out: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    report: ReportFile = None,
) -> None:
    """Measure recall, latency, build time and size of an index in PostgreSQL."""
    from memsvc.bench.pgvector import PgvectorOptions, plots, rendered, run, shown

    options = PgvectorOptions(
        memories=memories,
        questions=questions,
        words_shown=words,
        in_ram=in_ram,
        database_url=database_url,
        out=out,
    )
    with measuring(context, report) as bench:
        found = run(options, say)
        bench.tell(rendered(found), shown(found), lambda: plots(found))
