"""The command `bench replicas`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer

from memsvc.cli.measuring import ReportFile, measuring
from memsvc.cli.terminal import say


def bench_replicas(
    context: typer.Context,
    minutes: Annotated[float, typer.Option(min=0.05, help="How long the storms last.")] = 30.0,
    clients: Annotated[int, typer.Option(min=1, help="Clients at work meanwhile.")] = 4,
    seed: Annotated[int | None, typer.Option(help="For the same chances again.")] = None,
    calm: Annotated[float, typer.Option(min=0, help="Mean seconds between two storms.")] = 8.0,
    database_url: Annotated[
        str,
        typer.Option(
            help="An empty PostgreSQL database, which is left alone; none: a server of its own, "
            "which is killed as well.",
        ),
    ] = "",
    out: Annotated[Path | None, typer.Option(help="Write the figures as JSON here.")] = None,
    report: ReportFile = None,
) -> None:
    """Soak three replicas behind HAProxy: mixed load while they and their database are killed."""
    from memsvc.bench.replicas.report import render, shown, to_json
    from memsvc.bench.replicas.soak import SoakOptions, run

    options = SoakOptions(minutes, clients, database_url, seed, calm_s=calm)
    with measuring(context, report) as bench:
        found = run(options, say)
        if out is not None:
            out.write_bytes(orjson.dumps(to_json(found), option=orjson.OPT_INDENT_2))
        bench.tell(render(found), shown(found))
