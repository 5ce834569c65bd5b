"""Command: what the Python SDK costs beside plain httpx."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from memsvc.cli.measuring import ReportFile, measuring
from memsvc.cli.terminal import DataDir, say, settings_with


def bench_client(
    context: typer.Context,
    memories: Annotated[int, typer.Option(min=10, help="Memories of the agent.")] = 2_000,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds, each client once in each.")] = 300,
    data_dir: DataDir = None,
    out: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    report: ReportFile = None,
) -> None:
    """Measure the Python SDK beside httpx that parses the same answers, on a server of its own."""
    from memsvc.bench.sdk import SdkOptions, plots, render, run, shown

    settings = settings_with(data_dir=data_dir)
    embedding = settings.embedding
    options = SdkOptions(
        models=embedding.model_dir or settings.data_dir / "models",
        model=embedding.model,
        backend=embedding.backend.value,
        memories=memories,
        rounds=rounds,
        out=out,
    )
    with measuring(context, report) as bench:
        found = run(options, say)
        bench.tell(render(found), shown(found), lambda: plots(found))
