"""Command: how robustly what was said is found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memsvc.cli.measuring import ReportFile, measuring
from memsvc.cli.terminal import DataDir, settings_with


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

    settings = settings_with(data_dir=data_dir)
    embedding = settings.embedding
    models = embedding.model_dir or settings.data_dir / "models"
    environment = {
        "MEMSVC_EMBEDDING__BACKEND": embedding.backend.value,
        "MEMSVC_EMBEDDING__MODEL": embedding.model,
        "MEMSVC_EMBEDDING__MODEL_DIR": str(models.absolute()),
    }
    with measuring(context, report) as bench:
        found = run(ProbeOptions(probes, seed, environment, out))
        bench.tell(render(found), shown(found), lambda: plots(found))
