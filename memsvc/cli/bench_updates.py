"""Command: what is true now, and what was."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from memsvc.cli.measuring import ReportFile, measuring, model_of
from memsvc.cli.terminal import DataDir, say


def bench_updates(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="Updates of others, lines of JSON; none: memsvc's own.")
    ] = None,
    split: Annotated[
        Literal["dev", "heldout"], typer.Option(help="Which half of memsvc's own.")
    ] = "heldout",
    data_dir: DataDir = None,
    out: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    report: ReportFile = None,
) -> None:
    """Measure whether an agent goes by what is true now, and takes nothing else for an update.

    On a server of its own, with the model of the settings; nothing of yours is read.
    """
    from memsvc.bench.updates.measure import Options, run
    from memsvc.bench.updates.report import render, to_json
    from memsvc.bench.updates.shown import plots, shown

    model = model_of(data_dir)
    with measuring(context, report) as bench:
        found = run(Options(file=file, split=split, environment=model), say)
        if out is not None:
            out.write_bytes(to_json(found))
        bench.tell(render(found), shown(found), lambda: plots(found))
