"""Command: every benchmark in turn, and one report of them all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memsvc.cli.measuring import ReportFile, write_report
from memsvc.cli.terminal import DataDir, say, settings_with

if TYPE_CHECKING:
    from memsvc.bench.findings import Findings


def bench_all(
    full: Annotated[
        bool, typer.Option("--full", help="The figures of docs/benchmarks.md; hours.")
    ] = False,
    only: Annotated[str, typer.Option(help="These alone, with commas.")] = "",
    skip: Annotated[str, typer.Option(help="All but these, with commas.")] = "",
    locomo: Annotated[
        Path | None, typer.Option(help="Dialogs and questions; none: locomo is left out.")
    ] = None,
    updates: Annotated[
        Path | None, typer.Option(help="Updates of others, beside memsvc's own.")
    ] = None,
    data_dir: DataDir = None,
    limit_minutes: Annotated[
        float, typer.Option(min=0.01, help="The longest that one benchmark may take.")
    ] = 60.0,
    report: ReportFile = None,
) -> None:
    """Run every benchmark in turn, each on servers of its own, and report them all.

    One that fails is told and the others go on. Exit status 1: a bar is missed; 2: one could not be
    measured. The report is written anew after each.
    """
    from memsvc.bench.suite import carried_out, lacking, runs

    names = _names(only, skip)
    files = {name: path for name, path in (("locomo", locomo), ("updates", updates)) if path}
    for path in files.values():
        if not path.is_file():
            raise typer.BadParameter(f"{path} is no file")
    folder = settings_with(data_dir=data_dir).data_dir.absolute()
    left_out = lacking(names, files)
    able = [name for name in names if name not in left_out]
    planned = list(runs(able, full=full, files=files, data_dir=folder))
    found: list[Findings] = []
    for number, words in enumerate(planned, 1):
        say(f"\n[{number} of {len(planned)}] memsvc bench {' '.join(words)}")
        found.append(carried_out(words, limit_minutes, say))
        if report is not None:
            write_report(found, report, list(left_out))
    for name, need in left_out.items():
        say(f"left out: {name}, which needs {need}")
    if not found:
        raise typer.BadParameter("nothing is left to run")
    sys.exit(_concluded(found))


def _names(only: str, skip: str) -> list[str]:
    """The benchmarks that were asked for, in the order of the suite."""
    from memsvc.bench.suite import SHORT

    wanted, unwanted = (
        {one.strip() for one in told.split(",") if one.strip()} for told in (only, skip)
    )
    unknown = (wanted | unwanted) - SHORT.keys()
    if unknown:
        raise typer.BadParameter(
            f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(SHORT)}"
        )
    return [name for name in SHORT if (not wanted or name in wanted) and name not in unwanted]


def _concluded(found: list[Findings]) -> int:
    """Print every bar once more; the exit status."""
    from memsvc.bench.findings import counted
    from memsvc.bench.verdicts import verdicts

    typer.echo("")
    for one in found:
        if one.failure:
            typer.echo(f"{one.title}: could not be measured\n")
        elif one.shown.checks:
            typer.echo(f"{one.title}:")
            for line in verdicts(one.shown.checks):
                typer.echo(line)
    typer.echo(counted(found))
    return max(one.status for one in found)
