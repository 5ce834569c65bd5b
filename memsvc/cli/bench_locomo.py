"""Command: how well what was said is found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from memsvc.cli.measuring import ReportFile, measuring
from memsvc.cli.terminal import DataDir, say, settings_with


def bench_locomo(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Dialogs and questions, of LoCoMo or LongMemEval.")],
    base_url: Annotated[str, typer.Option(help="A running server; none: one of its own.")] = "",
    key: Annotated[str, typer.Option(envvar="MEMSVC_KEY", help="Its key that may write.")] = "",
    data_dir: DataDir = None,
    mode: Annotated[Literal["fast", "deep", "auto"], typer.Option(help="How to search.")] = "fast",
    limit_questions: Annotated[
        int | None, typer.Option(min=1, help="Questions at most, evenly spread; none: all.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the figures here, as .svg, .png or .pdf.")
    ] = None,
    report: ReportFile = None,
) -> None:
    """Measure how well what was said is found, beside plain search with the same model."""
    settings = settings_with(data_dir=data_dir)
    embedding = settings.embedding
    with measuring(context, report) as bench:
        # What the baselines need may be missing.
        from memsvc.bench.retrieval.measure import RetrievalOptions, render, run
        from memsvc.bench.retrieval.shown import plots, shown

        options = RetrievalOptions(
            file=file,
            models=embedding.model_dir or settings.data_dir / "models",
            model=embedding.model,
            backend=embedding.backend.value,
            base_url=base_url,
            key=key,
            mode=mode,
            limit=limit_questions,
            out=out,
            plot=plot,
        )
        found = run(options, say)
        bench.tell(render(found), shown(found), lambda: plots(found))
