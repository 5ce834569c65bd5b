"""The command line."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

import memsvc
from memsvc.config import Settings, described
from memsvc.core.access import Role
from memsvc.errors import MemsvcError

app = typer.Typer(
    help="Memory service for AI agents.",
    no_args_is_help=True,
    add_completion=False,
    # Typer's own tracebacks show local variables, keys among them.
    pretty_exceptions_enable=False,
)
keys_app = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)
bench_app = typer.Typer(help="Measure a running server.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")
app.add_typer(bench_app, name="bench")

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Folder of database, keys and model.")
]
Tenant = Annotated[str, typer.Option("--tenant", help="Tenant the key belongs to.")]


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


def say(line: str) -> None:
    """A line for the person at the terminal; standard output is kept for results."""
    typer.echo(line, err=True)


def settings_with(**given: Any) -> Settings:
    """Settings from the environment, overridden by the options that were given."""
    return Settings(**{name: value for name, value in given.items() if value is not None})


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
def migrate(data_dir: DataDir = None) -> None:
    """Apply missing migrations."""
    from memsvc.store.schema import upgrade
    from memsvc.wiring import prepare_folder

    settings = settings_with(data_dir=data_dir)
    prepare_folder(settings)
    say("Database migrated." if upgrade(settings.url) else "Nothing to migrate.")


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
    folder: Annotated[Path, typer.Argument(help="A backup.")], data_dir: DataDir = None
) -> None:
    """Fill an empty database and data directory from a backup."""
    from memsvc.operations.backup import restore as put_back
    from memsvc.wiring import open_safe

    settings = settings_with(data_dir=data_dir)
    manifest = put_back(
        folder,
        settings.data_dir,
        settings.url,
        settings.backup_passphrase.get_secret_value(),
        root_given=bool(settings.root_key.get_secret_value()),
        progress=_copied,
    )
    # Whether keys and data belong together, and what the crash of the moment left to be done.
    open_safe(settings, say).close()
    say(f"{manifest['rows']['memories']} memories restored, as of {manifest['made_at']}.")


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


@app.command("settings")
def show_settings() -> None:
    """List every setting with its variable, default and meaning."""
    for line in described(Settings):
        typer.echo(line)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(memsvc.__version__)


@bench_app.command("load")
def bench_load(
    base_url: Annotated[str, typer.Option(help="The running server.")] = "http://127.0.0.1:8080",
    key: Annotated[str, typer.Option(envvar="MEMSVC_KEY", help="A key that may write.")] = "",
    data_dir: DataDir = None,
    memories: Annotated[int, typer.Option(help="Memories in the searched agent.")] = 10_000,
    rounds: Annotated[int, typer.Option(help="Rounds; the median counts.")] = 5,
    seconds: Annotated[float, typer.Option(help="Seconds of each measurement.")] = 2.0,
    pid: Annotated[int | None, typer.Option(help="The server's process, to see its RAM.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the figures as JSON here.")] = None,
    wrk: Annotated[bool, typer.Option("--wrk", help="Search at 8 clients with wrk.")] = False,
) -> None:
    """Measure single adds, bulk adds and searches beside the raw model, in the same run."""
    from memsvc.bench.load import LoadFailed, LoadOptions, render, run

    settings = settings_with(data_dir=data_dir)
    options = LoadOptions(
        base_url=base_url,
        key=key,
        data_dir=settings.data_dir,
        model=settings.embedding.model,
        memories=memories,
        rounds=rounds,
        seconds=seconds,
        pid=pid,
        out=out,
        wrk=wrk,
    )
    try:
        typer.echo(render(run(options)))
    except LoadFailed as error:
        say(f"memsvc: {error}")
        sys.exit(1)


@bench_app.command("crash")
def bench_crash(
    cycles: Annotated[int, typer.Option(help="How often the server is killed.")] = 200,
    clients: Annotated[int, typer.Option(help="Clients that change memories meanwhile.")] = 4,
    database_url: Annotated[
        str, typer.Option(envvar="MEMSVC_DATABASE_URL", help="An empty database; none: SQLite.")
    ] = "",
    seed: Annotated[int | None, typer.Option(help="For the same chances again.")] = None,
) -> None:
    """Kill a server of its own under load, and compare what it said with what it remembers."""
    from memsvc.bench.client import LoadFailed
    from memsvc.bench.crash import CrashOptions, run

    try:
        report = run(CrashOptions(cycles, clients, database_url=database_url, seed=seed), say)
    except LoadFailed as error:
        say(f"memsvc: {error}")
        sys.exit(1)
    typer.echo(str(report))
    sys.exit(0 if report.clean else 1)


@bench_app.command("scale")
def bench_scale(
    sizes: Annotated[
        str, typer.Option(help="Memories in one agent, each in turn, with commas.")
    ] = "1000,10000,100000",
    agents: Annotated[int, typer.Option(help="Agents of 100 memories; 0: none.")] = 0,
    index_budget_mb: Annotated[int, typer.Option(help="RAM for indexes.")] = 2048,
    out: Annotated[Path | None, typer.Option(help="Write the figures as JSON here.")] = None,
) -> None:
    """Measure a server of its own as one agent, or the number of agents, grows."""
    from memsvc.bench.client import LoadFailed
    from memsvc.bench.scale import ScaleOptions, rendered, run

    numbers = [int(one) for one in sizes.split(",") if one.strip()]
    options = ScaleOptions(numbers, agents, index_budget_mb=index_budget_mb, out=out)
    try:
        report = run(options, say)
    except LoadFailed as error:
        say(f"memsvc: {error}")
        sys.exit(1)
    for size in report.sizes:
        typer.echo(rendered(size))
    if report.many is not None:
        typer.echo(rendered(report.many))


@keys_app.command("create")
def create_key(
    role: Annotated[Role, typer.Option(help="What the key is for.")],
    agents: Annotated[str, typer.Option(help="Agents an agent key is for: a shell pattern.")] = "*",
    name: Annotated[str, typer.Option(help="A label; stored in the clear.")] = "",
    tenant: Tenant = "default",
    data_dir: DataDir = None,
) -> None:
    """Make a key and print it, this once, on standard output."""
    from memsvc.operations.credentials import issue_key
    from memsvc.wiring import open_safe

    with closing(open_safe(settings_with(data_dir=data_dir), say)) as safe:
        card, value = issue_key(safe, tenant, role, name=name, agent_pattern=agents)
    say(f"Key {card.key_id}: role {role}, agents {agents}, tenant {tenant}. Shown this once:")
    typer.echo(value)


@keys_app.command("list")
def list_keys(tenant: Tenant = "default", data_dir: DataDir = None) -> None:
    """List a tenant's living keys."""
    from memsvc.operations.credentials import list_keys as living
    from memsvc.wiring import open_safe

    with closing(open_safe(settings_with(data_dir=data_dir), say)) as safe:
        for card in living(safe, tenant):
            typer.echo(
                f"{card.key_id}  {card.role:<9} {card.agent_pattern:<20} "
                f"{card.created_at:%Y-%m-%d}  {card.name}"
            )


@keys_app.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(help="Id of the key.")],
    tenant: Tenant = "default",
    data_dir: DataDir = None,
) -> None:
    """Revoke a key; a running server lets go of it within a second."""
    from memsvc.operations.credentials import revoke_key
    from memsvc.wiring import open_safe

    with closing(open_safe(settings_with(data_dir=data_dir), say)) as safe:
        revoke_key(safe, tenant, key_id)
    say("Revoked.")
