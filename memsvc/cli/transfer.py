"""Commands: memories out of the service and into it, as lines of JSON."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from memsvc.cli.terminal import DataDir, say, settings_with
from memsvc.operations.foreign.origin import Origin

if TYPE_CHECKING:
    from rich.progress import Progress

    from memsvc.operations.take_in import Progress as Told
    from memsvc.operations.take_in_foreign import TakenOver
    from memsvc.operations.taken import Taken

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


class Others(NamedTuple):
    """What the options say of another store."""

    origin: Origin | None = None
    agent: str | None = None
    user_from: int | None = None
    collection: str | None = None
    history: Path | None = None
    dry_run: bool = False


@transfer_app.command("import")
def import_file(
    file: Annotated[
        str,
        typer.Argument(
            help="What `memsvc export` wrote; with --from a file, a folder or a database's URL."
        ),
    ],
    tenant: Annotated[
        str | None, typer.Option(help="Tenant to import into; else the one the file names.")
    ] = None,
    origin: Annotated[
        Origin | None, typer.Option("--from", help="Another store, whose memories they are.")
    ] = None,
    agent: Annotated[
        str | None, typer.Option(help="With --from: the agent of what names none.")
    ] = None,
    user_from: Annotated[
        int | None,
        typer.Option(help="Of langgraph: the part of a namespace that is the person, from 0."),
    ] = None,
    collection: Annotated[
        str | None, typer.Option(help="With --from: which collection, or the name of the table.")
    ] = None,
    history: Annotated[
        Path | None, typer.Option(help="Of mem0: its history.db, where it is not beside.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --from: count, and store nothing.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Store the memories of an export, each as it was, or those of another store (--from).

    The present model embeds them. The service may be running. Nothing is overwritten; what is there
    already is skipped, so an import that was interrupted goes on when it is run again. Agents that
    have no settings get those of the export.
    """
    others = Others(origin, agent, user_from, collection, history, dry_run)
    if origin is None and others != Others():
        raise typer.BadParameter("these options go with --from", param_hint="--from")
    if origin is None:
        _import_own(file, tenant, data_dir)
    else:
        _import_others(file, tenant, data_dir, others)


def _import_own(file: str, tenant: str | None, data_dir: Path | None) -> None:
    from memsvc.operations.take_in import take_in
    from memsvc.wiring import build_runtime

    settings = settings_with(data_dir=data_dir)
    with closing(build_runtime(settings, say)) as runtime, _progress() as told:
        taken = take_in(runtime, Path(file), tenant, told)
    _tell(taken, "lines")


def _import_others(file: str, tenant: str | None, data_dir: Path | None, others: Others) -> None:
    from memsvc.operations.foreign.sources import Source
    from memsvc.operations.start import DEFAULT_TENANT
    from memsvc.operations.take_in_foreign import take_in_foreign
    from memsvc.wiring import build_runtime

    settings = settings_with(data_dir=data_dir)
    assert others.origin is not None, "it is another store"
    whose = settings.mem0.agent if others.origin is Origin.MEM0 else str(others.origin)
    source = Source(others.origin, file, others.collection, others.history, others.user_from)
    with closing(build_runtime(settings, say)) as runtime, _progress() as told:
        over = take_in_foreign(
            runtime,
            source,
            tenant or DEFAULT_TENANT,
            others.agent or whose,
            told,
            dry=others.dry_run,
        )
    _tell_of_others(over, dry=others.dry_run)
    if not others.dry_run:
        _tell(over.taken, "items")


@contextmanager
def _progress() -> Iterator[Told]:
    """A bar that begins when it is first told: what cannot be opened shows none."""
    bar = _bar()
    task = bar.add_task("Importing", total=None)

    def told(done: int, total: int) -> None:
        bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield told
    finally:
        if bar.live.is_started:
            bar.stop()


def _tell_of_others(over: TakenOver, *, dry: bool) -> None:
    for agent_id, count in sorted(over.agents.items()):
        say(f"{count} for agent {agent_id}.")
    for reason, count in sorted(over.refused.items()):
        say(f"{count} cannot be taken: {reason}.")
    if dry:
        taken = over.taken
        say(
            f"{taken.imported} would be imported, {taken.there} are there already, "
            f"{taken.conflicts} in conflict. Nothing was stored."
        )


def _tell(taken: Taken, what: str) -> None:
    say(f"{taken.imported} imported, {taken.there} there already, {taken.conflicts} in conflict.")
    if taken.conflicts:
        lines = ", ".join(map(str, taken.lines))
        more = ", …" if len(taken.lines) < taken.conflicts else ""
        say(f"In conflict, their ids taken by other content: {what} {lines}{more}.")
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
