"""Commands: serve, look after the data, and what else stands at the top."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

import memsvc
from memsvc.cli.bench import bench_app
from memsvc.cli.data_map import data_map
from memsvc.cli.doctor import doctor
from memsvc.cli.forget import forget
from memsvc.cli.keys import keys_app
from memsvc.cli.mcp import mcp
from memsvc.cli.receipts import verify_receipt
from memsvc.cli.references import api_reference, show_settings
from memsvc.cli.terminal import DataDir, say, settings_with
from memsvc.cli.transfer import transfer_app
from memsvc.errors import MemsvcError

app = typer.Typer(
    help="Memory service for AI agents.",
    no_args_is_help=True,
    add_completion=False,
    # Typer's own tracebacks show local variables, keys among them.
    pretty_exceptions_enable=False,
)
app.add_typer(keys_app, name="keys")
app.add_typer(bench_app, name="bench")
app.add_typer(transfer_app)
app.command()(doctor)
app.command()(forget)
app.command()(mcp)
app.command()(verify_receipt)
app.command("data-map")(data_map)
app.command("settings")(show_settings)
app.command("api-reference")(api_reference)


def main() -> None:
    """Run a command; a deliberate error is one line with its remedy and exit status 1."""
    try:
        app()
    except MemsvcError as error:
        say(f"memsvc: {error.title}. {error.detail}")
        sys.exit(1)
    except ValidationError as error:
        for one in error.errors(include_input=False, include_url=False):
            variable = "MEMSVC_" + "__".join(str(step).upper() for step in one["loc"])
            say(f"memsvc: {variable}: {one['msg']}. See `memsvc settings`.")
        sys.exit(1)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    data_dir: DataDir = None,
    workers: Annotated[int | None, typer.Option(help="Processes that share the work.")] = None,
    no_auth: Annotated[
        bool, typer.Option("--no-auth", help="Ask for no key; loopback addresses only.")
    ] = False,
) -> None:
    """Start the service: migrate, export the model once, serve."""
    from memsvc.serving import run

    auth = False if no_auth else None
    run(settings_with(host=host, port=port, data_dir=data_dir, workers=workers, auth=auth), say)


@app.command()
def migrate(
    data_dir: DataDir = None,
    distributed: Annotated[
        bool,
        typer.Option(
            "--distributed", help="Also distribute the tables by agent; needs the extension citus."
        ),
    ] = False,
) -> None:
    """Apply missing migrations."""
    from memsvc.store.distribution import check_distributable, distribute
    from memsvc.store.schema import upgrade
    from memsvc.wiring import prepare_folder

    settings = settings_with(data_dir=data_dir)
    if distributed:
        check_distributable(settings.url)
    prepare_folder(settings)
    say("Database migrated." if upgrade(settings.url) else "Nothing to migrate.")
    if distributed:
        done = distribute(settings.url)
        say(f"Distributed: {', '.join(done)}." if done else "Nothing to distribute.")


@app.command()
def prepare(data_dir: DataDir = None) -> None:
    """Export the embedding model now; afterwards PyTorch is not needed any more."""
    from memsvc.wiring import build_backend

    settings = settings_with(data_dir=data_dir)
    build_backend(settings.embedding, settings.data_dir, say, threads=1).close()
    say(f"Model {settings.embedding.model} is ready.")


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="A new folder for the backup.")],
    data_dir: DataDir = None,
) -> None:
    """Copy one moment of the service, running or not: sealed data, and keys under a passphrase."""
    from memsvc.operations.backup import backup as take
    from memsvc.sealing.assemble import key_files
    from memsvc.wiring import open_safe

    settings = settings_with(data_dir=data_dir)
    passphrase = settings.backup_passphrase.get_secret_value()
    with closing(open_safe(settings, say)) as safe:
        manifest = take(safe, folder, passphrase, key_files(settings.data_dir), _copied)
    count = manifest["rows"]["memories"]
    say(f"{count} memories in {folder}. Keep `keys` and the passphrase apart.")


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="A backup.")],
    data_dir: DataDir = None,
    ledger: Annotated[
        Path | None, typer.Option(help="The erasure ledger, where it is not in place already.")
    ] = None,
    no_ledger: Annotated[
        bool,
        typer.Option(
            "--no-ledger", help="I know that nothing was erased since this backup was taken."
        ),
    ] = False,
) -> None:
    """Fill an empty database and data directory from a backup.

    What the erasure ledger tells of is erased at the next start, before anything is served.
    """
    from memsvc.clock import SystemClock
    from memsvc.core.erasure import KEY_BACKUPS_KEPT
    from memsvc.operations.backup import Target, is_overdue
    from memsvc.operations.backup import restore as put_back
    from memsvc.operations.ledger import count_owed
    from memsvc.operations.ledger_copy import KeptLedger
    from memsvc.wiring import open_safe

    settings = settings_with(data_dir=data_dir)
    target = Target(
        data_dir=settings.data_dir,
        url=settings.url,
        root_given=bool(settings.root_key.get_secret_value()),
        ledger=KeptLedger(settings.ledger, ledger, none=no_ledger),
    )
    manifest = put_back(folder, target, settings.backup_passphrase.get_secret_value(), _copied)
    # Whether keys and data belong together, and what the crash of the moment left to be done.
    with closing(open_safe(settings, say)) as safe:
        owed = count_owed(safe, settings.ledger)
    say(f"{manifest['rows']['memories']} memories restored, as of {manifest['made_at']}.")
    if owed:
        say(f"The ledger tells of {owed} erasures since; the next start repeats them first.")
    if is_overdue(manifest, SystemClock().now()):
        say(
            f"This backup's keys are older than {KEY_BACKUPS_KEPT.days} days: delete such backups, "
            "for what was erased can be read from them."
        )


def _copied(table: str, rows: int) -> None:
    """Large tables tell how far they are."""
    if rows % 50_000 == 0 and rows:
        say(f"{table}: {rows} rows")


@app.command()
def reindex(data_dir: DataDir = None) -> None:
    """Embed every memory anew with the present model. Stop the service first."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from memsvc.operations.reindex import reindex as embed_anew
    from memsvc.wiring import build_runtime

    runtime = build_runtime(settings_with(data_dir=data_dir), say, check_model=False)
    columns = ("Embedding", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("", total=None)
            count = embed_anew(
                runtime, lambda done, total: bar.update(task, completed=done, total=total)
            )
    finally:
        runtime.close()
    say(f"{count} memories embedded anew.")


@app.command()
def recount(data_dir: DataDir = None) -> None:
    """Count all memories anew for statistics, whether the service runs or not."""
    from memsvc.operations.recount import recount as count_anew
    from memsvc.wiring import open_safe

    with closing(open_safe(settings_with(data_dir=data_dir), say)) as safe:
        count_anew(safe.database)
    say("All memories are counted.")


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(memsvc.__version__)
