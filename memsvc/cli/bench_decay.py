"""Command: policies of decay, compared."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memsvc.cli.measuring import ReportFile, measuring
from memsvc.cli.terminal import DataDir, say, settings_with

if TYPE_CHECKING:
    from memsvc.bench.decay.log import Event


def bench_decay(
    context: typer.Context,
    log: Annotated[
        Path | None, typer.Option(help="What became of memories, as JSON lines; none: made up.")
    ] = None,
    stored: Annotated[
        bool, typer.Option("--stored", help="The feedback that lies in the database instead.")
    ] = False,
    data_dir: DataDir = None,
    database_url: Annotated[
        str | None, typer.Option(help="The database, with --stored; none: that of the settings.")
    ] = None,
    horizon_days: Annotated[float, typer.Option(min=0.01, help="Used again within that.")] = 7.0,
    memories: Annotated[int, typer.Option(min=10, help="Memories that are made up.")] = 2000,
    seed: Annotated[int, typer.Option(help="For another log that is made up.")] = 0,
    out: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    report: ReportFile = None,
) -> None:
    """Compare how well policies of decay foretell which memories are used again."""
    from memsvc.bench.decay import log as logs
    from memsvc.bench.decay.measure import render, run, write_report
    from memsvc.bench.decay.shown import plots, shown
    from memsvc.bench.decay.simulated import simulated

    with measuring(context, report) as bench:
        if stored:
            source, events = "stored feedback", _stored(data_dir, database_url)
        elif log is not None:
            source, events = "log", logs.events_in(log)
        else:
            source, events = f"made up, seed {seed}", simulated(memories, seed)
        found = run(events, source, horizon_days)
        if out is not None:
            write_report(found, out)
        bench.tell(render(found), shown(found), lambda: plots(found))


def _stored(data_dir: Path | None, database_url: str | None) -> list[Event]:
    from memsvc.bench.decay.log import Event
    from memsvc.operations.feedback import tellings
    from memsvc.wiring import open_safe

    settings = settings_with(data_dir=data_dir, database_url=database_url)
    with closing(open_safe(settings, say)) as safe:
        return [Event(*one) for one in tellings(safe)]
