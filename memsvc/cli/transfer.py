"""Commands: memories out of the service and into it, as lines of JSON."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memsvc.cli.terminal import DataDir, say, settings_with

if TYPE_CHECKING:
    from rich.progress import Progress

transfer_app = typer.Typer()


@transfer_app.command("export")
def export_agents(
    file: Annotated[Path, typer.Argument(help="A new file, or one that was interrupted.")],
    agents: Annotated[str, typer.Option(help="Agents to export: a shell pattern.")] = "*",
    tenant: Annotated[str, typer.Option(help="Tenant whose agents they are.")] = "default",
    data_dir: DataDir = None,
) -> None:
    """Write memories to a file of JSON lines, in plaintext: whoever gets the file can read it.

    The service may be running. An export that was interrupted goes on when it is run again.
    """
    from memsvc.operations.export import export
    from memsvc.operations.ledger import check_up_to_date
    from memsvc.wiring import open_safe

    settings = settings_with(data_dir=data_dir)
    with closing(open_safe(settings, say)) as safe, _bar() as bar:
        check_up_to_date(safe, settings.ledger)
        task = bar.add_task("Exporting", total=None)
        end = export(
            safe,
            file,
            tenant,
            agents,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    say(
        f"{end.memories} memories (agents: {end.agents}) in {file}. It is plaintext: whoever has "
        "it can read it."
    )


@transfer_app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="What `memsvc export` wrote.")],
    tenant: Annotated[
        str | None, typer.Option(help="Tenant to import into; else the one the file names.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Store the memories of an export, each as it was; the present model embeds them.

    The service may be running. Nothing is overwritten; what is there already is skipped, so an
    import that was interrupted goes on when it is run again. Agents that have no settings get
    those of the export.
    """
    from memsvc.operations.take_in import take_in
    from memsvc.wiring import build_runtime

    with closing(build_runtime(settings_with(data_dir=data_dir), say)) as runtime, _bar() as bar:
        task = bar.add_task("Importing", total=None)
        taken = take_in(
            runtime,
            file,
            tenant,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    say(f"{taken.imported} imported, {taken.there} there already, {taken.conflicts} in conflict.")
    if taken.conflicts:
        lines = ", ".join(map(str, taken.lines))
        more = ", …" if len(taken.lines) < taken.conflicts else ""
        say(f"In conflict, their ids taken by other content: lines {lines}{more}.")
    if taken.decisions or taken.marks:
        say(f"{taken.decisions} decisions and {taken.marks} marked sources came along.")
    if taken.changes or taken.outcomes:
        say(f"{taken.changes} changes of handbooks and {taken.outcomes} outcomes came along.")
    if taken.suppressed:
        say(
            f"{taken.suppressed} were forgotten on request, or are held back, or rest on such, and "
            "stay out."
        )
    if taken.lost_sources:
        say(f"{taken.lost_sources} sources are not there any more and were left out.")


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True))
