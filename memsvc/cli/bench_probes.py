"""Command: how robustly what was said is found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memsvc.cli.measuring import ReportFile, measuring, model_of
from memsvc.cli.terminal import DataDir


def bench_probes(
    context: typer.Context,
    probes: Annotated[int, typer.Option(min=4, max=400, help="Statements that are probed.")] = 120,
    seed: Annotated[int, typer.Option(help="For other statements.")] = 1,
    data_dir: DataDir = None,
    out: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    report: ReportFile = None,
) -> None:
    """Measure recognition, recall and retention, and what noise, crowding and kinds do to them.

    On a server of its own, with the model of the settings; nothing of yours is read.
    """
    from memsvc.bench.probes.measure import ProbeOptions, run
    from memsvc.bench.probes.report import plots, render, shown

    model = model_of(data_dir)
    with measuring(context, report) as bench:
        found = run(ProbeOptions(probes, seed, model, out))
        bench.tell(render(found), shown(found), lambda: plots(found))
