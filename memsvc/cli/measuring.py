"""How every benchmark's command ends: bars and verdicts printed, a report written, a status.

0: every bar is kept, or there is none. 1: a bar is missed. 2: the benchmark could not be carried
out, or was called wrongly.
"""

from __future__ import annotations

import shlex
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from memsvc.cli.terminal import say, settings_with

if TYPE_CHECKING:
    from memsvc.bench.findings import Findings, Plot, Shown

HTML, JSON = ".html", ".json"
# Where figures go says nothing of how they came about.
LEFT_OUT = {"report", "out", "plot"}
SECRET = {"key": '"$MEMSVC_KEY"', "database_url": '"$DATABASE_URL"'}
"""Told by the names of variables: reports are shown around."""


def _writable(report: Path | None) -> Path | None:
    """Refuse what could not be written, now and not when all is measured."""
    if report is not None and report.suffix not in (HTML, JSON):
        raise typer.BadParameter(f"{report} ends with neither {HTML} nor {JSON}")
    if report is not None and not report.absolute().parent.is_dir():
        raise typer.BadParameter(f"{report.parent} is no folder")
    return report


ReportFile = Annotated[
    Path | None,
    typer.Option(
        "--report",
        callback=_writable,
        help="Write figures, bars and plots here, as .html or .json.",
    ),
]


class Measuring:
    """A benchmark under way; it tells once what it found."""

    def __init__(self) -> None:
        from memsvc.bench.findings import Shown

        self.shown = Shown("")
        self.draw: Callable[[], tuple[Plot, ...]] = tuple

    def tell(self, text: str, shown: Shown, draw: Callable[[], tuple[Plot, ...]] = tuple) -> None:
        """Print what it found in its own words, and keep what goes into a report.

        `draw` is called when a report is written and matplotlib is there.
        """
        typer.echo(text)
        self.shown, self.draw = shown, draw

    def plots(self, report: Path | None) -> tuple[Plot, ...]:
        """The drawings of a report; without matplotlib it has tables alone."""
        if report is None or find_spec("matplotlib") is None:
            return ()
        return self.draw()


@contextmanager
def measuring(context: typer.Context, report: Path | None) -> Iterator[Measuring]:
    """Carry out a benchmark in the block; then print its bars, write `report` and exit.

    Whatever the block fails with is told and written, too: a bar is missed by figures alone.
    """
    from memsvc import __version__
    from memsvc.bench.client import LoadFailed
    from memsvc.bench.findings import Findings
    from memsvc.bench.machine import Watch, this_machine

    machine, watch, bench, failure = this_machine(), Watch(), Measuring(), ""
    try:
        yield bench
    except LoadFailed as error:
        failure = str(error)
        say(f"memsvc: {failure}")
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except Exception as error:  # noqa: BLE001 - of a server, a database, or a defect of ours
        # A report is shown around, and its own words may have an address with a password in them.
        failure = f"{type(error).__name__}: the terminal has the whole of it"
        traceback.print_exc()
    closely = bench.shown.others
    findings = Findings(
        name=context.info_name or "",
        what=(context.command.help or "").partition("\n")[0],
        command=command_of(context),
        version=__version__,
        machine=machine,
        seconds=watch.seconds,
        others=watch.others if closely is None else closely,
        shown=bench.shown,
        plots=bench.plots(report),
        failure=failure,
    )
    sys.exit(_concluded(findings, report))


def _concluded(findings: Findings, report: Path | None) -> int:
    from memsvc.bench.findings import counted
    from memsvc.bench.verdicts import verdicts

    checks = findings.shown.checks
    if checks:
        typer.echo("")
        for line in verdicts(checks):
            typer.echo(line)
        typer.echo(counted([findings]))
    if findings.too_busy:
        say(f"other programs used {findings.others:.0%} of the cores: TOO BUSY TO JUDGE")
    if report is not None:
        write_report([findings], report)
    return findings.status


def write_report(findings: Sequence[Findings], report: Path, left_out: Sequence[str] = ()) -> None:
    """Write findings as the ending says, and exit with status 2 where that cannot be.

    A page tells the names of benchmarks that were left out.
    """
    from memsvc.bench.findings import UNMEASURED, to_json
    from memsvc.bench.page import page

    told = to_json(findings) if report.suffix == JSON else page(findings, left_out).encode()
    try:
        report.write_bytes(told)
    except OSError as error:
        say(f"memsvc: {report} cannot be written: {error.strerror}")
        sys.exit(UNMEASURED)


def model_of(data_dir: Path | None) -> dict[str, str]:
    """Settings of a server that embeds with the model of the settings here, from the same files."""
    settings = settings_with(data_dir=data_dir)
    embedding = settings.embedding
    models = embedding.model_dir or settings.data_dir / "models"
    return {
        "MEMSVC_EMBEDDING__BACKEND": embedding.backend.value,
        "MEMSVC_EMBEDDING__MODEL": embedding.model,
        "MEMSVC_EMBEDDING__MODEL_DIR": str(models.absolute()),
    }


def command_of(context: typer.Context) -> str:
    """The command that was given, but for where its figures go and what is secret."""
    words = _path(context)
    for parameter in context.command.params:
        name = parameter.name or ""
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE" and name not in LEFT_OUT:
            words += _words(parameter, context.params[name])
    return " ".join(["memsvc", *words])


def _path(context: typer.Context) -> list[str]:
    """Names of the commands from below `memsvc` on, however that was started."""
    names: list[str] = []
    at: Any = context
    while at.parent is not None:
        names.insert(0, at.info_name)
        at = at.parent
    return names


def _words(parameter: Any, value: Any) -> list[str]:
    told = SECRET.get(parameter.name, shlex.quote(str(value)))
    if parameter.param_type_name == "argument":
        return [told]
    if parameter.is_flag:
        return [(parameter.opts if value else parameter.secondary_opts)[0]]
    return [parameter.opts[0], told]
